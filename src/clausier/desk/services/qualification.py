"""Saying better what a ticket is about: class, impact, contract, coverage, pre-diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk import facts, policies
from clausier.desk.errors import NothingChanged
from clausier.desk.models import EventKind, Impact, Ticket, Urgency, Verdict
from clausier.desk.services import promises, work
from clausier.desk.services.held import hold_open
from clausier.desk.services.tickets import (
    check_contract,
    departing_reason,
    tell_coverage,
    tell_priority,
)
from clausier.desk.timeline import record
from clausier.directory.models import Site
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput


class Unchanged:
    """Stands for a field that the act leaves as it is (None is a value: no contract, no site)."""


UNCHANGED = Unchanged()
WORDS = {"equipment_class": EquipmentClass, "impact": Impact, "urgency": Urgency}


@act("desk.qualify")
def qualify(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    equipment_class: str | Unchanged = UNCHANGED,
    contract: Contract | Unchanged | None = UNCHANGED,
    impact: str | Unchanged = UNCHANGED,
    urgency: str | Unchanged = UNCHANGED,
    site: Site | Unchanged | None = UNCHANGED,
    equipment_label: str | Unchanged = UNCHANGED,
    cause: str | Unchanged = UNCHANGED,
) -> Ticket:
    """Qualify anew: priority, coverage and promises follow; time used stays used, the timeline says both.

    A verdict that staff decided against the proposal stays. Raises NothingChanged, InvalidInput naming the
    field, NoSuchContract, TermsError naming `cause` when it does not fit the class.
    """
    held = hold_open(ticket, by)
    asked = {
        "equipment_class": equipment_class,
        "contract": contract,
        "impact": impact,
        "urgency": urgency,
        "site": site,
        "equipment_label": equipment_label,
        "cause": cause,
    }
    changes = {
        name: (getattr(held, name), value)
        for name, value in asked.items()
        if not isinstance(value, Unchanged) and value != getattr(held, name)
    }
    if not changes:
        raise NothingChanged(_("Rien n’a changé."))
    _check(held, changes)
    former = (held.priority, held.verdict)
    for name, (_former, value) in changes.items():
        setattr(held, name, value)
    assessment = facts.assess(facts.Request.of(held))
    held.priority = assessment.priority.value
    if not held.verdict_reason:
        held.verdict = assessment.proposed
    elif held.verdict == assessment.proposed:
        held.verdict_reason = ""
    held.save(update_fields=[*changes, "priority", "verdict", "verdict_reason"])
    said = {name: [_plain(before), _plain(after)] for name, (before, after) in changes.items()}
    record(held, EventKind.QUALIFIED, by=by, at=at, data={"changes": said})
    if {"impact", "urgency"} & set(changes) or held.priority != former[0]:
        tell_priority(held, assessment, by=by, at=at)
    if {"equipment_class", "contract", "cause"} & set(changes) or held.verdict != former[1]:
        tell_coverage(held, assessment, by=by, at=at)
    promises.change(held, assessment, by=by, at=at)
    work.reserve_again(held, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.ticket_qualified",
        about=held,
        data={"changes": said, "priority": [former[0], held.priority], "verdict": [former[1], held.verdict]},
    )
    return held


def _check(ticket: Ticket, changes: Mapping[str, tuple[Any, Any]]) -> None:
    for name, words in WORDS.items():
        if name in changes and changes[name][1] not in words.values:
            raise InvalidInput(_("Faites un choix dans la liste."), field=name)
    site = changes["site"][1] if "site" in changes else None
    if site is not None and site.client_id not in (ticket.client_id, ticket.beneficiary_id):
        raise InvalidInput(_("Ce site n’est pas de ce client."), field="site")
    contract = changes["contract"][1] if "contract" in changes else None
    if contract is not None:
        check_contract(contract, ticket.client, ticket.called_at)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)


@act("desk.cover")
def decide_coverage(
    *, by: Actor, at: datetime, ticket: Ticket, verdict: str, cause: str, reason: str = ""
) -> Ticket:
    """Retain a verdict for a cause; another than the one the book proposes says why (imri VIII).

    Raises NothingChanged, ReasonNeeded, InvalidInput naming `verdict`, TermsError for an unknown cause.
    """
    held = hold_open(ticket, by)
    if verdict not in Verdict.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="verdict")
    former = {"verdict": held.verdict, "cause": held.cause, "reason": held.verdict_reason}
    held.cause = cause
    assessment = facts.assess(facts.Request.of(held))
    held.verdict = verdict
    held.verdict_reason = departing_reason(verdict, assessment, reason)
    now = {"verdict": held.verdict, "cause": held.cause, "reason": held.verdict_reason}
    if now == former:
        raise NothingChanged(_("Rien n’a changé."))
    held.save(update_fields=["cause", "verdict", "verdict_reason"])
    tell_coverage(held, assessment, by=by, at=at)
    promises.change(held, assessment, by=by, at=at)
    work.reserve_again(held, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.coverage_decided",
        about=held,
        data={"before": former, "after": now, "proposed": assessment.proposed},
    )
    return held


@act("desk.work")
def answer_prediagnosis(*, by: Actor, at: datetime, ticket: Ticket, answers: Mapping[str, str]) -> Ticket:
    """Keep answers to the pre-diagnosis, by the key of their question; an empty answer takes one back.

    Raises InvalidInput naming the question that the book does not ask, or NothingChanged.
    """
    held = hold_open(ticket, by)
    book = facts.terms_for(held.provider, held.contract, held.agency).book
    questions = policies.questions_of(book, policies.day_of(held.called_at))
    known = {question["key"] for question in questions}
    for key in answers:
        if key not in known:
            raise InvalidInput(_("Cette question ne fait pas partie du pré-diagnostic."), field=key)
    kept = {**held.prediagnosis, **{key: answer.strip() for key, answer in answers.items()}}
    kept = {key: answer for key, answer in kept.items() if answer}
    if kept == held.prediagnosis:
        raise NothingChanged(_("Rien n’a changé."))
    held.prediagnosis = kept
    held.save(update_fields=["prediagnosis"])
    missing = policies.unanswered(questions, kept)
    record(
        held,
        EventKind.PREDIAGNOSIS,
        by=by,
        at=at,
        data={"answers": kept, "missing": missing, "asked": len(questions)},
    )
    journal.write(
        by=by,
        at=at,
        code="desk.prediagnosis_answered",
        about=held,
        data={"answered": sorted(kept), "missing": missing},
    )
    return held
