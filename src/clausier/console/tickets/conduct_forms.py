"""The small forms of how an intervention is conducted: agreements, remote sessions, stopping it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.access import queries as access
from clausier.access.models import AgreementKind, RemoteTool
from clausier.access.services import Answer, Paper
from clausier.console.tickets.forms import BY_STAFF, TicketForm
from clausier.desk.models import Ticket
from clausier.desk.services import allowed, stopping
from clausier.directory.models import Contact
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.pages.forms import DayField, LongText, PaperField, end_of

YES_NO = (("yes", _("oui")), ("no", _("non")))


def kinds_for(ticket: Ticket) -> list[tuple[str, Any]]:
    """What this client can be asked on this ticket; read once for the forms of a page."""
    kept: list[tuple[str, Any]] | None = ticket.__dict__.get("_askable")
    if kept is None:
        kept = ticket.__dict__["_askable"] = _kinds_for(ticket)
    return list(kept)


def _kinds_for(ticket: Ticket) -> list[tuple[str, Any]]:
    found = [(AgreementKind.REMOTE.value, AgreementKind.REMOTE.label)]
    if allowed.wants_backup(ticket):
        found.append((AgreementKind.BACKUP.value, AgreementKind.BACKUP.label))
    if allowed.third_party_site(ticket) is not None:
        found.append((AgreementKind.SITE.value, AgreementKind.SITE.label))
    return found


class AskForm(TicketForm):
    """A question to put to the client."""

    name = "ask"
    kind = forms.ChoiceField(label=_("Demander"))
    about = forms.CharField(label=_("Un mot pour le client"), required=False, max_length=500)

    def fill(self) -> None:
        self.offer("kind", kinds_for(self.ticket))


class AnswerForm(TicketForm):
    """What the client said, noted by the staff."""

    name = "answer"
    rows = (("kind", "given"), ("contact", "person"), ("how", "until"), ("note",), ("document",))
    kind = forms.ChoiceField(label=_("À propos de"))
    given = forms.ChoiceField(label=_("Il a dit"), choices=YES_NO)
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=_("Qui"), required=False, empty_label=_("une autre personne")
    )
    person = forms.CharField(
        label=_("Son nom, si elle n’est pas dans la liste"), required=False, max_length=120
    )
    how = forms.ChoiceField(label=_("Comment"), choices=BY_STAFF)
    until = DayField(label=_("Valable jusqu’au"), required=False)
    note = forms.CharField(label=_("Ce qui a été dit"), required=False, max_length=500)
    document = PaperField(label=_("Lettre ou courriel"), required=False)

    def fill(self) -> None:
        kinds = kinds_for(self.ticket)
        if allowed.step_agreement(self.ticket, self.ticket.step) is not None:
            kinds.append((AgreementKind.STEP.value, AgreementKind.STEP.label))
        self.offer("kind", kinds)
        self.among_contacts("contact")
        self.initial["contact"] = self.ticket.caller_id

    def answer(self) -> Answer:
        """What `record_agreement` takes."""
        said = self.cleaned_data
        return Answer(
            given=said["given"] == "yes",
            how=said["how"],
            contact=said["contact"],
            name=said["person"],
            until_at=end_of(said["until"]),
            note=said["note"],
            paper=paper_of(said["document"]),
        )

    def field_of(self, refused: Any) -> str | None:
        return {"until_at": "until", "name": "person"}.get(str(refused.field), refused.field)


def paper_of(sent: Any) -> Paper | None:
    """An uploaded proof; None when there is none."""
    if sent is None:
        return None
    return Paper(str(sent.name), sent.content_type or "application/octet-stream", sent.read())


class RemoteForm(TicketForm):
    """A machine to take over."""

    name = "remote"
    rows = (("tool", "equipment"), ("reason",))
    tool = forms.ModelChoiceField(RemoteTool.objects.none(), label=_("Outil"), empty_label=None)
    equipment = forms.CharField(label=_("Machine"), required=False, max_length=120)
    reason = forms.CharField(label=_("Pour quoi faire"), required=False, max_length=300)

    def fill(self) -> None:
        self.shared("tool", access.tools(self.actor).filter(is_active=True))
        self.initial["equipment"] = self.ticket.equipment_label


class StopForm(TicketForm):
    """Why an intervention is stopped."""

    name = "stop"
    reason = forms.ChoiceField(label=_("Motif"), required=False)
    duty = forms.ChoiceField(label=_("Devoir du client qui n’était pas tenu"), required=False)
    note = LongText(label=_("Ce qui s’est passé, lu par le client"), required=False)

    def fill(self) -> None:
        language = "en" if wording.is_english(get_language() or "fr") else "fr"
        listed = stopping.reasons_of(self.ticket)
        self.offer("reason", [(one["key"], one["label"][language].capitalize()) for one in listed])
        if not listed:
            del self.fields["reason"]
        duties = [
            (one.extra["key"], f"{one.says.to(language).capitalize()} ({one.clause})")
            for one in stopping.duties_of(self.ticket)
        ]
        self.offer(
            "duty",
            [
                (
                    "",
                    _("aucun"),
                ),
                *duties,
            ],
        )


class WithdrawForm(TicketForm):
    """Why an agreement holds no more."""

    name = "withdraw"
    reason = forms.CharField(label=_("Raison"), required=False, max_length=500)


class RemoteEndForm(TicketForm):
    """The machine is the client's again: nothing to fill in."""

    name = "remote_end"


class ToldForm(TicketForm):
    """Someone called and told."""

    name = "told"
    note = forms.CharField(required=False, max_length=500)


FORMS = (AskForm, AnswerForm, RemoteForm, StopForm)


def fresh(ticket: Ticket, actor: Actor) -> dict[str, TicketForm]:
    """Every form of the conduct as it starts, by name."""
    return {form.name: form(ticket=ticket, actor=actor) for form in FORMS}
