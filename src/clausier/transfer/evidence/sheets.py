"""The pages of a bundle that people read: HTML that opens anywhere, in French, with nothing to load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.contracts.models import Party
from clausier.desk.models import EventKind, Ticket, TicketEvent
from clausier.foundation import books, documents, wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Ruling
from clausier.lifecycle import dispute_queries
from clausier.lifecycle.models import Dispute, ExpertBy
from clausier.transfer.evidence.matter import Matter

LANGUAGE = "fr"  # of the papers, and of the court
FOLDER = "transfer/evidence/"
SAID = frozenset({EventKind.OPENED, EventKind.MESSAGE, EventKind.NOTE, EventKind.CALL, EventKind.MACHINE})


@dataclass(frozen=True, slots=True)
class Link:
    """A file of the bundle, as a page points to it."""

    label: str
    place: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing of a ticket's thread."""

    at: str
    what: str
    who: str
    text: str
    files: tuple[Link, ...] = ()
    why: int | None = None
    internal: bool = False


@dataclass(slots=True)
class _Places:
    """What belongs to each event, by its id."""

    files: dict[int, list[Link]] = field(default_factory=lambda: defaultdict(list))


def pages(
    matter: Matter, placed: dict[int, str], journal: dict[str, Any], *, by: Actor, at: datetime
) -> Iterator[tuple[str, bytes]]:
    """Every page with its name: the contents first."""
    with override(LANGUAGE):
        common = {
            "provider": matter.provider,
            "identity": documents.identity(matter.provider),
            "client": matter.client,
            "contract": matter.contract,
            "dispute": matter.dispute,
            "made": wording.instant(at.astimezone(PARIS), LANGUAGE, year=True),
            "by": by.name,
            "since": _day(matter.scope.from_on),
            "until": _day(matter.scope.until_on),
        }
        yield _page("index.html", "index", common | _contents(matter, placed, journal))
        yield _page("procedure.html", "procedure", common | _procedure(matter, placed))
        yield _page("contrat.html", "contract", common | _contract(matter, placed))
        if matter.points:
            yield _page("points.html", "points", common | {"entries": list(_points(matter))})
        told = _told(matter, placed)
        for ticket in matter.tickets:
            facts = common | _ticket(ticket, matter, told, placed)
            yield _page(f"tickets/{ticket.number}.html", "ticket", facts | {"up": "../"})
        for ruling in matter.rulings:
            yield _page(f"calculs/{ruling.pk}.html", "outcome", common | outcome(ruling) | {"up": "../"})


def _page(name: str, template: str, facts: dict[str, Any]) -> tuple[str, bytes]:
    return name, render_to_string(f"{FOLDER}{template}.html", facts).encode()


def _contents(matter: Matter, placed: dict[int, str], journal: dict[str, Any]) -> dict[str, Any]:
    counts = matter.counts()
    return {
        "tickets": [
            {
                "number": one.number,
                "title": one.title,
                "on": _instant(one.called_at),
                "state": one.get_state_display(),
            }
            for one in matter.tickets
        ],
        "counts": [
            (_("tickets"), counts["tickets"]),
            (_("messages et faits de leur fil"), len(matter.events)),
            (_("séances de travail validées"), counts["sessions"]),
            (_("appels téléphoniques"), counts["calls"]),
            (_("lettres recommandées"), counts["letters"]),
            (_("mouvements de points"), counts["points"]),
            (_("calculs, chacun avec ses clauses"), counts["rulings"]),
            (_("fichiers joints, courriels et documents"), len(placed)),
            (_("écritures du journal"), journal["acts"]),
        ],
        "journal": journal,
        "has_points": bool(matter.points),
    }


# The procedure


