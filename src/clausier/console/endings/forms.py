"""The forms of what ends a contract or stops its service."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.contracts import interruptions
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, Party
from clausier.foundation import clock
from clausier.foundation.models import LANGUAGE_NAMES
from clausier.lifecycle.models import Letter, LetterMeans, Returned
from clausier.lifecycle.services import Given, Journey, Paper
from clausier.pages.forms import ActForm, DayField, FactsForm, LongText, PaperField, paper_facts
from clausier.terms.book import Reading

PARTIES = ((Party.PROVIDER.value, _("nous")), (Party.CLIENT.value, _("le client")))


class TicketsField(forms.CharField):
    """Numbers of tickets as they are written: « 1042, 1051 »."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=400, **kwargs)

    def clean(self, value: Any) -> list[int]:  # type: ignore[override]
        """The numbers. Raises ValidationError."""
        text = super().clean(value)
        if not re.fullmatch(r"[\s,;#]*(\d{1,9}[\s,;#]*)*", text):
            raise forms.ValidationError(_("Écrivez des numéros de tickets, comme 1042, 1051."))
        return [int(number) for number in re.findall(r"\d+", text)]


def _language() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Langue de la lettre"), choices=list(LANGUAGE_NAMES.items()))


def _paper(form: ActForm, name: str) -> Paper | None:
    facts = paper_facts(form, name)
    if not facts["content"]:
        return None
    return Paper(facts["content"], facts["file_name"], facts["content_type"])


class MatterForm(FactsForm):
    """A form about how a contract stops or ends."""

    def offer(self, grounds: list[Reading]) -> None:
        """The grounds of the book, each with its clause."""
        language = get_language() or "fr"
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            (one.term, f"{one.label.to(language)} ({one.clause})") for one in grounds
        ]


class JourneyFields(MatterForm):
    """How a registered letter travels."""

    means = forms.ChoiceField(label=_("Envoi"), choices=LetterMeans.choices)
    tracking = forms.CharField(label=_("Numéro de suivi"), max_length=60, required=False)
    posted_on = DayField(label=_("Postée le"), required=False)
    presented_on = DayField(
        label=_("Première présentation le"), required=False, help_text=_("C’est ce jour qui compte.")
    )
    handed_on = DayField(label=_("Remise le"), required=False)
    returned = forms.ChoiceField(
        label=_("Revenue"), choices=[("", _("non")), *Returned.choices], required=False
    )
    returned_on = DayField(label=_("Revenue le"), required=False)

    LAID = (("means", "tracking"), ("posted_on", "presented_on", "handed_on"), ("returned", "returned_on"))
    NAMES = ("means", "tracking", "posted_on", "presented_on", "handed_on", "returned", "returned_on")

    def journey(self) -> Journey:
        """What was typed of the journey."""
        return Journey(**{name: self.cleaned_data[name] for name in self.NAMES})


class JourneyForm(JourneyFields):
    """What became known of a letter's journey."""

    proof = PaperField(
        label=_("Preuve"),
        required=False,
        help_text=_("Avis de réception signé, ou preuve du prestataire d’envoi électronique."),
    )
    reason = forms.CharField(
        label=_("Raison du changement"),
        max_length=200,
        required=False,
        help_text=_("Seulement si vous corrigez ce qui était noté."),
    )

    rows = JourneyFields.LAID

    def facts(self) -> dict[str, Any]:
        return {
            "journey": self.journey(),
            "proof": _paper(self, "proof"),
            "reason": self.cleaned_data["reason"],
        }

    @classmethod
    def of(cls, letter: Letter) -> dict[str, Any]:
        return {name: getattr(letter, name) for name in cls.NAMES}


class NoticeReceivedForm(JourneyFields):
    """A client's letter that gives notice."""

    scan = PaperField(label=_("Lettre numérisée"), required=False)
    note = LongText(label=_("Ce que dit la lettre"), required=False)

    rows = JourneyFields.LAID

    def facts(self) -> dict[str, Any]:
        return {
            "journey": self.journey(),
            "scan": _paper(self, "scan"),
            "note": self.cleaned_data["note"],
        }


class GiveNoticeForm(MatterForm):
    """The provider's own notice."""

    note = LongText(
        label=_("Ce que vous ajoutez"), required=False, help_text=_("Un paragraphe de plus dans la lettre.")
    )
    language = _language()


class FormalNoticeForm(MatterForm):
    """What the client does not perform, and the evidence."""

    ground = forms.ChoiceField(label=_("Motif"))
    breach = LongText(label=_("Ce qui n’est pas exécuté"))
    tickets = TicketsField(label=_("Tickets"), help_text=_("Leurs numéros, séparés par des virgules."))
    document = PaperField(label=_("Pièce"), required=False)
    language = _language()

    rows = (("ground",), ("breach",), ("tickets", "document"))

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(_grounds(contract, Party.PROVIDER, after_notice=True))

    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "ground": typed["ground"],
            "breach": typed["breach"],
            "language": typed["language"],
            "given": Given(typed["tickets"], _paper(self, "document")),
        }


class FormalNoticeReceivedForm(JourneyFields):
    """What the client says that we do not perform."""

    ground = forms.ChoiceField(label=_("Motif"))
    breach = LongText(label=_("Ce que dit la lettre"))
    scan = PaperField(label=_("Lettre numérisée"), required=False)

    rows = (("ground",), ("breach",), *JourneyFields.LAID)

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(_grounds(contract, Party.CLIENT, after_notice=True))

    def facts(self) -> dict[str, Any]:
        return {
            "ground": self.cleaned_data["ground"],
            "breach": self.cleaned_data["breach"],
            "journey": self.journey(),
            "scan": _paper(self, "scan"),
        }


