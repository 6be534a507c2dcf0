"""The forms of the roster: an absence, turns, a replacement, where one is reached, what carries messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clausier.directory import queries as directory
from clausier.directory.models import Agency
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import Refusal
from clausier.foundation.models import Person
from clausier.pages.forms import ActForm, DayField, LongText, PhoneField
from clausier.roster import queries
from clausier.roster.models import (
    AbsenceKind,
    AssignmentMode,
    Channel,
    Means,
    RosterSettings,
    Rota,
    RotaRhythm,
    Sender,
    SenderKind,
)
from clausier.roster.services.senders import KINDS

MOST_PLACES = 12


class HourField(forms.TimeField):
    """An hour of the day, by the browser's own clock."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": _("Indiquez une heure, par exemple 18:00.")})
        super().__init__(**kwargs)


class AbsenceForm(ActForm):
    """Someone will not be there."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Qui"), empty_label=None)
    kind = forms.ChoiceField(
        label=_("Motif"),
        choices=AbsenceKind.choices,
        help_text=_("Lu par la personne et par qui tient les absences ; les autres voient « absent »."),
    )
    from_on = DayField(label=_("Premier jour"))
    from_noon = forms.BooleanField(label=_("à partir de l’après-midi"), required=False)
    until_on = DayField(label=_("Dernier jour"))
    until_noon = forms.BooleanField(label=_("jusqu’à midi"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    rows = (("person", "kind"), ("from_on", "until_on"), ("from_noon", "until_noon"), ("note",))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = queries.staff(actor)
        if not actor.may("roster.write"):
            people = people.filter(pk=actor.person.pk if actor.person else 0)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class HandOverForm(ActForm):
    """Who takes over the open tickets of someone who is away."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Confier à"), empty_label=_("choisir"))

    def __init__(self, actor: Actor, absent: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = queries.workers(actor).exclude(pk=absent.pk)
        self.fields["person"].queryset = workers  # type: ignore[attr-defined]


class RotaForm(ActForm):
    """Turns of the on-call: for which agency, how long, who in which order."""

    name = forms.CharField(
        label=_("Nom"), max_length=80, help_text=_("Par exemple : nuits et fins de semaine.")
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agence"),
        required=False,
        empty_label=_("toutes celles qui n’ont pas les leurs"),
    )
    rhythm = forms.ChoiceField(label=_("Un tour dure"), choices=RotaRhythm.choices)
    handover_at = HourField(label=_("Heure de passage"))
    from_on = DayField(
        label=_("Premier tour le"), help_text=_("Les tours d’une semaine changent ce jour-là de la semaine.")
    )
    escalate_minutes = forms.IntegerField(
        label=_("Minutes sans réponse avant la personne suivante"), min_value=1, max_value=240
    )
    rounds = forms.IntegerField(label=_("Tours de la liste avant d’abandonner"), min_value=1, max_value=5)

    rows = (("name", "agency"), ("rhythm", "handover_at", "from_on"), ("escalate_minutes", "rounds"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = directory.agencies(actor)  # type: ignore[attr-defined]
        workers = list(queries.workers(actor))
        choices = [("", _("personne")), *((str(one.pk), one.full_name) for one in workers)]
        self.people = {str(one.pk): one for one in workers}
        self.places = [f"person_{number}" for number in range(1, min(len(workers), MOST_PLACES) + 1)]
        for number, name in enumerate(self.places, 1):
            label = _("%(number)s. de la liste") % {"number": number}
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def field_of(self, refused: Refusal) -> str | None:
        """The list of people stands under its first place."""
        return "person_1" if refused.field == "people" else refused.field

    def clean(self) -> dict[str, Any]:
        """The people in order, in one list."""
        typed = super().clean() or {}
        chosen = [typed.pop(name, "") for name in self.places]
        return typed | {"people": [self.people[key] for key in chosen if key]}

    @staticmethod
    def of(rota: Rota) -> dict[str, Any]:
        """What the form starts with."""
        names = ("name", "agency", "rhythm", "handover_at", "from_on", "escalate_minutes", "rounds")
        people = {
            f"person_{number}": str(person) for number, person in enumerate(queries.order_of(rota).people, 1)
        }
        return {name: getattr(rota, name) for name in names} | people


class StandInForm(ActForm):
    """Someone else is on call for a while."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Qui prend l’astreinte"), empty_label=_("choisir")
    )
    from_on = DayField(label=_("Du"))
    from_hour = HourField(label=_("à"))
    until_on = DayField(label=_("Au"))
    until_hour = HourField(label=_("à"))
    reason = forms.CharField(label=_("Raison"), max_length=200, required=False)

    rows = (("person",), ("from_on", "from_hour", "until_on", "until_hour"), ("reason",))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = queries.workers(actor)
        if not actor.may("roster.write"):
            people = people.filter(pk=actor.person.pk if actor.person else 0)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def field_of(self, refused: Refusal) -> str | None:
        """Instants are typed as a day and an hour."""
        return {"starts_at": "from_on", "ends_at": "until_on"}.get(refused.field or "", refused.field)

    def clean(self) -> dict[str, Any]:
        """The instants."""
        typed = super().clean() or {}
        found = {"person": typed.get("person"), "reason": typed.get("reason", "")}
        for name, day, hour in (("starts_at", "from_on", "from_hour"), ("ends_at", "until_on", "until_hour")):
            if typed.get(day) and typed.get(hour) is not None:
                found[name] = datetime.combine(typed[day], typed[hour], PARIS)
        return found


class MeansForm(ActForm):
    """Where someone is reached when on call."""

    by_mail = forms.BooleanField(label=_("par courriel, à l’adresse du compte"), required=False)
    mobile = PhoneField(
        label=_("Mobile, pour les SMS"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    topic = forms.CharField(
        label=_("Sujet, pour les notifications"),
        max_length=120,
        required=False,
        help_text=_(
            "Celui auquel l’application du téléphone est abonnée. Choisissez-le difficile à deviner."
        ),
    )

    rows = (("by_mail",), ("mobile", "topic"))

    @staticmethod
    def of(means: Means) -> dict[str, Any]:
        """What the form starts with."""
        return {"by_mail": means.by_mail, "mobile": means.mobile, "topic": means.topic}


class SettleForm(ActForm):
    """How tickets are shared out, and whom priorities wake."""

    assignment = forms.ChoiceField(
        label=_("Un ticket ouvert au nom de personne"),
        choices=AssignmentMode.choices,
        widget=forms.RadioSelect,
    )
    urgent_priority = forms.TypedChoiceField(
        label=_("Priorités qui appellent l’astreinte à toute heure"),
        choices=[
            ("", _("aucune : seulement ce que les conditions du client ouvrent")),
            (1, _("la priorité 1")),
            (2, _("les priorités 1 et 2")),
            (3, _("les priorités 1 à 3")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("C’est un usage de la maison : aucun client ne peut s’en prévaloir."),
    )

    @staticmethod
    def of(kept: RosterSettings) -> dict[str, Any]:
        """What the form starts with."""
        return {"assignment": kept.assignment, "urgent_priority": kept.urgent_priority or ""}


class SenderForm(ActForm):
    """What carries messages of a channel."""

    kind = forms.ChoiceField(label=_("Envoi par"))
    url = forms.CharField(
        label=_("Adresse"),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
        help_text=_("Celle que donne votre fournisseur, ou celle de votre serveur ntfy. En https."),
    )
    headers = LongText(
        label=_("En-têtes"),
        required=False,
        max_length=4000,
        help_text=_("Un par ligne, comme « Authorization: Bearer … ». Jamais remontrés : vide, ils restent."),
    )
    forget = forms.BooleanField(label=_("oublier les en-têtes gardés"), required=False)
    body = LongText(
        label=_("Texte posté"),
        required=False,
        max_length=4000,
        help_text=_(
            '{to}, {text} et {id} y sont remplacés. Par exemple : {"to": "{to}", "message": "{text}"}'
        ),
    )
    is_active = forms.BooleanField(label=_("Au travail"), required=False)

    def __init__(self, channel: str, sender: Sender | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in SenderKind if kind in KINDS[Channel(channel)]]
        if not settings.ROSTER_FILE:
            kinds = [kind for kind in kinds if kind != SenderKind.FILE]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if sender is None or not sender.headers:
            del self.fields["forget"]

    def facts(self) -> dict[str, Any]:
        """What `set_sender` takes: headers left empty stay as they were."""
        typed = dict(self.cleaned_data)
        forget = typed.pop("forget", False)
        return typed | {"headers": typed["headers"] or ("" if forget else None)}


class TrialForm(ActForm):
    """To whom a trial goes."""

    to = forms.CharField(label=_("Numéro ou sujet"), max_length=120)
