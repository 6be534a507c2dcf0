"""The file of a reversibility: opened on a registered letter, estimated anew, given up (imri XIV)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.contracts import services as acts
from clausier.contracts.models import Contract
from clausier.contracts.services import endings
from clausier.foundation import journal, numbering, rulings
from clausier.foundation.actors import Actor, program
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Ruling
from clausier.lifecycle import reversal_plans, reversal_queries
from clausier.lifecycle.errors import (
    AlreadyReversed,
    NoReversibility,
    NothingEnds,
    NotInThisState,
    OnlyAPartEnds,
    UnknownMatter,
)
from clausier.lifecycle.models import Letter, LetterKind, Reversal, ReversalEstimate, ReversalStep
from clausier.lifecycle.services.letters import Journey, Paper, take_in, words
from clausier.lifecycle.services.reversal import signing
from clausier.lifecycle.states import REVERSAL_MOVES, ReversalState
from clausier.terms import rules
from clausier.terms.book import Book
from clausier.terms.outcome import Outcome

MOST_ENGINEERS: Final = 50
MOST_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Effort:
    """What the return is estimated to take: so many engineers, so many days each.

    `s0` and `s1` are the Syntec index of the price's year and the latest one, where the price is revised.
    """

    engineers: int
    days: int
    s0: Decimal | None = None
    s1: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What the rules say of an effort: the day and the price, and the price revised."""

    outcome: Outcome
    revised: Outcome | None

    @property
    def due_on(self) -> date:
        found: date = self.outcome.value["complete_by"]
        return found

    @property
    def fee(self) -> Decimal:
        found: Decimal = self.revised.value if self.revised else self.outcome.value["fee"]
        return found


