"""Forms of mail: whose a message is, a mailbox, the wording of a letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import EquipmentClass
from clausier.desk.models import Impact, Nature, Urgency
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact
from clausier.foundation.actors import Actor
from clausier.pages.forms import ActForm, LongText
from clausier.post.models import Afterwards, Arrival, IncomingMail, Mailbox, Security, Way
from clausier.post.queries import Suggestion

SOMEONE_ELSE = "autre"
NAMED = 5  # clients named when several answer to what was typed


class QualifyForm(ActForm):
    """Whose the message is, and what it is about."""

    whose = forms.ChoiceField(label=_("De qui vient-il ?"), widget=forms.RadioSelect, required=False)
    client = forms.CharField(
        label=_("Client"),
        max_length=200,
        required=False,
        help_text=_("Son numéro, ou le début de son nom."),
    )
    person = forms.CharField(
        label=_("Personne à ajouter à ce client"),
        max_length=120,
        required=False,
        help_text=_("Vide : elle n’est pas ajoutée, et son prochain message attendra aussi."),
    )
    title = forms.CharField(label=_("Que se passe-t-il ?"), max_length=200)
    nature = forms.ChoiceField(
        label=_("C’est"),
        choices=[(Nature.INCIDENT, _("une panne")), (Nature.REQUEST, _("une demande"))],
        initial=Nature.INCIDENT,
    )
    equipment_class = forms.ChoiceField(
        label=_("Sur quoi ?"), choices=EquipmentClass.choices, initial=EquipmentClass.WORKSTATION
    )
    impact = forms.ChoiceField(label=_("Qui est gêné ?"), choices=Impact.choices, initial=Impact.ONE)
    urgency = forms.ChoiceField(
        label=_("Peut-on travailler ?"), choices=Urgency.choices, initial=Urgency.DEGRADED
    )

    rows = (("title",), ("nature", "equipment_class"), ("impact", "urgency"))

    def __init__(
        self, actor: Actor, mail: IncomingMail, found: Sequence[Suggestion], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.mail = actor, mail
        self.found = {self._key(one): one for one in found}
        whose = self.fields["whose"]
        assert isinstance(whose, forms.ChoiceField)
        whose.choices = [*((key, key) for key in self.found), (SOMEONE_ELSE, _("un autre client"))]
        whose.initial = next(iter(self.found), SOMEONE_ELSE)
        self.fields["title"].initial = mail.subject[:200]
        if actor.may("directory.write"):
            self.fields["person"].initial = mail.sender_name
        else:
            del self.fields["person"]

    @staticmethod
    def _key(one: Suggestion) -> str:
        return f"{one.client.pk}-{one.contact.pk if one.contact else ''}"

    def offers(self) -> list[dict[str, Any]]:
        """The suggestions as they are shown, « another client » last."""
        boxes = list(self["whose"])
        return [{"box": box, "suggestion": self.found.get(str(box.data["value"]))} for box in boxes]

    def clean(self) -> dict[str, Any]:
        """The client and its contact, from the suggestion chosen or from what was typed."""
        given = super().clean() or {}
        chosen = self.found.get(given.get("whose", ""))
        given["chosen_client"] = chosen.client if chosen else self._typed(given.get("client", ""))
        given["contact"] = chosen.contact if chosen else self._known(given["chosen_client"])
        return given

    def _typed(self, text: str) -> Client | None:
        if not text.strip():
            self.add_error("client", gettext("Dites de quel client il vient."))
            return None
        exact = directory.clients_visible_to(self.actor).filter(number__iexact=text.strip()).first()
        if exact:
            return exact
        several = list(directory.clients_named(self.actor, text)[: NAMED + 1])
        if len(several) == 1:
            return several[0]
        if not several:
            self.add_error("client", gettext("Aucun client de ce nom : essayez son numéro."))
        else:
            names = ", ".join(f"{one.name} ({one.number})" for one in several[:NAMED])
            self.add_error("client", gettext("Plusieurs clients : %(names)s.") % {"names": names})
        return None

    def _known(self, client: Client | None) -> Contact | None:
        if client is None or not self.mail.sender_address:
            return None
        return client.contacts.filter(email__iexact=self.mail.sender_address, left_on=None).first()

    def said(self) -> dict[str, Any]:
        """What the ticket is, in the names of the service."""
        return {
            name: self.cleaned_data[name]
            for name in ("title", "nature", "equipment_class", "impact", "urgency")
        }


class MoveForm(ActForm):
    """The ticket that a message belongs to, or the case at a supplier's: « 42 » or « 42/1 »."""

    ticket = forms.RegexField(
        r"^\s*#?\s*0*[1-9]\d{0,8}(?:/\d{1,4})?\s*$",
        label=_("Ticket"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Donnez le numéro d’un ticket, ou d’un dossier : 42/1.")},
    )

    def place(self) -> tuple[int, int | None]:
        """The number of the ticket, and which case of it."""
        number, _slash, ordinal = self.cleaned_data["ticket"].strip(" #").partition("/")
        return int(number), int(ordinal) if ordinal else None


class MailboxForm(ActForm):
    """A mailbox: who it is, how mail reaches it, what it signs with."""

    name = forms.CharField(
        label=_("Nom court"),
        max_length=40,
        help_text=_("« support », par exemple ; la ligne de commande le lit."),
    )
    address = forms.CharField(label=_("Adresse"), max_length=254, widget=forms.EmailInput)
    sender_name = forms.CharField(
        label=_("Nom d’expéditeur"),
        max_length=120,
        required=False,
        help_text=_("Ce que lit le destinataire ; vide, le nom de votre société."),
    )
    is_active = forms.BooleanField(label=_("Au travail"), required=False, initial=True)
    acknowledges = forms.BooleanField(
        label=_("Accuser réception"),
        required=False,
        initial=True,
        help_text=_("Une fois par jour et par expéditeur, jamais à une machine."),
    )
    arrival = forms.ChoiceField(label=_("Comment le courrier arrive"), choices=Arrival.choices)
    host = forms.CharField(label=_("Serveur IMAP"), max_length=200, required=False)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False, initial=993)
    security = forms.ChoiceField(label=_("Chiffrement"), choices=Security.choices)
    username = forms.CharField(
        label=_("Compte"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    way = forms.ChoiceField(label=_("Identification"), choices=Way.choices)
    password = forms.CharField(
        label=_("Mot de passe"),
        required=False,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Chiffré, jamais montré ; vide, l’ancien est gardé."),
    )
    token_url = forms.CharField(label=_("Adresse des jetons"), max_length=300, required=False)
    oauth_client = forms.CharField(label=_("Identifiant de l’application"), max_length=200, required=False)
    oauth_scope = forms.CharField(label=_("Portée demandée"), max_length=300, required=False)
    client_secret = forms.CharField(
        label=_("Secret de l’application"),
        required=False,
        max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    refresh_token = forms.CharField(
        label=_("Jeton de renouvellement"),
        required=False,
        max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Vide, l’application s’identifie elle-même."),
    )
    folder = forms.CharField(label=_("Dossier relevé"), max_length=120, required=False, initial="INBOX")
    afterwards = forms.ChoiceField(
        label=_("Une fois gardée ici, la copie du serveur est"), choices=Afterwards.choices
    )
    kept_folder = forms.CharField(label=_("Dossier où ranger"), max_length=120, required=False)
    subaddressing = forms.BooleanField(
        label=_("Le serveur accepte les adresses en +"),
        required=False,
        help_text=_("Les réponses portent alors le secret de l’échange dans leur adresse."),
    )
    signature_fr = LongText(label=_("Signature en français"), required=False)
    signature_en = LongText(label=_("Signature en anglais"), required=False)

    about = (("name", "address"), ("sender_name",), ("is_active", "acknowledges"))
    server = (("host", "port", "security"), ("folder", "afterwards", "kept_folder"))
    account = (("username", "way"), ("password",))
    oauth = (("token_url",), ("oauth_client", "oauth_scope"), ("client_secret", "refresh_token"))
    words = (("signature_fr", "signature_en"), ("subaddressing",))

    def group(self, rows: tuple[tuple[str, ...], ...]) -> list[list[forms.BoundField]]:
        """The fields of one part of the page, line by line."""
        return [[self[name] for name in row] for row in rows]

    def parts(self) -> dict[str, list[list[forms.BoundField]]]:
        """The parts of the page, by name."""
        return {
            name: self.group(getattr(self, name)) for name in ("about", "server", "account", "oauth", "words")
        }

    @staticmethod
    def initial_of(mailbox: Mailbox) -> dict[str, Any]:
        """What a form begins with; no secret among it."""
        hidden = {"password", "client_secret", "refresh_token"}
        return {name: getattr(mailbox, name) for name in MailboxForm.base_fields if name not in hidden}


class TrialForm(ActForm):
    """Whom to write to for a trial."""

    to = forms.CharField(label=_("À"), max_length=254, widget=forms.EmailInput)


class WordingForm(ActForm):
    """What a letter says."""

    subject = forms.CharField(label=_("Objet"), max_length=200, required=False)
    body = LongText(label=_("Texte"), required=False, widget=forms.Textarea(attrs={"rows": 12}))

    rows = (("subject",), ("body",))
