"""What a bundle of evidence is made of: the rows of a matter within the scope that was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Final

from django.db.models import Q, QuerySet

from clausier.desk.models import (
    Attachment,
    Callback,
    Contestation,
    HourlyItem,
    PhoneCall,
    Promise,
    PromiseKind,
    Ticket,
    TicketEvent,
    WorkSession,
)
from clausier.desk.states import SessionState
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Document, JournalEntry, Ruling, StoredFile
from clausier.lifecycle import dispute_queries
from clausier.lifecycle.models import Dispute, DisputePaper, EndingNotice, FormalNotice, Letter
from clausier.post.models import IncomingMail, OutgoingMail
from clausier.prepaid.models import MonthlyStatement, PointEntry
from clausier.sales.models import Order, OrderChange, Quote, Standing
from clausier.transfer.evidence import barred

MOST_TICKETS: Final = 500
INTERNAL_ACTS: Final = (
    *("desk.note_added", "desk.supplier", "desk.task_", "desk.tag", "desk.checklist", "desk.ticket_assigned"),
    *("desk.ticket_followed", "desk.ticket_unfollowed", "desk.mark_"),
)
"""Beginnings of the codes of acts that only the staff reads."""
STEPS: Final = (
    *("lifecycle.dispute_announced", "lifecycle.dispute_opened", "lifecycle.complaint_journey_recorded"),
    *("lifecycle.expert_named", "lifecycle.expert_seized", "lifecycle.conciliation_extended"),
    "lifecycle.dispute_ended",
)
"""Of the acts on a dispute only its steps: never what its file holds, nor who read it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What was chosen: days, both included; numbers of tickets; whether with what only the staff reads."""

    from_on: date
    until_on: date
    tickets: tuple[int, ...]
    with_internal: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "from_on": self.from_on.isoformat(),
            "until_on": self.until_on.isoformat(),
            "tickets": list(self.tickets),
            "with_internal": self.with_internal,
        }

    @classmethod
    def of(cls, told: dict[str, Any]) -> Scope:
        return cls(
            date.fromisoformat(told["from_on"]),
            date.fromisoformat(told["until_on"]),
            tuple(told["tickets"]),
            bool(told["with_internal"]),
        )


def tickets_of(dispute: Dispute, from_on: date, until_on: date) -> QuerySet[Ticket]:
    """The client's tickets whose call came within these days, those of the contract first."""
    begins, ends = _instants(from_on, until_on)
    found = Ticket.objects.filter(
        provider=dispute.provider_id, client=dispute.client_id, called_at__gte=begins, called_at__lt=ends
    )
    return found.select_related("contract", "caller", "site").order_by("called_at", "pk")


def _instants(from_on: date, until_on: date) -> tuple[datetime, datetime]:
    return (
        datetime.combine(from_on, time(), PARIS),
        datetime.combine(until_on + timedelta(days=1), time(), PARIS),
    )


