"""Ends before the term: on a ground of the book, after a formal notice, for force majeure, by agreement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from clausier.contracts import interruptions
from clausier.contracts import queries as contracts
from clausier.contracts import services as acts
from clausier.contracts.errors import NoSuchGround
from clausier.contracts.models import Contract, ContractEnd, EndCause, ForceMajeure, Party
from clausier.contracts.services import endings
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle import papers, policies
from clausier.lifecycle.errors import PaperMissing, TooEarly, Withdrawn
from clausier.lifecycle.models import FormalNotice
from clausier.lifecycle.papers import Draft
from clausier.lifecycle.services import evidence
from clausier.lifecycle.services.evidence import Given
from clausier.lifecycle.services.formal_notices import hold as hold_formal_notice
from clausier.lifecycle.services.formal_notices import must_have_run_out
from clausier.lifecycle.services.letters import Paper, filed, issue, words
from clausier.lifecycle.services.letters import preview as preview_letter
from clausier.lifecycle.states import FORMAL_NOTICE_MOVES, FormalNoticeState
from clausier.terms.book import Reading


@act("endings.terminate")
def terminate(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    ground: str,
    reason: str,
    given: Given,
    ends_on: date | None = None,
    language: str = "fr",
) -> ContractEnd:
    """End the contract on a ground that its terms give the provider, with its evidence; the letter is issued.

    Its last day is today by default, or one to come. Raises NoSuchGround, EvidenceMissing, AlreadyEnds,
    OfAnother, InvalidInput naming the field.
    """
    held = endings.hold(contract, by)
    endings.must_not_end(held)
    last = _last_day(ends_on, at)
    reading = ground_of(held, ground, at)
    draft = termination_draft(
        held, ground=ground, reason=reason, given=given, ends_on=ends_on, language=language, by=by, at=at
    )
    end = acts.end_contract(
        by=by,
        at=at,
        contract=held,
        cause=EndCause.GROUND,
        by_party=Party.PROVIDER,
        ends_on=last,
        ground=ground,
        clause=reading.clause or "",
        reason=reason,
        effects=_effects(held, reading, at),
    )
    evidence.keep(given, held, by=by, at=at, end=end)
    return _written(end, draft, held, by=by, at=at, language=language)


def termination_draft(
    contract: Contract,
    *,
    ground: str,
    reason: str,
    given: Given,
    ends_on: date | None,
    language: str,
    by: Actor,
    at: datetime,
) -> Draft:
    """The letter that ends a contract on a ground. Raises NoSuchGround, EvidenceMissing, InvalidInput."""
    reading = ground_of(contract, ground, at)
    evidence.must_be(given, (contract.book.name, reading.clause or ""))
    with override(language):
        return papers.termination(
            contract,
            clause=reading.clause or "",
            ground=reading.label.to(language),
            ends_on=_last_day(ends_on, at),
            reason=words(reason, "reason", wanted=_("Dites ce qui s’est passé.")),
            effects=_effects(contract, reading, at),
            evidence=evidence.labels(given, contract, by),
        )


def preview_termination(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    ground: str,
    reason: str,
    given: Given,
    ends_on: date | None,
    language: str,
) -> bytes:
    """What `terminate` would issue now."""
    draft = termination_draft(
        contract, ground=ground, reason=reason, given=given, ends_on=ends_on, language=language, by=by, at=at
    )
    return preview_letter(draft, contract, by=by, at=at, language=language)


def ground_of(contract: Contract, ground: str, at: datetime) -> Reading:
    """A ground on which the provider ends without a formal notice. Raises NoSuchGround."""
    book, on = contracts.effective_book(contract), at.astimezone(PARIS).date()
    known = interruptions.grounds(book, on, party=Party.PROVIDER, after_notice=False)
    found = next((one for one in known if one.term == ground), None)
    if found is None:
        language = get_language() or "fr"
        raise NoSuchGround(
            _("Choisissez un motif du livre : %(grounds)s.")
            % {"grounds": ", ".join(one.label.to(language) for one in known)},
            field="ground",
        )
    return found


def _effects(contract: Contract, ground: Reading, at: datetime) -> list[dict[str, Any]]:
    book = contracts.effective_book(contract)
    return policies.effects_of_ground(book, ground, at.astimezone(PARIS).date())


def _last_day(ends_on: date | None, at: datetime) -> date:
    today = at.astimezone(PARIS).date()
    if ends_on is not None and ends_on < today:
        raise InvalidInput(_("Une résiliation ne remonte pas dans le passé."), field="ends_on")
    return ends_on or today


@act("endings.terminate")
def end_after_formal_notice(
    *,
    by: Actor,
    at: datetime,
    formal_notice: FormalNotice,
    reason: str = "",
    ends_on: date | None = None,
    language: str = "fr",
) -> ContractEnd:
    """End the contract after a formal notice that stayed without effect (ims 10), by whoever sent it.

    Our letter is issued for our own; a client says so by its own. Raises TooEarly with the clause and the
    day while the delay runs, Withdrawn when it was complied with, AlreadyEnds, InvalidInput naming the field.
    """
    formal = hold_formal_notice(formal_notice, by)
    held = endings.hold(formal.contract, by)
    if FormalNoticeState.ENDED not in FORMAL_NOTICE_MOVES[formal.state]:
        if formal.state == FormalNoticeState.SENT:
            must_have_run_out(formal, at)
        raise Withdrawn(_("Cette mise en demeure ne permet pas de mettre fin au contrat."))
    must_have_run_out(formal, at)
    reading = _ground_then(held, formal, at)
    last, why = _last_day(ends_on, at), words(reason, "reason") or formal.breach
    effects = _effects(held, reading, at)
    with override(language):
        draft = papers.termination(
            held,
            clause=formal.clause,
            ground=reading.label.to(language),
            ends_on=last,
            reason=why,
            effects=effects,
            evidence=[one.object_label for one in formal.evidence.order_by("pk")],
        )
    end = acts.end_contract(
        by=by,
        at=at,
        contract=held,
        cause=EndCause.BREACH,
        by_party=formal.from_party,
        ends_on=last,
        ground=formal.ground,
        clause=formal.clause,
        reason=why,
        effects=effects,
        ruling=formal.ruling,
    )
    formal.state, formal.end = FormalNoticeState.ENDED, end
    formal.settled_at, formal.settled_by = at, by.name
    formal.save()
    return _written(end, draft, held, by=by, at=at, language=language)


def _ground_then(contract: Contract, formal: FormalNotice, at: datetime) -> Reading:
    """The ground of a formal notice as the terms have it."""
    return contracts.effective_book(contract).read(formal.ground, at.astimezone(PARIS).date())


@act("endings.terminate")
def end_for_force_majeure(
    *,
    by: Actor,
    at: datetime,
    force_majeure: ForceMajeure,
    by_party: str,
    reason: str = "",
    language: str = "fr",
) -> ContractEnd:
    """End the contract because an impediment lasts. Either party may from the day after it has lasted long
    enough (ims 7.5); the provider at once, as of the interruption, where the book says so (ims 11).

    Raises NoSuchGround, TooEarly, Withdrawn, AlreadyEnds, InvalidInput naming the field.
    """
    if by_party not in (Party.PROVIDER, Party.CLIENT):
        raise InvalidInput(_("Dites quelle partie met fin au contrat."), field="by_party")
    held = endings.hold(force_majeure.contract, by)
    event = held.force_majeures.select_related("ruling").get(pk=force_majeure.pk)
    today = at.astimezone(PARIS).date()
    if event.until_on is not None and event.until_on <= today:
        raise Withdrawn(_("Cet empêchement est terminé : il ne met plus fin au contrat."))
    book = contracts.effective_book(held)
    clause, last = _right_of(event, by_party, today)
    effects = policies.effects_of_force_majeure(book, today)
    why = words(reason, "reason") or event.description
    end = acts.end_contract(
        by=by,
        at=at,
        contract=held,
        cause=EndCause.FORCE_MAJEURE,
        by_party=by_party,
        ends_on=last,
        clause=clause,
        reason=why,
        effects=effects,
        ruling=event.ruling,
    )
    with override(language):
        draft = papers.termination(
            held,
            clause=clause,
            ground=_("force majeure"),
            ends_on=last,
            reason=why,
            effects=effects,
            evidence=(),
        )
    return _written(end, draft, held, by=by, at=at, language=language)


def _right_of(event: ForceMajeure, by_party: str, today: date) -> tuple[str, date]:
    """By which clause that party may end the contract now, and its last day.

    Raises NoSuchGround, TooEarly.
    """
    book = contracts.effective_book(event.contract)
    if by_party == Party.PROVIDER and book.has(interruptions.AT_ONCE):
        at_once = book.read(interruptions.AT_ONCE, today)
        if at_once.value == "interruption-date":
            return at_once.clause or "", event.since_on
    opens_on = interruptions.right_from(event)
    if opens_on is None or event.ruling is None:
        raise NoSuchGround(_("Les conditions de ce contrat ne donnent pas ce droit."))
    lasts = book.read(interruptions.LASTS, today)
    if today < opens_on:
        raise TooEarly(
            _("Le droit de mettre fin au contrat ne s’ouvre que le %(day)s.") % {"day": papers.day(opens_on)},
            clause=(book.name, lasts.clause or ""),
            until=opens_on.isoformat(),
        )
    return lasts.clause or "", today


@act("endings.write")
def end_by_agreement(
    *, by: Actor, at: datetime, contract: Contract, ends_on: date, reason: str, document: Paper
) -> ContractEnd:
    """Both agree on a last day; what they signed is filed. Raises PaperMissing, AlreadyEnds, InvalidInput."""
    held = endings.hold(contract, by)
    why = words(reason, "reason", wanted=_("Dites en quelques mots pourquoi."))
    title = _("Accord de fin de contrat, %(number)s") % {"number": held.number}
    paper = filed(document, "ending-agreement", title, held, by=by, at=at)
    if paper is None:
        raise PaperMissing(_("Un accord est écrit : joignez le document signé."), field="document")
    end = acts.end_contract(
        by=by,
        at=at,
        contract=held,
        cause=EndCause.AGREEMENT,
        by_party=Party.BOTH,
        ends_on=ends_on,
        reason=why,
        document=paper,
    )
    journal.write(by=by, at=at, code="lifecycle.end_agreed", about=held, data=_said(end, letter=None))
    return end


@act("endings.write")
def undo_end(*, by: Actor, at: datetime, contract: Contract, reason: str, document: Paper) -> ContractEnd:
    """Both agree that the contract goes on after all; what they signed is filed.

    Raises DoesNotEnd, PaperMissing, NotAllowed for an end that only an owner decides, InvalidInput.
    """
    held = endings.hold(contract, by)
    title = _("Annulation de la fin du contrat, %(number)s") % {"number": held.number}
    paper = filed(document, "end-undone", title, held, by=by, at=at)
    if paper is None:
        raise PaperMissing(_("Un accord est écrit : joignez le document signé."), field="document")
    end = acts.undo_end(by=by, at=at, contract=held, reason=reason, document=paper)
    for notice in end.notices.all():
        notice.state, notice.withdrawn_at, notice.withdrawn_by = "withdrawn", at, by.name
        notice.withdrawn_because, notice.withdrawn_document = end.undone_because, paper
        notice.save()
    return end


def _written(
    end: ContractEnd, draft: Draft, contract: Contract, *, by: Actor, at: datetime, language: str
) -> ContractEnd:
    """Issue our letter where the end is ours, and write the act down."""
    letter = None
    if end.by_party == Party.PROVIDER:
        letter = issue(draft, contract, by=by, at=at, language=language, end=end)
        end.document = letter.document
        end.save(update_fields=["document"])
    journal.write(
        by=by,
        at=at,
        code="lifecycle.contract_terminated",
        about=contract,
        data=_said(end, letter=letter.number if letter else None),
    )
    return end


def _said(end: ContractEnd, *, letter: str | None) -> dict[str, Any]:
    effects: Sequence[dict[str, Any]] = end.effects
    return {
        "cause": end.cause,
        "ground": end.ground,
        "clause": end.clause,
        "ends_on": end.ends_on.isoformat(),
        "effects": [one["says"][0] for one in effects],
        "letter": letter,
    }