def steps_of(dispute: Dispute) -> list[tuple[str, str, str, int | None]]:
    """(step, day or what is known, more, ruling) of each step of a dispute, in order."""
    whose = _("par le prestataire") if dispute.from_party == Party.PROVIDER else _("par le client")
    route = " ".join(filter(None, (str(dispute.get_means_display()), dispute.tracking)))
    told: list[tuple[str, date | str | None, str, int | None]] = [
        (
            _("Réclamation postée"),
            dispute.posted_on,
            f"{whose}, {route}",
            None,
        ),
        (_("Première présentation"), dispute.presented_on, "", None),
        (_("Remise"), dispute.handed_on, "", None),
        (_("Revenue"), dispute.returned_on, str(dispute.get_returned_display() or ""), None),
        (_("Fin du délai de réflexion"), dispute.reflection_ends_on, "", dispute.reflection_ruling_id),
        (_("Expert désigné"), _named_on(dispute), _named(dispute), None),
        (_("Expert saisi"), dispute.referred_on, "", None),
        (_("Conciliation jusqu’au"), dispute.conciliation_by, "", dispute.conciliation_ruling_id),
        (_("Prorogée d’un commun accord"), dispute.extended_to, "", None),
        (_("Issue"), dispute.ended_on, "" if dispute.is_open else str(dispute.get_state_display()), None),
    ]
    return [(step, _day(on), more, why) for step, on, more, why in told if isinstance(on, date)]


def _named_on(dispute: Dispute) -> date | None:
    if not dispute.expert_is_named:
        return None
    days = (dispute.court_named_on, dispute.provider_accepted_on, dispute.client_accepted_on)
    return max(one for one in days if one)


def _named(dispute: Dispute) -> str:
    who = (
        _("par le président du tribunal") if dispute.expert_by == ExpertBy.COURT else _("d’un commun accord")
    )
    return f"{dispute.expert_name}, {who}" if dispute.expert_name else ""


def _procedure(matter: Matter, placed: dict[int, str]) -> dict[str, Any]:
    dispute = matter.dispute
    missing = dispute_queries.amicable_step_missing(matter.contract, matter.scope.until_on)
    return {
        "steps": steps_of(dispute),
        "has_procedure": bool(dispute.clause),
        "missing": missing.says if missing else "",
        "papers": [
            Link(one.title, placed[one.file_id], f"{_day(one.dated_on)}, {one.get_source_display()}")
            for one in matter.papers
            if one.file_id in placed
        ],
    }


# The contract


def _contract(matter: Matter, placed: dict[int, str]) -> dict[str, Any]:
    book = books.read(matter.contract.book)
    return {
        "book": book,
        "papers": [
            Link(f"{one.number} {one.title}", placed[one.file_id], _instant(one.made_at))
            for one in matter.documents
            if one.file_id in placed
        ],
        "derogations": [
            (row.term, row.value, _day(row.since_on))
            for row in matter.contract.derogations.order_by("since_on")
        ],
        "letters": [
            {
                "number": one.number,
                "kind": one.get_kind_display(),
                "from": one.get_from_party_display(),
                "posted": _day(one.posted_on),
                "presented": _day(one.presented_on),
                "handed": _day(one.handed_on or one.returned_on),
                "place": placed.get(one.document.file_id or 0, "") if one.document else "",
                "proof": placed.get(one.proof.file_id or 0, "") if one.proof else "",
            }
            for one in matter.letters
        ],
    }


def _points(matter: Matter) -> Iterator[dict[str, Any]]:
    for one in matter.points:
        yield {
            "at": _instant(one.at),
            "label": one.label,
            "kind": one.get_kind_display(),
            "points": wording.points(one.points, LANGUAGE, signed=True),
            "why": one.ruling_id,
            "by": one.by_name,
        }


# Tickets


def _told(matter: Matter, placed: dict[int, str]) -> _Places:
    told = _Places()
    for attachment in matter.attachments:
        place = placed.get(attachment.file_id)
        if place:
            told.files[attachment.event_id].append(Link(attachment.file.name, f"../{place}"))
    for mail in matter.mails:
        place = placed.get(mail.raw_id)
        if place:
            told.files[mail.event_id or 0].append(Link(_("Le courriel tel que reçu"), f"../{place}"))
    for sent in matter.letters_out:
        label = _("Courriel envoyé à %(to)s, %(at)s : %(state)s") % {
            "to": ", ".join(sent.to),
            "at": _instant(sent.ended_at or sent.made_at),
            "state": sent.get_state_display(),
        }
        told.files[sent.event_id or 0].append(Link(label, ""))
    return told