class Matter:
    """The rows of a dispute's matter, each list read once. What is barred from court is in none of them."""

    def __init__(self, dispute: Dispute, scope: Scope) -> None:
        self.dispute, self.scope = dispute, scope
        self.contract, self.client, self.provider = dispute.contract, dispute.client, dispute.provider
        self.begins, self.ends = _instants(scope.from_on, scope.until_on)
        self.barred = dispute_queries.barred_digests(dispute.provider)

    def may_go(self, file: StoredFile | None) -> bool:
        """Whether a file is not barred itself; what it brings along is looked at when it is read."""
        return file is not None and file.sha256 not in self.barred

    # The desk

    @cached_property
    def tickets(self) -> list[Ticket]:
        found = tickets_of(self.dispute, self.scope.from_on, self.scope.until_on)
        return list(found.filter(number__in=self.scope.tickets))

    @cached_property
    def _ticket_ids(self) -> list[int]:
        return [one.pk for one in self.tickets]

    @cached_property
    def events(self) -> list[TicketEvent]:
        found = TicketEvent.objects.filter(ticket__in=self._ticket_ids, moved=None)
        if not self.scope.with_internal:
            found = found.filter(is_internal=False)
        return list(found.select_related("ruling").order_by("at", "pk"))

    @cached_property
    def attachments(self) -> list[Attachment]:
        found = Attachment.objects.filter(event__in=[one.pk for one in self.events])
        return [one for one in found.select_related("file").order_by("pk") if self.may_go(one.file)]

    @cached_property
    def mails(self) -> list[IncomingMail]:
        found = IncomingMail.objects.filter(
            provider=self.provider, event_id__in=[one.pk for one in self.events]
        )
        return [one for one in found.select_related("raw").order_by("pk") if self.may_go(one.raw)]

    @cached_property
    def letters_out(self) -> list[OutgoingMail]:
        found = OutgoingMail.objects.filter(
            provider=self.provider, event_id__in=[one.pk for one in self.events]
        )
        return list(found.order_by("pk"))

    @cached_property
    def sessions(self) -> list[WorkSession]:
        found = WorkSession.objects.filter(ticket__in=self._ticket_ids, state=SessionState.VALIDATED)
        return list(
            found.select_related("technician", "ruling")
            .prefetch_related("spans", "entries", "correction")
            .order_by("started_at", "pk")
        )

    @cached_property
    def calls(self) -> list[PhoneCall]:
        found = PhoneCall.objects.filter(ticket__in=self._ticket_ids).select_related("audio", "contact")
        return list(found.order_by("began_at", "pk"))

    @cached_property
    def promises(self) -> list[Promise]:
        found = Promise.objects.filter(ticket__in=self._ticket_ids, kind=PromiseKind.PROMISE)
        return list(found.select_related("ruling").order_by("started_at", "pk"))

    @cached_property
    def contestations(self) -> list[Contestation]:
        return list(Contestation.objects.filter(ticket__in=self._ticket_ids).order_by("made_at", "pk"))

    @cached_property
    def hours(self) -> list[HourlyItem]:
        return list(HourlyItem.objects.filter(ticket__in=self._ticket_ids).order_by("at", "pk"))

    # The contract

    @cached_property
    def letters(self) -> list[Letter]:
        found = Letter.objects.filter(contract=self.contract, made_at__lt=self.ends)
        return list(found.select_related("document__file", "proof__file").order_by("made_at", "pk"))

    @cached_property
    def documents(self) -> list[Document]:
        """What was signed, sent or filed on the contract, oldest first; each once."""
        found = Document.objects.filter(pk__in=self._document_ids(), provider=self.provider)
        return [
            one for one in found.select_related("file").order_by("made_at", "pk") if self.may_go(one.file)
        ]

    def _document_ids(self) -> set[int]:
        contract = self.contract
        quotes = Quote.objects.filter(contract=contract)
        orders = Order.objects.filter(contract=contract)
        sold_as = Quote.objects.filter(order__in=orders)
        standings = Standing.objects.filter(Q(quote__in=quotes) | Q(quote__in=sold_as))
        changes = OrderChange.objects.filter(order__in=orders)
        months = MonthlyStatement.objects.filter(
            account__contract=contract,
            month__gte=self.scope.from_on.replace(day=1),
            month__lte=self.scope.until_on,
        )
        columns: Iterable[tuple[Any, Sequence[str]]] = (
            (contract.acceptances.all(), ["document_id"]),
            (contract.derogations.all(), ["document_id"]),
            (contract.amendments.exclude(sent_at=None), ["paper_id", "signed_id"]),
            (contract.ends.all(), ["document_id", "undone_document_id"]),
            (contract.force_majeures.all(), ["document_id"]),
            (Letter.objects.filter(contract=contract), ["document_id", "proof_id"]),
            (quotes.exclude(issued_at=None) | sold_as, ["document_id"]),
            (standings, ["signed_document_id"]),
            (orders, ["document_id"]),
            (changes, ["document_id", "signed_document_id"]),
            (months, ["document_id"]),
        )
        found = {pk for rows, names in columns for row in rows.values_list(*names) for pk in row if pk}
        made = Document.objects.filter(pk__in=found, made_at__lt=self.ends)
        return set(made.values_list("pk", flat=True))

    @cached_property
    def points(self) -> list[PointEntry]:
        found = PointEntry.objects.filter(
            account__contract=self.contract, at__gte=self.begins, at__lt=self.ends
        )
        return list(found.select_related("ruling").order_by("at", "pk"))

    @cached_property
    def papers(self) -> list[DisputePaper]:
        """Of the dispute's own file what no clause keeps out of court."""
        found = DisputePaper.objects.filter(dispute=self.dispute, is_barred=False).select_related("file")
        return [one for one in found.order_by("dated_on", "pk") if self.may_go(one.file)]

    # What all of it rests on

    @cached_property
    def rulings(self) -> list[Ruling]:
        """Every outcome that something of the bundle was decided by."""
        dispute = self.dispute
        ids: set[int | None] = {dispute.reflection_ruling_id, dispute.conciliation_ruling_id}
        for one in self.tickets:
            ids |= {one.priority_ruling_id, one.verdict_ruling_id}
        kept: Iterable[Sequence[Any]] = (
            *(self.events, self.sessions, self.promises, self.contestations, self.hours, self.points),
            list(Callback.objects.filter(ticket__in=self._ticket_ids)),
            list(EndingNotice.objects.filter(contract=self.contract)),
            list(FormalNotice.objects.filter(contract=self.contract)),
        )
        ids |= {row.ruling_id for rows in kept for row in rows}
        found = Ruling.objects.filter(pk__in=[pk for pk in ids if pk], provider=self.provider)
        return list(found.select_related("book").order_by("made_at", "pk"))

    @cached_property
    def about(self) -> dict[str, set[int]]:
        """What the bundle is about, by kind: whose acts the journal's extract tells."""
        found: dict[str, set[int]] = {
            "ticket": set(self._ticket_ids),
            "contract": {self.contract.pk},
            "dispute": {self.dispute.pk},
            "quote": set(Quote.objects.filter(contract=self.contract).values_list("pk", flat=True)),
            "order": set(Order.objects.filter(contract=self.contract).values_list("pk", flat=True)),
        }
        for rows in (self.sessions, self.letters, self.contestations, self.promises, self.calls, self.points):
            for row in rows:
                found.setdefault(row._meta.model_name or "", set()).add(row.pk)
        for name in ("notices", "formal_notices", "ends", "suspensions", "force_majeures", "amendments"):
            rows = getattr(self.contract, name)
            found[rows.model._meta.model_name or ""] = set(rows.values_list("pk", flat=True))
        return found

    def journal(self) -> QuerySet[JournalEntry]:
        """The sealed acts on what the bundle is about, in the order of their chain."""
        named = Q(pk__in=[])
        for kind, ids in self.about.items():
            named |= Q(object_kind=kind, object_id__in=ids)
        found = JournalEntry.objects.filter(named, provider=self.provider).exclude(seal=None)
        found = found.exclude(Q(object_kind="dispute") & ~Q(code__in=STEPS))
        if not self.scope.with_internal:
            for beginning in INTERNAL_ACTS:
                found = found.exclude(code__startswith=beginning)
        return found.select_related("seal").order_by("seal__position")

    def counts(self) -> dict[str, int]:
        """How much of each there is, to look at before it is made."""
        messages = [one for one in self.events if one.text]
        return {
            "tickets": len(self.tickets),
            "messages": len(messages),
            "mails": len(self.mails),
            "attachments": len(self.attachments),
            "sessions": len(self.sessions),
            "calls": len(self.calls),
            "documents": len(self.documents) + len(self.papers),
            "letters": len(self.letters),
            "points": len(self.points),
            "rulings": len(self.rulings),
            "acts": self.journal().count(),
        }


def is_told(line: str, matter: Matter) -> bool:
    """Whether a line of the journal may go out: one that names what is barred does not."""
    return not barred.names(line, matter.barred)