@act("reversal.write")
def open_reversal(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    scope: str,
    effort: Effort,
    letter: Letter | None = None,
    journey: Journey | None = None,
    scan: Paper | None = None,
    wished_on: date | None = None,
) -> Reversal:
    """Open the reversibility of a contract whose whole service ends, on the client's registered letter.

    The letter is one that came already (its notice, say), or is recorded now by its `journey`. From its
    presentation on the delay runs; the service and its price go on until the return, where a clause says so.

    Raises NoReversibility, NothingEnds, OnlyAPartEnds, AlreadyReversed, OfAnother, UnknownMatter,
    InvalidInput naming the field.
    """
    held = endings.hold(contract, by)
    book = contracts.effective_book(held)
    _must_know(held, book)
    _must_end(held, book)
    asked = words(scope, "scope", wanted=_("Dites ce qui est à rendre : données, logiciels, comptes."))
    _must_be_first(held)
    request = _request(held, letter, journey, scan, by=by, at=at)
    received_on = request.presented_on
    assert received_on
    if wished_on is not None and wished_on < received_on:
        raise InvalidInput(_("La date souhaitée suit la réception de la lettre."), field="wished_on")
    answers = answer(book, received_on, effort)
    made = Reversal(
        provider=by.provider,
        client_id=held.client_id,
        contract=held,
        end=endings.standing_end(held),
        number=_number(by, at),
        clause=reversal_queries.clause_of(book),
        scope=asked,
        wished_on=wished_on,
        letter=request,
        received_on=received_on,
        engineers=effort.engineers,
        days=effort.days,
        due_on=answers.due_on,
        fee=answers.fee,
        opened_at=at,
        opened_by=by.name,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # two at once: the index of one a contract holds
        raise _already(held) from None
    _keep(made, answers, reason="", by=by, at=at)
    _plan(made)
    made.continuation = _continued(made, book, by=by, at=at)
    made.save()
    journal.write(
        by=by,
        at=at,
        code="lifecycle.reversal_opened",
        about=made,
        data={"contract": held.number, "letter": request.number, **_said(made)},
    )
    return made


@act("reversal.write")
def revise_estimate(*, by: Actor, at: datetime, reversal: Reversal, effort: Effort, reason: str) -> Reversal:
    """Estimate anew: a new ruling, from the day on which the letter was presented; the former ones stay.

    Raises NotInThisState, UnknownMatter, InvalidInput naming the field.
    """
    held = hold(reversal, by, ReversalState.OPEN)
    why = words(reason, "reason", wanted=_("Dites en quelques mots pourquoi."))
    if held.letter.presented_on is not None:
        held.received_on = held.letter.presented_on
    answers = answer(contracts.effective_book(held.contract), held.received_on, effort)
    held.engineers, held.days = effort.engineers, effort.days
    held.due_on, held.fee = answers.due_on, answers.fee
    _keep(held, answers, reason=why[:200], by=by, at=at)
    held.save()
    journal.write(
        by=by,
        at=at,
        code="lifecycle.reversal_estimated",
        about=held,
        data={"contract": held.contract.number, "reason": why[:200], **_said(held)},
    )
    return held


@act("reversal.write")
def withdraw_reversal(*, by: Actor, at: datetime, reversal: Reversal, reason: str) -> Reversal:
    """Nothing is to be returned any more: the client gives it up, or the contract goes on after all.

    Raises NotInThisState, UnknownMatter, InvalidInput naming `reason`.
    """
    held = hold(reversal, by, ReversalState.OPEN)
    why = words(reason, "reason", wanted=_("Dites en quelques mots pourquoi."))[:200]
    for record in held.records.filter(state__in=reversal_queries.STANDING):
        signing.withdraw(record, at=at, reason=why)
        signing.release(record, because=why)
    move(held, ReversalState.WITHDRAWN)
    held.withdrawn_because, held.closed_at = why, at
    held.save()
    ours = program(by.provider)  # it follows from the act: whoever may do that needs no other right
    acts.settle_continuation(by=ours, at=at, contract=held.contract, returned_on=None, because=why)
    journal.write(
        by=by,
        at=at,
        code="lifecycle.reversal_withdrawn",
        about=held,
        data={"contract": held.contract.number, "reason": why},
    )
    return held


def answer(book: Book, received_on: date, effort: Effort) -> Answers:
    """What the rules `reversibility` and, with indices, `indexation` say. Raises InvalidInput, TermsError."""
    if not 1 <= effort.engineers <= MOST_ENGINEERS:
        raise InvalidInput(_("Indiquez un ingénieur au moins, cinquante au plus."), field="engineers")
    if not 0 <= effort.days <= MOST_DAYS:
        raise InvalidInput(_("Indiquez un nombre de jours, 365 au plus."), field="days")
    if (effort.s0 is None) != (effort.s1 is None):
        raise InvalidInput(
            _("Une révision prend les deux indices : celui de base et le nouveau."),
            field="s1" if effort.s1 is None else "s0",
        )
    facts = {"received_on": received_on, "engineers": effort.engineers, "days": effort.days}
    outcome = rules.ask("reversibility", book, facts)
    if effort.s0 is None:
        return Answers(outcome, None)
    if not book.has(reversal_queries.INDEXATION):
        raise InvalidInput(_("Ces conditions ne révisent pas les prix sur un indice."), field="s0")
    indices = {"price": outcome.value["fee"], "s0": effort.s0, "s1": effort.s1, "on": received_on}
    return Answers(outcome, rules.ask("indexation", book, indices))


def hold(reversal: Reversal, by: Actor, *states: str) -> Reversal:
    """The file, kept for this act, in one of `states` (none: any). Raises UnknownMatter, NotInThisState."""
    found = reversal_queries.reversals(by).filter(pk=reversal.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise UnknownMatter(_("Cette réversibilité n’existe pas ici."))
    if states and found.state not in states:
        raise NotInThisState(
            _("La réversibilité %(number)s est « %(state)s » : cela ne s’y fait plus, ou pas encore.")
            % {"number": found, "state": found.get_state_display()}
        )
    return found


def move(reversal: Reversal, state: str) -> None:
    """Move the file, which is kept for this act. Raises NotInThisState."""
    if state not in REVERSAL_MOVES[reversal.state]:
        raise NotInThisState(_("La réversibilité %(number)s n’en est pas là.") % {"number": reversal})
    reversal.state = state


def clause_of(reversal: Reversal) -> tuple[str, str] | None:
    """The clause that a refusal cites; None where particular conditions agreed on the return."""
    return (reversal.contract.book.name, reversal.clause) if reversal.clause else None


# What the acts share


def _must_know(contract: Contract, book: Book) -> None:
    if not reversal_queries.knows_reversibility(book):
        raise NoReversibility(
            _("Le livre %(book)s ne prévoit pas de réversibilité.") % {"book": contract.book.name},
            way_out=_(
                "Convenez-en par écrit : un délai, un prix par jour d’ingénieur et une tranche, en "
                "conditions particulières du contrat."
            ),
        )


def _must_end(contract: Contract, book: Book) -> None:
    """The whole service ends: a notice or another end stands, or the contract fixed its last day."""
    if contract.renewed_until is not None:
        return
    cited = reversal_queries.clause_of(book)
    clause = (contract.book.name, cited) if cited else None
    if reversal_queries.part_ends(contract):
        raise OnlyAPartEnds(
            _("Une partie du service seulement prend fin, par avenant : la réversibilité vaut pour le tout."),
            clause=clause,
            way_out=_("Ce que le client demande de plus fait l’objet d’une commande : établissez un devis."),
        )
    raise NothingEnds(
        _("Rien ne met fin au contrat %(number)s : les données se rendent à la fin de tout le service.")
        % {"number": contract},
        clause=clause,
        way_out=_("Enregistrez d’abord le préavis, la résiliation ou l’accord qui y met fin."),
    )


def _must_be_first(contract: Contract) -> None:
    if contract.reversals.exclude(state=ReversalState.WITHDRAWN).exists():
        raise _already(contract)


def _already(contract: Contract) -> AlreadyReversed:
    found = contract.reversals.exclude(state=ReversalState.WITHDRAWN).first()
    number = found.number if found else ""
    return AlreadyReversed(
        _("Le contrat %(contract)s a déjà sa réversibilité, %(number)s.")
        % {"contract": contract, "number": number},
        number=number,
    )


def _request(
    contract: Contract,
    letter: Letter | None,
    journey: Journey | None,
    scan: Paper | None,
    *,
    by: Actor,
    at: datetime,
) -> Letter:
    """The letter that asks for the return, presented. Raises UnknownMatter, InvalidInput."""
    if letter is not None:
        found = reversal_queries.requests_of(by, contract).filter(pk=letter.pk).first()
        if found is None:
            raise UnknownMatter(_("Cette lettre n’existe pas ici."), field="letter")
        return found
    told = journey or Journey()
    if told.presented_on is None:
        raise InvalidInput(
            _("Le délai court de la réception de la lettre : indiquez le jour de sa présentation."),
            field="presented_on",
        )
    title = _("Demande de réversibilité")
    return take_in(LetterKind.REVERSIBILITY, contract, told, by=by, at=at, scan=scan, title=title)


def _keep(reversal: Reversal, answers: Answers, *, reason: str, by: Actor, at: datetime) -> None:
    """Keep what the rules said, beside the file and among its estimates."""
    reversal.ruling = _ruling(answers.outcome, reversal, at)
    reversal.price_ruling = _ruling(answers.revised, reversal, at) if answers.revised else None
    ReversalEstimate.objects.create(
        provider=by.provider,
        client_id=reversal.client_id,
        reversal=reversal,
        received_on=reversal.received_on,
        engineers=reversal.engineers,
        days=reversal.days,
        due_on=reversal.due_on,
        fee=reversal.fee,
        ruling=reversal.ruling,
        price_ruling=reversal.price_ruling,
        reason=reason,
        made_at=at,
        made_by=by.name,
    )


def _ruling(outcome: Outcome, reversal: Reversal, at: datetime) -> Ruling:
    return rulings.keep(
        outcome,
        provider=reversal.provider,
        book=contracts.edition_of(reversal.contract),
        about=reversal,
        at=at,
        client_id=reversal.client_id,
    )


def _plan(reversal: Reversal) -> None:
    usual = reversal_plans.usual_steps(reversal.contract.kind, reversal.received_on, reversal.due_on)
    ReversalStep.objects.bulk_create(
        ReversalStep(
            provider=reversal.provider,
            client_id=reversal.client_id,
            reversal=reversal,
            position=position,
            title=step.title,
            party=step.party,
            due_on=due_on,
        )
        for position, (step, due_on) in enumerate(usual, start=1)
    )


def _continued(reversal: Reversal, book: Book, *, by: Actor, at: datetime) -> Any:
    """The service and its price go on until the return, where a clause of the book says so."""
    clause = reversal_queries.duty_clause(book, reversal_queries.CONTINUES)
    if not clause:
        return None
    return acts.continue_service(
        by=program(by.provider),
        at=at,
        contract=reversal.contract,
        clause=clause,
        reason=_("Jusqu’à la restitution, réversibilité %(number)s") % {"number": reversal},
    )


def _number(by: Actor, at: datetime) -> str:
    year = at.astimezone(PARIS).year
    return f"RV-{year}-{numbering.next_number(by.provider, f'reversal-{year}'):04d}"


def _said(reversal: Reversal) -> dict[str, Any]:
    return {
        "received_on": reversal.received_on.isoformat(),
        "engineers": reversal.engineers,
        "days": reversal.days,
        "due_on": reversal.due_on.isoformat(),
        "fee": str(reversal.fee),
    }
