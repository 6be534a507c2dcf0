"""What the first presentation of a letter decides: a notice in time or late, a delay that begins to run."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.contracts import services as acts
from clausier.contracts.models import Contract, EndCause
from clausier.contracts.services import endings
from clausier.foundation import rulings
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle.errors import NoNotice, Withdrawn
from clausier.lifecycle.models import EndingNotice, FormalNotice, Letter, LetterKind
from clausier.lifecycle.states import FORMAL_NOTICE_MOVES, NOTICE_MOVES, FormalNoticeState, NoticeState
from clausier.terms import rules
from clausier.terms.outcome import Outcome


def judge(letter: Letter, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Inside an act that recorded when `letter` was presented: what follows, for the journal."""
    if letter.presented_on is None:
        if letter.kind in (LetterKind.NOTICE, LetterKind.FORMAL_NOTICE, LetterKind.REVERSIBILITY):
            raise InvalidInput(
                _("Une lettre jugée garde un jour de présentation : corrigez-le."), field="presented_on"
            )
        return {}
    if letter.notice is not None and letter.kind == LetterKind.NOTICE:
        return _judge_notice(letter.notice, letter.presented_on, by=by, at=at)
    if letter.formal_notice is not None:
        return _start_delay(letter.formal_notice, letter.presented_on, by=by, at=at)
    return {}


def term_on(contract: Contract, on: date) -> Outcome:
    """The term running on a day and the last day for a notice that ends it. Raises NoNotice."""
    outcome = contracts.term_outcome(contract, on)
    if outcome is None:
        raise NoNotice(
            _(
                "Les conditions de ce contrat ne lui donnent pas d’échéance : un préavis ne peut pas "
                "y mettre fin."
            ),
            way_out=_("Convenez d’une fin avec l’autre partie, ou passez par une mise en demeure."),
        )
    return outcome


def _judge_notice(notice: EndingNotice, presented_on: date, *, by: Actor, at: datetime) -> dict[str, Any]:
    """In time: the contract ends with the running term. Late: with the next one."""
    held = EndingNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if NoticeState.IN_TIME not in NOTICE_MOVES[held.state]:
        raise Withdrawn(_("Ce préavis a été retiré."))
    _forget_end(held, by=by, at=at)
    contract = endings.hold(held.contract, by)
    outcome = term_on(contract, presented_on)
    held.presented_on = presented_on
    held.notice_by, held.term_ends_on = outcome.value["notice_by"], outcome.value["term_ends_on"]
    in_time = presented_on <= outcome.value["notice_by"]
    held.ruling = _kept(outcome, held, at=at)
    held.next_ruling = None
    follows = outcome
    if not in_time:
        follows = term_on(contract, outcome.value["term_ends_on"] + timedelta(days=1))
        held.next_ruling = _kept(follows, held, at=at)
    held.state = NoticeState.IN_TIME if in_time else NoticeState.LATE
    held.effective_on = follows.value["term_ends_on"]
    if endings.standing_end(contract) is None:  # what ends it already ends it sooner
        held.end = acts.end_contract(
            by=by,
            at=at,
            contract=contract,
            cause=EndCause.NOTICE,
            by_party=held.from_party,
            ends_on=_no_later(contract, follows.value["term_ends_on"]),
            clause=clause_of(outcome),
            reason=held.note,
            document=_paper_of(held),
            ruling=held.next_ruling or held.ruling,
        )
    held.save()
    return {
        "verdict": held.state,
        "notice_by": held.notice_by.isoformat(),
        "effective_on": held.effective_on.isoformat(),
    }


def _no_later(contract: Contract, on: date) -> date:
    """A contract that its own last day ends before is not made longer by a notice."""
    return min(on, contract.renewed_until) if contract.renewed_until else on


def _forget_end(notice: EndingNotice, *, by: Actor, at: datetime) -> None:
    """A notice that is judged again, its days having been corrected, ends nothing meanwhile."""
    if notice.end is None or notice.end.undone_at is not None:
        return
    end = notice.end
    end.undone_at, end.undone_by = at, by.name
    end.undone_because = _("préavis jugé de nouveau")
    end.save(update_fields=["undone_at", "undone_by", "undone_because"])
    Contract.objects.filter(pk=notice.contract_id).update(ends_on=end.former_ends_on, ended_on=None)


def _paper_of(notice: EndingNotice) -> Any:
    letter = notice.letters.filter(kind=LetterKind.NOTICE).order_by("pk").first()
    return letter.document if letter else None


def clause_of(outcome: Outcome) -> str:
    """The clause that an outcome rests on first."""
    return next((reason.clause for reason in outcome.because if reason.clause), "")


def _kept(outcome: Outcome, about: EndingNotice | FormalNotice, *, at: datetime) -> Any:
    contract = about.contract
    return rulings.keep(
        outcome,
        provider=contract.provider,
        book=contract.book,
        about=about,
        at=at,
        client_id=about.client_id,
        label=contract.number,
    )


def _start_delay(formal: FormalNotice, presented_on: date, *, by: Actor, at: datetime) -> dict[str, Any]:
    """The delay of a formal notice runs from its receipt."""
    held = FormalNotice.objects.select_for_update(of=("self",)).get(pk=formal.pk)
    if FormalNoticeState.RUNNING not in FORMAL_NOTICE_MOVES[held.state]:
        raise Withdrawn(_("Cette mise en demeure est déjà réglée : ses jours ne changent plus."))
    book = contracts.effective_book(held.contract)
    outcome = rules.ask("formal-notice", book, {"received_on": presented_on})
    held.presented_on, held.comply_by = presented_on, outcome.value
    held.ruling = _kept(outcome, held, at=at)
    held.state = FormalNoticeState.RUNNING
    held.save()
    return {"comply_by": outcome.value.isoformat()}
