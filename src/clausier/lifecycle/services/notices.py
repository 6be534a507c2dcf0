"""Notices: announced, received, given, answered, withdrawn (imri VII, XIII)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.contracts import services as acts
from clausier.contracts.models import Contract, Party
from clausier.contracts.services import endings
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.lifecycle import papers, queries
from clausier.lifecycle.errors import NoticeGiven, NotJudged, PaperMissing, UnknownMatter, Withdrawn
from clausier.lifecycle.models import EndingNotice, Letter, LetterKind
from clausier.lifecycle.papers import Draft
from clausier.lifecycle.services import judging
from clausier.lifecycle.services.letters import Journey, Paper, filed, issue, take_in, words
from clausier.lifecycle.services.letters import check as check_journey
from clausier.lifecycle.services.letters import preview as preview_letter
from clausier.lifecycle.states import STANDING, NoticeState


@act("endings.announce")
def announce_notice(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    note: str = "",
    journey: Journey | None = None,
    proof: Paper | None = None,
) -> EndingNotice:
    """A client says in the portal that it gives notice: an intention, until its letter is presented.

    With a `journey` or a `proof` (the receipt of the post, an electronic letter's proof) the letter is
    noted as under way; when it was presented is for the provider to record.

    Raises NoNotice, NoticeGiven, AlreadyEnds, OfAnother, InvalidInput naming the field.
    """
    told = journey or Journey()
    sent = Journey(means=told.means, tracking=told.tracking, posted_on=told.posted_on)
    notice = _begin(contract, Party.CLIENT, note, by=by, at=at)
    under_way = bool(sent.tracking or sent.posted_on or (proof and proof.content))
    if under_way:
        letter = _came(notice, sent, proof, by=by, at=at)
        journal_letter: str | None = letter.number
    else:
        check_journey(sent, made_on=None, at=at)
        journal_letter = None
    journal.write(
        by=by,
        at=at,
        code="lifecycle.notice_announced",
        about=notice,
        data={"contract": contract.number, "letter": journal_letter},
    )
    return notice


@act("endings.record")
def record_notice(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    journey: Journey,
    scan: Paper | None = None,
    note: str = "",
) -> EndingNotice:
    """A client's registered letter that gives notice came, or is known to be under way.

    An announcement that waits for its letter is joined to it. Presented, it is judged at once.
    Raises NoNotice, NoticeGiven, AlreadyEnds, OfAnother, InvalidInput naming the field.
    """
    notice = _waiting(contract, by) or _begin(contract, Party.CLIENT, note, by=by, at=at)
    letter = _came(notice, journey, scan, by=by, at=at)
    judged = judging.judge(letter, by=by, at=at) if letter.presented_on else {}
    journal.write(
        by=by,
        at=at,
        code="lifecycle.notice_received",
        about=notice,
        data={"contract": contract.number, "letter": letter.number, **judged},
    )
    notice.refresh_from_db()
    return notice


def _waiting(contract: Contract, by: Actor) -> EndingNotice | None:
    """A client's announcement without letter yet."""
    found = queries.notices(by).filter(
        contract=contract, from_party=Party.CLIENT, state=NoticeState.ANNOUNCED, letters=None
    )
    return found.first()


def _came(notice: EndingNotice, journey: Journey, scan: Paper | None, *, by: Actor, at: datetime) -> Letter:
    title = _("Préavis du client")
    letter = take_in(
        LetterKind.NOTICE, notice.contract, journey, by=by, at=at, scan=scan, title=title, notice=notice
    )
    letter.present_by = present_by(notice.contract, at.astimezone(PARIS).date())
    letter.save(update_fields=["present_by"])
    return letter


@act("endings.write")
def give_notice(
    *, by: Actor, at: datetime, contract: Contract, note: str = "", language: str = "fr"
) -> EndingNotice:
    """The provider gives notice: its letter is issued, to be posted in time to be presented.

    Raises NoNotice, NoticeGiven, AlreadyEnds, OfAnother, InvalidInput naming the field.
    """
    notice = _begin(contract, Party.PROVIDER, note, by=by, at=at)
    draft = notice_draft(notice.contract, note=notice.note, language=language, at=at)
    letter = issue(draft, notice.contract, by=by, at=at, language=language, notice=notice)
    letter.present_by = present_by(notice.contract, at.astimezone(PARIS).date())
    letter.save(update_fields=["present_by"])
    journal.write(
        by=by,
        at=at,
        code="lifecycle.notice_given",
        about=notice,
        data={
            "contract": contract.number,
            "letter": letter.number,
            "present_by": letter.present_by.isoformat(),
        },
    )
    return notice


def notice_draft(contract: Contract, *, note: str, language: str, at: datetime) -> Draft:
    """The letter by which the provider gives notice, as of the day of `at`. Raises NoNotice."""
    outcome = judging.term_on(contract, at.astimezone(PARIS).date())
    with override(language):
        return papers.notice(
            contract,
            notice_by=outcome.value["notice_by"],
            term_ends_on=outcome.value["term_ends_on"],
            clause=judging.clause_of(outcome),
            note=words(note, "note"),
        )


def preview_notice(*, by: Actor, at: datetime, contract: Contract, note: str, language: str) -> bytes:
    """What `give_notice` would issue now."""
    draft = notice_draft(contract, note=note, language=language, at=at)
    return preview_letter(draft, contract, by=by, at=at, language=language)


def present_by(contract: Contract, on: date) -> date:
    """The last day for a notice that ends the term running on that day. Raises NoNotice."""
    found: date = judging.term_on(contract, on).value["notice_by"]
    return found


def _begin(contract: Contract, party: str, note: str, *, by: Actor, at: datetime) -> EndingNotice:
    held = endings.hold(contract, by)
    endings.must_not_end(held)
    today = at.astimezone(PARIS).date()
    judging.term_on(held, today)
    if held.ends_on and held.ends_on < today:
        raise Withdrawn(_("Ce contrat est déjà terminé."))
    notice = EndingNotice(
        provider=by.provider,
        client_id=held.client_id,
        contract=held,
        from_party=party,
        note=words(note, "note"),
        given_at=at,
        given_by=by.name,
    )
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError:
        raise NoticeGiven(
            _("Un préavis est déjà en cours sur le contrat %(number)s.") % {"number": held},
            way_out=_("Notez la suite de sa lettre, ou retirez-le d’accord avec l’autre partie."),
        ) from None
    return notice


@act("endings.write")
def acknowledge_notice(*, by: Actor, at: datetime, notice: EndingNotice, language: str = "fr") -> Letter:
    """Answer a client's notice by letter: in time, or late and for which term it counts.

    Raises NotJudged, UnknownMatter.
    """
    held = _hold(notice, by)
    letter = issue(
        acknowledgement_draft(held, language=language),
        held.contract,
        by=by,
        at=at,
        language=language,
        notice=held,
    )
    journal.write(
        by=by,
        at=at,
        code="lifecycle.notice_acknowledged",
        about=held,
        data={"contract": held.contract.number, "letter": letter.number, "verdict": held.state},
    )
    return letter


def acknowledgement_draft(notice: EndingNotice, *, language: str) -> Draft:
    """The answer to a notice that was judged. Raises NotJudged."""
    if notice.state not in (NoticeState.IN_TIME, NoticeState.LATE) or notice.from_party != Party.CLIENT:
        raise NotJudged(
            _("On répond à un préavis du client une fois sa lettre présentée."),
            way_out=_("Notez d’abord le jour de première présentation."),
        )
    assert notice.presented_on
    assert notice.notice_by
    assert notice.term_ends_on
    assert notice.effective_on
    assert notice.ruling
    cited = [one["clause"] for one in notice.ruling.outcome["because"] if one["clause"]]
    with override(language):
        return papers.acknowledgement(
            notice.contract,
            clause=cited[0] if cited else "",
            presented_on=notice.presented_on,
            notice_by=notice.notice_by,
            term_ends_on=notice.term_ends_on,
            effective_on=notice.effective_on,
            in_time=notice.state == NoticeState.IN_TIME,
        )


def preview_acknowledgement(*, by: Actor, at: datetime, notice: EndingNotice, language: str) -> bytes:
    """What `acknowledge_notice` would issue now."""
    draft = acknowledgement_draft(notice, language=language)
    return preview_letter(draft, notice.contract, by=by, at=at, language=language)


@act("endings.write")
def withdraw_notice(
    *, by: Actor, at: datetime, notice: EndingNotice, reason: str, document: Paper | None = None
) -> EndingNotice:
    """Both agree that the notice counts for nothing: the contract goes on as before.

    Once the letter was presented, the agreement is written: its `document` is wanted. Raises PaperMissing,
    Withdrawn, UnknownMatter, InvalidInput naming `reason`.
    """
    held = _hold(notice, by)
    if held.state not in STANDING:
        raise Withdrawn(_("Ce préavis est déjà retiré."))
    because = words(reason, "reason", wanted=_("Dites en quelques mots pourquoi."))[:200]
    title = _("Retrait du préavis, %(number)s") % {"number": held.contract.number}
    paper = filed(document, "notice-withdrawal", title, held.contract, by=by, at=at)
    if held.state != NoticeState.ANNOUNCED and paper is None:
        raise PaperMissing(
            _("Un préavis présenté ne se retire que d’un commun accord : joignez l’accord signé."),
            field="document",
        )
    if held.end is not None and held.end.undone_at is None:
        acts.undo_end(by=by, at=at, contract=held.contract, reason=because, document=paper)
    held.state = NoticeState.WITHDRAWN
    held.withdrawn_at, held.withdrawn_by = at, by.name
    held.withdrawn_because, held.withdrawn_document = because, paper
    held.save()
    journal.write(
        by=by,
        at=at,
        code="lifecycle.notice_withdrawn",
        about=held,
        data={
            "contract": held.contract.number,
            "reason": because,
            "document": paper.number if paper else None,
        },
    )
    return held


def _hold(notice: EndingNotice, by: Actor) -> EndingNotice:
    found = queries.notices(by).filter(pk=notice.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise UnknownMatter(_("Ce préavis n’existe pas ici."))
    return found