class SettleForm(MatterForm):
    """What became of a formal notice."""

    complied = forms.TypedChoiceField(
        label=_("Ce qu’elle est devenue"),
        choices=((1, _("suivie d’effet")), (0, _("restée sans effet"))),
        coerce=lambda value: value in (1, "1"),
    )
    complied_on = DayField(
        label=_("Exécuté le"), required=False, help_text=_("Si elle a été suivie d’effet.")
    )
    outcome = LongText(label=_("Précisions"), required=False)

    rows = (("complied", "complied_on"),)


class EndAfterNoticeForm(MatterForm):
    """The end of a contract after a formal notice."""

    ends_on = DayField(label=_("Dernier jour du contrat"))
    reason = LongText(label=_("Ce que vous écrivez"), required=False)
    language = _language()


class TerminationForm(MatterForm):
    """The end of a contract on a ground of its book, with the evidence."""

    ground = forms.ChoiceField(label=_("Motif"))
    ends_on = DayField(label=_("Dernier jour du contrat"))
    reason = LongText(label=_("Ce qui s’est passé"))
    tickets = TicketsField(label=_("Tickets"), help_text=_("Leurs numéros, séparés par des virgules."))
    document = PaperField(label=_("Pièce"), required=False)
    language = _language()

    rows = (("ground", "ends_on"), ("reason",), ("tickets", "document"))

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(_grounds(contract, Party.PROVIDER, after_notice=False))

    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        plain = {name: typed[name] for name in ("ground", "ends_on", "reason", "language")}
        return plain | {"given": Given(typed["tickets"], _paper(self, "document"))}


class SuspensionForm(MatterForm):
    """The service stops, from now on or from a day to come on."""

    ground = forms.ChoiceField(label=_("Motif"))
    from_on = DayField(
        label=_("À partir du"),
        required=False,
        help_text=_("Vide : dès maintenant. Un jour à venir commence à minuit, de lui-même."),
    )
    reason = LongText(label=_("Ce qui s’est passé"))
    language = _language()

    rows = (("ground", "from_on"),)

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        book, today = contracts.effective_book(contract), clock.today()
        self.offer([book.read(term, today) for term in interruptions.SUSPENSIONS if book.has(term)])


class LiftingForm(MatterForm):
    """The service goes on from now."""

    reason = forms.CharField(label=_("Ce qui permet de la lever"), max_length=200)
    language = _language()


class WithdrawalForm(MatterForm):
    """An announced suspension does not begin."""

    reason = forms.CharField(label=_("Pourquoi elle n’a pas lieu"), max_length=200)
    language = _language()


class ForceMajeureForm(MatterForm):
    """An impediment, as a party declares it."""

    declared_by = forms.ChoiceField(label=_("Déclarée par"), choices=PARTIES)
    event = forms.ChoiceField(label=_("Événement"), required=False)
    since_on = DayField(label=_("Depuis le"), help_text=_("Ce jour compté."))
    until_on = DayField(
        label=_("Reprise le"), required=False, help_text=_("Premier jour sans empêchement, s’il est terminé.")
    )
    description = LongText(label=_("Ce qui empêche l’exécution"))
    evidence = PaperField(label=_("Preuve"), required=False)
    language = _language()

    rows = (("declared_by", "event"), ("since_on", "until_on"))

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = "en" if (get_language() or "fr").startswith("en") else "fr"
        events = interruptions.hindrances(contracts.effective_book(contract), clock.today())
        named = [(one["key"], one["label"][language]) for one in events]
        self.fields["event"].choices = [("", _("un autre")), *named]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data) | {"evidence": _paper(self, "evidence")}


class ForceMajeureOverForm(MatterForm):
    """The impediment is over."""

    until_on = DayField(label=_("Reprise le"), help_text=_("Premier jour sans empêchement."))


class EndForForceMajeureForm(MatterForm):
    """A party ends the contract because an impediment lasts."""

    by_party = forms.ChoiceField(label=_("Qui met fin au contrat"), choices=PARTIES)
    reason = LongText(label=_("Ce que vous écrivez"), required=False)
    language = _language()


class AgreementForm(MatterForm):
    """Both agree on a last day."""

    ends_on = DayField(label=_("Dernier jour du contrat"))
    reason = forms.CharField(label=_("Pourquoi"), max_length=200)
    document = PaperField(label=_("Accord signé"))

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data) | {"document": _paper(self, "document")}


class UndoForm(MatterForm):
    """Both agree that something does not count any more."""

    reason = forms.CharField(label=_("Pourquoi"), max_length=200)
    document = PaperField(label=_("Accord signé"), required=False)

    def facts(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"], "document": _paper(self, "document")}


class AnswerForm(MatterForm):
    """The answer to a client's notice."""

    language = _language()


class CopyForm(MatterForm):
    """To whom a letter is sent by mail as well."""

    to = forms.CharField(
        label=_("À"),
        max_length=600,
        required=False,
        help_text=_("Des adresses séparées par des virgules. Vide : le correspondant informatique."),
    )

    def facts(self) -> dict[str, Any]:
        return {"to": [one for one in re.split(r"[\s,;]+", self.cleaned_data["to"]) if one]}


def _grounds(contract: Contract, party: str, *, after_notice: bool) -> list[Reading]:
    book = contracts.effective_book(contract)
    return interruptions.grounds(book, clock.today(), party=party, after_notice=after_notice)