def _ticket(ticket: Ticket, matter: Matter, told: _Places, placed: dict[int, str]) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "called": _instant(ticket.called_at),
        "closed": _instant(ticket.closed_at),
        "verdict": ticket.get_verdict_display(),
        "why_verdict": ticket.verdict_ruling_id,
        "thread": [_happened(one, told) for one in matter.events if one.ticket_id == ticket.pk],
        "promises": [
            {
                "commitment": _promised(one.ruling),
                "due": _instant(one.due_at),
                "ended": _instant(one.ended_at),
                "state": one.get_state_display(),
                "why": one.ruling_id,
            }
            for one in matter.promises
            if one.ticket_id == ticket.pk
        ],
        "sessions": [_session(one) for one in matter.sessions if one.ticket_id == ticket.pk],
        "calls": [
            {
                "at": _instant(one.began_at),
                "way": _("sortant") if one.is_outgoing else _("entrant"),
                "state": one.get_state_display(),
                "number": one.number,
                "audio": f"../{place}" if (place := placed.get(one.audio_id or 0)) else "",
            }
            for one in matter.calls
            if one.ticket_id == ticket.pk
        ],
        "contestations": [
            (_instant(one.made_at), one.author_name, one.reason, one.get_state_display(), one.answer)
            for one in matter.contestations
            if one.ticket_id == ticket.pk
        ],
    }


def _promised(ruling: Ruling) -> str:
    """What was promised, in the words of the outcome: its total says what of."""
    totals = (one for one in ruling.outcome["because"] if one["total"] and one["detail"])
    return next((str(one["detail"][0]) for one in totals), ruling.outcome["shown"][0])


def _happened(event: TicketEvent, told: _Places) -> Happened:
    return Happened(
        at=_instant(event.at),
        what="" if event.kind in SAID and event.text else str(event.get_kind_display()),
        who=event.author_name,
        text=event.text,
        files=tuple(told.files.get(event.pk, ())),
        why=event.ruling_id,
        internal=event.is_internal,
    )


def _session(session: Any) -> dict[str, Any]:
    correction = getattr(session, "correction", None)
    return {
        "mode": session.get_mode_display(),
        "technician": session.technician.full_name,
        "began": _instant(session.started_at),
        "ended": _instant(session.stopped_at),
        "spans": [(_instant(one.started_at), _instant(one.ended_at)) for one in session.spans.all()],
        "entries": [(one.minutes, one.text) for one in session.entries.all()],
        "accounted": session.accounted_minutes,
        "points": wording.points(session.points, LANGUAGE) if session.points is not None else "",
        "why": session.ruling_id,
        "corrected": correction.reason if correction else "",
    }


# Outcomes


def outcome(ruling: Ruling) -> dict[str, Any]:
    """An outcome in French: its value, the lines that add up to it, the clauses they cite in their words."""
    told = ruling.outcome
    book = books.read(ruling.book)
    cited = {(one["book"] or told["book"], one["clause"]) for one in told["because"] if one["clause"]}
    sources = {book.name: book, book.law.name: book.law}
    clauses = [
        {"name": name, "number": number, "title": found.title.fr, "gist": found.gist.fr}
        for name, number in sorted(cited)
        if name in sources and (found := sources[name].clauses.get(number))
    ]
    return {
        "ruling": ruling,
        "ruled": _instant(ruling.made_at),
        "title": told["title"][0],
        "shown": told["shown"][0],
        "says": told["says"][0],
        "lines": [
            {
                "says": one["says"][0],
                "amount": one["amount"][0] if one["amount"] else "",
                "detail": one["detail"][0] if one["detail"] else "",
                "clause": one["clause"] or "",
                "total": one["total"],
            }
            for one in told["because"]
        ],
        "rests_on": [(one["clause"], one["reading"][0], one["reason"][0]) for one in told["rests_on"]],
        "warnings": [one[0] for one in told["warnings"]],
        "derogations": told["derogations"],
        "clauses": clauses,
        "book": book,
    }


def _day(on: date | None) -> str:
    return wording.day(on, LANGUAGE, year=True, weekday=False) if on else ""


def _instant(at: datetime | None) -> str:
    return wording.instant(at.astimezone(PARIS), LANGUAGE, year=True) if at else ""
