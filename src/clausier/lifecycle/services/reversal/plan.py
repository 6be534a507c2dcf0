"""The plan of a reversibility: its steps, whose they are, done or left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from clausier.contracts.models import Party
from clausier.directory.models import Contact
from clausier.foundation import journal
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.errors import NotInThisState, UnknownMatter
from clausier.lifecycle.models import Reversal, ReversalStep
from clausier.lifecycle.services.letters import words
from clausier.lifecycle.services.reversal.files import hold
from clausier.lifecycle.states import ReversalState

UNDER_WAY = (ReversalState.OPEN, ReversalState.DELIVERED)
LONGEST = 160


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step as it is given: one of our people, one of the client's, or only the party."""

    title: str
    party: str
    due_on: date
    person: Person | None = None
    contact: Contact | None = None


@act("reversal.write")
def write_step(
    *, by: Actor, at: datetime, reversal: Reversal, facts: StepFacts, step: ReversalStep | None = None
) -> ReversalStep:
    """A step of the plan, or one of them changed while it is to be done.

    Raises NotInThisState, UnknownMatter, InvalidInput naming the field.
    """
    file = hold(reversal, by, *UNDER_WAY)
    _check(facts, file, by)
    held = _hold(step, by) if step else _new(file)
    if held.reversal_id != file.pk:
        raise UnknownMatter(_("Cette étape n’existe pas ici."))
    _must_wait(held)
    held.title, held.party, held.due_on = " ".join(facts.title.split()), facts.party, facts.due_on
    held.person, held.contact = facts.person, facts.contact
    held.save()
    data = _said(held)
    if step is None:
        journal.write(by=by, at=at, code="lifecycle.reversal_step_added", about=file, data=data)
    else:
        journal.write(by=by, at=at, code="lifecycle.reversal_step_changed", about=file, data=data)
    return held


@act("reversal.work")
def complete_step(
    *, by: Actor, at: datetime, step: ReversalStep, done_on: date | None = None, note: str = ""
) -> ReversalStep:
    """A step was done, by us or by the client as it told us. Raises NotInThisState, UnknownMatter,
    InvalidInput naming `done_on`."""
    return _done(step, done_on, note, by=by, at=at)


@act("reversal.answer")
def complete_own_step(*, by: Actor, at: datetime, step: ReversalStep, note: str = "") -> ReversalStep:
    """The client's people tick a step that is theirs. Raises NotInThisState, UnknownMatter, InvalidInput."""
    if step.party == Party.PROVIDER:
        raise NotInThisState(_("Cette étape revient à votre prestataire : c’est lui qui la coche."))
    return _done(step, None, note, by=by, at=at)


@act("reversal.work")
def reopen_step(*, by: Actor, at: datetime, step: ReversalStep, reason: str) -> ReversalStep:
    """A step that was ticked by mistake is to be done again. Raises NotInThisState, UnknownMatter,
    InvalidInput naming `reason`."""
    held = _hold(step, by)
    file = hold(held.reversal, by, *UNDER_WAY)
    why = words(reason, "reason", wanted=_("Dites en quelques mots pourquoi."))[:200]
    if held.done_on is None:
        raise NotInThisState(_("Cette étape n’est pas faite."))
    was_done_on = held.done_on
    held.done_on, held.done_by = None, ""
    held.save()
    data = {"step": held.title, "was_done_on": was_done_on.isoformat(), "reason": why}
    journal.write(by=by, at=at, code="lifecycle.reversal_step_reopened", about=file, data=data)
    return held


@act("reversal.write")
def drop_step(*, by: Actor, at: datetime, step: ReversalStep, reason: str) -> ReversalStep:
    """A step of the plan is left out; it stays readable. Raises NotInThisState, UnknownMatter,
    InvalidInput naming `reason`."""
    held = _hold(step, by)
    file = hold(held.reversal, by, *UNDER_WAY)
    _must_wait(held)
    held.dropped_because = words(reason, "reason", wanted=_("Dites en quelques mots pourquoi."))[:200]
    held.save()
    data = {"step": held.title, "reason": held.dropped_because}
    journal.write(by=by, at=at, code="lifecycle.reversal_step_dropped", about=file, data=data)
    return held


def _done(step: ReversalStep, done_on: date | None, note: str, *, by: Actor, at: datetime) -> ReversalStep:
    held = _hold(step, by)
    file = hold(held.reversal, by, *UNDER_WAY)
    _must_wait(held)
    today = at.astimezone(PARIS).date()
    on = done_on or today
    if not file.received_on <= on <= today:
        raise InvalidInput(_("Ce jour est entre la réception de la lettre et aujourd’hui."), field="done_on")
    held.done_on, held.done_by = on, by.name
    held.note = words(note, "note")[:400]
    held.save()
    data = {"step": held.title, "done_on": on.isoformat(), "note": held.note}
    journal.write(by=by, at=at, code="lifecycle.reversal_step_done", about=file, data=data)
    return held


def _check(facts: StepFacts, reversal: Reversal, by: Actor) -> None:
    if not facts.title.strip() or len(facts.title) > LONGEST:
        raise InvalidInput(_("Dites en une ligne ce qui est à faire, 160 signes au plus."), field="title")
    if facts.party not in (Party.PROVIDER, Party.CLIENT):
        raise InvalidInput(_("Dites à qui revient cette étape."), field="party")
    if facts.due_on < reversal.received_on:
        raise InvalidInput(_("Une étape suit la réception de la lettre."), field="due_on")
    if facts.person is not None:
        if facts.party != Party.PROVIDER:
            raise InvalidInput(_("Une étape du client revient à l’un des siens."), field="person")
        if not foundation.staff(by).filter(person=facts.person).exists():
            raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field="person")
    if facts.contact is not None:
        if facts.party != Party.CLIENT:
            raise InvalidInput(_("Une étape de l’équipe revient à l’un des nôtres."), field="contact")
        if facts.contact.client_id != reversal.client_id:
            raise InvalidInput(_("Cette personne n’est pas chez ce client."), field="contact")


def _new(reversal: Reversal) -> ReversalStep:
    last = reversal.steps.aggregate(last=Max("position"))["last"] or 0
    return ReversalStep(
        provider=reversal.provider, client_id=reversal.client_id, reversal=reversal, position=last + 1
    )


def _hold(step: ReversalStep, by: Actor) -> ReversalStep:
    found = reversal_queries.steps(by).filter(pk=step.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise UnknownMatter(_("Cette étape n’existe pas ici."))
    return found


def _must_wait(step: ReversalStep) -> None:
    if step.done_on is not None:
        raise NotInThisState(_("Cette étape est déjà faite."))
    if step.dropped_because:
        raise NotInThisState(_("Cette étape a été laissée de côté."))


def _said(step: ReversalStep) -> dict[str, Any]:
    return {
        "step": step.title,
        "party": step.party,
        "owner": step.owner,
        "due_on": step.due_on.isoformat(),
    }
