"""A dispute after its complaint: the expert, conciliation, one extension, an outcome (imri XV)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from clausier.contracts.models import Party
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle import amicable
from clausier.lifecycle.errors import (
    DisputeOver,
    ExtendedAlready,
    NoProcedure,
    NotYet,
    PaperMissing,
    TooLong,
)
from clausier.lifecycle.models import Dispute, ExpertBy, PaperKind, PaperSource
from clausier.lifecycle.services.dispute_files import file_paper
from clausier.lifecycle.services.dispute_openings import book_of, day_of, hold, iso, keep
from clausier.lifecycle.services.letters import Paper, words
from clausier.lifecycle.states import DISPUTE_MOVES, DisputeState
from clausier.terms.book import Book

OUTCOMES = (DisputeState.SETTLED, DisputeState.FAILED, DisputeState.WITHDRAWN)


# The expert


@act("disputes.write")
def name_expert(
    *,
    by: Actor,
    at: datetime,
    dispute: Dispute,
    name: str,
    named_by: str,
    proposed_by: str = "",
    provider_accepted_on: date | None = None,
    client_accepted_on: date | None = None,
    court_named_on: date | None = None,
    document: Paper | None = None,
) -> Dispute:
    """Who the expert is: proposed by a party and accepted by both, or named by the court for want of that.

    May be written anew until the referral. Raises UnknownMatter, DisputeOver, NoProcedure, NotYet,
    InvalidInput naming the field.
    """
    held = _reflecting(dispute, by)
    today = at.astimezone(PARIS).date()
    book = book_of(held)
    if named_by not in amicable.ways_to_name(book, held.presented_on or today):
        raise InvalidInput(_("Faites un choix dans la liste."), field="named_by")
    days = {"provider_accepted_on": provider_accepted_on, "client_accepted_on": client_accepted_on}
    if named_by == ExpertBy.COURT:
        _must_be_over(held, book, court_named_on)
        days = {"court_named_on": court_named_on}
    elif proposed_by not in (Party.PROVIDER, Party.CLIENT):
        raise InvalidInput(_("Dites quelle partie propose cet expert."), field="proposed_by")
    for field, on in days.items():
        _must_lie(on, held.presented_on, today, field)
    held.expert_name = words(name, "name", wanted=_("Écrivez le nom de l’expert."))[:120]
    held.expert_by = named_by
    held.expert_proposed_by = proposed_by if named_by == ExpertBy.JOINT else ""
    held.provider_accepted_on = days.get("provider_accepted_on")
    held.client_accepted_on = days.get("client_accepted_on")
    held.court_named_on = days.get("court_named_on")
    held.save()
    _file(held, document, PaperKind.NAMING, _("Désignation de l’expert"), today, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="lifecycle.expert_named",
        about=held,
        data={
            "contract": held.contract.number,
            "by": named_by,
            "named": held.expert_is_named,
            **{field: iso(on) for field, on in days.items()},
        },
    )
    return held


def _must_be_over(dispute: Dispute, book: Book, on: date | None) -> None:
    """The court names an expert for want of an agreement, once the reflection is over."""
    if on is None:
        raise InvalidInput(_("Quel jour le tribunal a-t-il désigné l’expert ?"), field="court_named_on")
    ends_on = dispute.reflection_ends_on
    if ends_on and on <= ends_on:
        raise NotYet(
            _("Le délai de réflexion court jusqu’au %(day)s : le tribunal désigne l’expert après.")
            % {"day": day_of(ends_on)},
            field="court_named_on",
            clause=(book.name, dispute.clause),
            until=ends_on.isoformat(),
        )


@act("disputes.write")
def refer_dispute(
    *, by: Actor, at: datetime, dispute: Dispute, referred_on: date, document: Paper | None = None
) -> Dispute:
    """The expert has the matter: conciliation runs from that day, for the time that the clause gives.

    Raises UnknownMatter, DisputeOver, NoProcedure, NotYet, InvalidInput naming the field.
    """
    held = _reflecting(dispute, by)
    today = at.astimezone(PARIS).date()
    if not held.expert_is_named:
        raise NotYet(
            _("Aucun expert n’est encore désigné : les deux parties l’acceptent, ou le tribunal le nomme."),
            clause=(book_of(held).name, held.clause),
            way_out=_("Notez qui le propose et quel jour chaque partie l’a accepté."),
        )
    named = (held.provider_accepted_on, held.client_accepted_on, held.court_named_on, held.presented_on)
    _must_lie(referred_on, max(one for one in named if one), today, "referred_on", is_needed=True)
    assert held.presented_on
    outcome = amicable.dates(held.contract, held.presented_on, referred_on)
    held.referred_on = referred_on
    held.conciliation_by = outcome.value["conciliation_by"]
    held.extendable_to = outcome.value["extended_by_at_most"]
    held.conciliation_ruling = keep(outcome, held, held.presented_on, at=at)
    held.state = DisputeState.CONCILIATION
    held.save()
    _file(held, document, PaperKind.REFERRAL, _("Saisine de l’expert"), referred_on, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="lifecycle.expert_seized",
        about=held,
        data={
            "contract": held.contract.number,
            "referred_on": referred_on.isoformat(),
            "conciliation_by": iso(held.conciliation_by),
            "extendable_to": iso(held.extendable_to),
        },
    )
    return held


@act("disputes.write")
def extend_conciliation(
    *,
    by: Actor,
    at: datetime,
    dispute: Dispute,
    extended_to: date,
    agreed_on: date,
    document: Paper | None = None,
) -> Dispute:
    """Both agree on more time, once and no longer than the clause allows, counted from the first limit.

    Raises UnknownMatter, DisputeOver, NoProcedure, NotYet, ExtendedAlready, TooLong, InvalidInput.
    """
    held = hold(dispute, by)
    _must_have_procedure(held)
    book = book_of(held)
    cited = (book.name, held.clause)
    if held.referred_on is None or held.conciliation_by is None or held.extendable_to is None:
        raise NotYet(_("L’expert n’est pas encore saisi : il n’y a rien à prolonger."), clause=cited)
    allowed = amicable.extensions(book, held.referred_on)
    if held.extended_to is not None or (allowed is not None and allowed.value < 1):
        until = held.extended_to or held.conciliation_by
        raise ExtendedAlready(
            _("La conciliation a déjà été prorogée, jusqu’au %(day)s : la clause ne le permet pas deux fois.")
            % {"day": day_of(until)}
            if held.extended_to
            else _("Les conditions de ce contrat ne permettent aucune prorogation."),
            field="extended_to",
            clause=(book.name, (allowed.clause if allowed else None) or held.clause),
            until=until.isoformat(),
        )
    if extended_to <= held.conciliation_by:
        raise InvalidInput(
            _("La conciliation court déjà jusqu’au %(day)s : indiquez un jour plus tardif.")
            % {"day": day_of(held.conciliation_by)},
            field="extended_to",
        )
    if extended_to > held.extendable_to:
        raise TooLong(
            _("La prorogation ne dépasse pas la première durée : au plus tard le %(day)s.")
            % {"day": day_of(held.extendable_to)},
            field="extended_to",
            clause=cited,
            until=held.extendable_to.isoformat(),
        )
    _must_lie(agreed_on, held.referred_on, at.astimezone(PARIS).date(), "agreed_on", is_needed=True)
    held.extended_to, held.extension_agreed_on = extended_to, agreed_on
    held.save()
    _file(held, document, PaperKind.EXTENSION, _("Accord de prorogation"), agreed_on, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="lifecycle.conciliation_extended",
        about=held,
        data={
            "contract": held.contract.number,
            "extended_to": extended_to.isoformat(),
            "agreed_on": agreed_on.isoformat(),
        },
    )
    return held


# The outcome


@act("disputes.write")
def end_dispute(
    *,
    by: Actor,
    at: datetime,
    dispute: Dispute,
    outcome: str,
    ended_on: date,
    document: Paper | None = None,
) -> Dispute:
    """How it ended: by a settlement (signed, so with its document), by failure, or given up.

    Conciliation fails once its time is over, or once the expert's report is in the file. Raises
    UnknownMatter, DisputeOver, NotYet, PaperMissing, InvalidInput naming the field.
    """
    held = hold(dispute, by)
    if outcome not in OUTCOMES:
        raise InvalidInput(_("Faites un choix dans la liste."), field="outcome")
    opened_on = held.opened_at.astimezone(PARIS).date()
    since = held.referred_on or held.presented_on or opened_on
    _must_lie(ended_on, since, at.astimezone(PARIS).date(), "ended_on", is_needed=True)
    if outcome == DisputeState.FAILED:
        _must_have_failed(held, ended_on)
    if outcome == DisputeState.SETTLED and (document is None or not document.content):
        raise PaperMissing(
            _("Un accord se signe : joignez l’accord transactionnel."),
            field="document",
            clause=(book_of(held).name, held.clause) if held.clause else None,
        )
    if outcome not in DISPUTE_MOVES[held.state]:
        raise NotYet(_("Ce litige n’en est pas là."), field="outcome")
    held.state, held.ended_on, held.ended_at, held.ended_by = outcome, ended_on, at, by.name
    held.save()
    kind = PaperKind.SETTLEMENT if outcome == DisputeState.SETTLED else PaperKind.RECORD
    title = _("Accord transactionnel") if outcome == DisputeState.SETTLED else _("Constat de l’issue")
    _file(held, document, kind, title, ended_on, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="lifecycle.dispute_ended",
        about=held,
        data={"contract": held.contract.number, "outcome": outcome, "ended_on": ended_on.isoformat()},
    )
    return held


def _must_have_failed(dispute: Dispute, on: date) -> None:
    if not dispute.clause:
        return
    cited = (book_of(dispute).name, dispute.clause)
    if dispute.referred_on is None:
        raise NotYet(
            _("La conciliation n’a pas commencé : elle ne peut pas échouer avant la saisine de l’expert."),
            field="outcome",
            clause=cited,
            way_out=_(
                "Sans accord sur un expert, demandez au président du tribunal judiciaire d’en désigner un."
            ),
        )
    last = dispute.extended_to or dispute.conciliation_by
    assert last
    reported = dispute.papers.filter(kind=PaperKind.EXPERT_REPORT, dated_on__lte=on).exists()
    if on <= last and not reported:
        raise NotYet(
            _("L’expert a jusqu’au %(day)s : la conciliation n’échoue pas avant, ni avant son rapport.")
            % {"day": day_of(last)},
            field="ended_on",
            clause=cited,
            way_out=_("Déposez le rapport de l’expert s’il est déjà rendu, ou attendez ce jour."),
            until=last.isoformat(),
        )


# What the acts share


def _reflecting(dispute: Dispute, by: Actor) -> Dispute:
    """A dispute before its expert has the matter."""
    held = hold(dispute, by)
    _must_have_procedure(held)
    if held.state == DisputeState.ANNOUNCED:
        raise NotYet(
            _("La réclamation n’est pas encore présentée : le délai de réflexion ne court pas."),
            clause=(book_of(held).name, held.clause),
            way_out=_("Notez d’abord le jour de sa première présentation."),
        )
    if held.referred_on is not None:
        raise DisputeOver(_("L’expert est déjà saisi."))
    return held


def _must_have_procedure(dispute: Dispute) -> None:
    if not dispute.clause:
        raise NoProcedure(
            _("Le livre %(book)s ne prévoit pas de procédure amiable : ce dossier suit le droit commun.")
            % {"book": dispute.contract.book.name},
            way_out=_("Convenez par écrit d’une médiation, et déposez ses documents au dossier."),
        )


def _file(
    dispute: Dispute,
    paper: Paper | None,
    kind: PaperKind,
    title: str,
    on: date,
    *,
    by: Actor,
    at: datetime,
) -> None:
    if paper is None or not paper.content:
        return
    by_court = kind == PaperKind.NAMING and dispute.expert_by == ExpertBy.COURT
    file_paper(
        dispute,
        paper,
        kind=kind,
        title=title,
        dated_on=on,
        source=PaperSource.COURT if by_court else PaperSource.PROVIDER,
        disclosed=False,
        by=by,
        at=at,
    )


def _must_lie(
    on: date | None, since: date | None, today: date, field: str, *, is_needed: bool = False
) -> None:
    """Raises InvalidInput naming `field` unless `on` lies between `since` and today."""
    if on is None:
        if is_needed:
            raise InvalidInput(_("Indiquez une date, par exemple 20/11/2026."), field=field)
        return
    if on > today:
        raise InvalidInput(_("Ce jour est à venir : notez-le une fois passé."), field=field)
    if since is not None and on < since:
        raise InvalidInput(
            _("Ce jour précède l’étape d’avant, le %(day)s.") % {"day": day_of(since)}, field=field
        )
