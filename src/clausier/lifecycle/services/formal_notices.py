"""Formal notices: sent or received, their delay, what became of them (ims 10)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from clausier.contracts import interruptions
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, Party
from clausier.contracts.services import endings
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle import papers, queries
from clausier.lifecycle.errors import NoFormalNotice, TooEarly, UnknownMatter, Withdrawn
from clausier.lifecycle.models import FormalNotice, LetterKind
from clausier.lifecycle.papers import Draft
from clausier.lifecycle.services import evidence, judging
from clausier.lifecycle.services.evidence import Given
from clausier.lifecycle.services.letters import Journey, Paper, issue, take_in, words
from clausier.lifecycle.services.letters import preview as preview_letter
from clausier.lifecycle.states import FORMAL_NOTICE_MOVES, FormalNoticeState
from clausier.terms.book import Book, Reading

ASKED_FOR = "nonpayment.formal-notice"


@act("endings.write")
def send_formal_notice(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    ground: str,
    breach: str,
    given: Given | None = None,
    language: str = "fr",
) -> FormalNotice:
    """Call upon the client to perform: the letter is issued; the delay runs from its presentation.

    Raises NoFormalNotice, AlreadyEnds, OfAnother, InvalidInput naming the field.
    """
    brought = given or Given()
    held = endings.hold(contract, by)
    formal = _begin(held, Party.PROVIDER, ground, breach, by=by, at=at)
    draft = formal_notice_draft(
        held, ground=ground, breach=breach, given=brought, language=language, by=by, at=at
    )
    evidence.keep(brought, held, by=by, at=at, formal_notice=formal)
    letter = issue(draft, held, by=by, at=at, language=language, formal_notice=formal)
    journal.write(
        by=by,
        at=at,
        code="lifecycle.formal_notice_sent",
        about=formal,
        data={"contract": held.number, "letter": letter.number, "ground": ground},
    )
    return formal


def formal_notice_draft(
    contract: Contract, *, ground: str, breach: str, given: Given, language: str, by: Actor, at: datetime
) -> Draft:
    """The letter that calls upon the client to perform. Raises NoFormalNotice, InvalidInput."""
    on = at.astimezone(PARIS).date()
    book = contracts.effective_book(contract)
    reading = ground_among(book, ground, on, Party.PROVIDER)
    with override(language):
        return papers.formal_notice(
            contract,
            clause=reading.clause or "",
            ground=reading.label.to(language),
            breach=_breach(breach),
            days=int(book.read(interruptions.FORMAL_NOTICE, on).value),
            evidence=evidence.labels(given, contract, by),
        )


def preview_formal_notice(
    *, by: Actor, at: datetime, contract: Contract, ground: str, breach: str, given: Given, language: str
) -> bytes:
    """What `send_formal_notice` would issue now."""
    draft = formal_notice_draft(
        contract, ground=ground, breach=breach, given=given, language=language, by=by, at=at
    )
    return preview_letter(draft, contract, by=by, at=at, language=language)


@act("endings.record")
def record_formal_notice(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    ground: str,
    breach: str,
    journey: Journey,
    scan: Paper | None = None,
) -> FormalNotice:
    """The client calls upon the provider to perform. Raises NoFormalNotice, OfAnother, InvalidInput."""
    held = endings.hold(contract, by)
    formal = _begin(held, Party.CLIENT, ground, breach, by=by, at=at)
    title = _("Mise en demeure du client")
    letter = take_in(
        LetterKind.FORMAL_NOTICE, held, journey, by=by, at=at, scan=scan, title=title, formal_notice=formal
    )
    started = judging.judge(letter, by=by, at=at) if letter.presented_on else {}
    journal.write(
        by=by,
        at=at,
        code="lifecycle.formal_notice_received",
        about=formal,
        data={"contract": held.number, "letter": letter.number, "ground": ground, **started},
    )
    formal.refresh_from_db()
    return formal


def ground_among(book: Book, ground: str, on: date, party: str) -> Reading:
    """The ground on which that party may send a formal notice. Raises NoFormalNotice, InvalidInput."""
    if not book.has(interruptions.FORMAL_NOTICE):
        asked = book.read(ASKED_FOR, on) if book.has(ASKED_FOR) else None
        raise NoFormalNotice(
            _("Le livre %(book)s ne passe pas par une mise en demeure.") % {"book": book.name},
            clause=(book.name, asked.clause) if asked and asked.clause else None,
            way_out=_("Il donne ses propres motifs de résiliation, sans délai."),
        )
    known = interruptions.grounds(book, on, party=party, after_notice=True)
    found = next((one for one in known if one.term == ground), None)
    if found is None:
        language = get_language() or "fr"
        raise InvalidInput(
            _("Choisissez un motif du livre : %(grounds)s.")
            % {"grounds": ", ".join(one.label.to(language) for one in known)},
            field="ground",
        )
    return found


def _breach(text: str) -> str:
    return words(text, "breach", wanted=_("Décrivez ce qui n’est pas exécuté."))


def _begin(
    contract: Contract, party: str, ground: str, breach: str, *, by: Actor, at: datetime
) -> FormalNotice:
    endings.must_not_end(contract)
    on = at.astimezone(PARIS).date()
    reading = ground_among(contracts.effective_book(contract), ground, on, party)
    return FormalNotice.objects.create(
        provider=by.provider,
        client_id=contract.client_id,
        contract=contract,
        from_party=party,
        ground=ground,
        clause=reading.clause or "",
        breach=_breach(breach),
        given_at=at,
        given_by=by.name,
    )


@act("endings.record")
def settle_formal_notice(
    *,
    by: Actor,
    at: datetime,
    formal_notice: FormalNotice,
    complied: bool,
    complied_on: date | None = None,
    outcome: str = "",
) -> FormalNotice:
    """What became of it: performed on `complied_on`, or without effect once its delay ran out.

    Raises TooEarly, Withdrawn, UnknownMatter, InvalidInput naming the field.
    """
    held = hold(formal_notice, by)
    state = FormalNoticeState.COMPLIED if complied else FormalNoticeState.WITHOUT_EFFECT
    if not complied:
        must_have_run_out(held, at)
    if state not in FORMAL_NOTICE_MOVES[held.state]:
        raise Withdrawn(_("Cette mise en demeure est déjà réglée."))
    today = at.astimezone(PARIS).date()
    if complied:
        done_on = complied_on or today
        if done_on > today or done_on < held.given_at.astimezone(PARIS).date():
            raise InvalidInput(
                _("Ce jour est entre l’envoi de la mise en demeure et aujourd’hui."), field="complied_on"
            )
        held.complied_on = done_on
    held.state, held.settled_at, held.settled_by = state, at, by.name
    held.outcome = words(outcome, "outcome")
    held.save()
    journal.write(
        by=by,
        at=at,
        code="lifecycle.formal_notice_settled",
        about=held,
        data={
            "contract": held.contract.number,
            "state": state,
            "complied_on": held.complied_on.isoformat() if held.complied_on else None,
        },
    )
    return held


def must_have_run_out(formal: FormalNotice, at: datetime) -> None:
    """Raises TooEarly while the delay was not begun, or runs still: its last day ends at midnight."""
    clause = (formal.contract.book.name, formal.clause)
    if formal.comply_by is None:
        raise TooEarly(
            _("Le délai ne court qu’à partir de la présentation de la lettre."),
            clause=clause,
            way_out=_("Notez le jour de première présentation."),
        )
    if at.astimezone(PARIS).date() <= formal.comply_by:
        raise TooEarly(
            _("Le délai de la mise en demeure court jusqu’au %(day)s.")
            % {"day": papers.day(formal.comply_by)},
            clause=clause,
            way_out=_("Revenez le lendemain, ou notez que la mise en demeure a été suivie d’effet."),
            until=formal.comply_by.isoformat(),
        )


def hold(formal: FormalNotice, by: Actor) -> FormalNotice:
    """The row, kept for this act. Raises UnknownMatter."""
    found = queries.formal_notices(by).filter(pk=formal.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise UnknownMatter(_("Cette mise en demeure n’existe pas ici."))
    return found
