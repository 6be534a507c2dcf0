"""Opening, handing over, closing and reopening a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from clausier.access import queries as access
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk import facts, policies, queries
from clausier.desk.errors import (
    NoSuchContract,
    NotTheCreator,
    ReasonNeeded,
    RemoteSessionOpen,
    StepDown,
    StopwatchRunning,
    TicketsNumbered,
)
from clausier.desk.models import (
    EventKind,
    Impact,
    Nature,
    Origin,
    Promise,
    PromiseKind,
    Step,
    Ticket,
    TicketEvent,
    Urgency,
    Verdict,
)
from clausier.desk.services import appointments, checklists, merging, promises, supplier_cases
from clausier.desk.services.held import check_staff, hold, hold_open, move_ticket, not_later
from clausier.desk.states import SessionState, TicketState
from clausier.desk.timeline import Upload, attachment_of, event_of, files_of, record, record_all
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import journal, numbering, rows, rulings
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput, OutOfDate
from clausier.foundation.models import Person, Provider, Ruling, StoredFile
from clausier.foundation.permissions import Role
from clausier.terms.outcome import Outcome

SERIES = "ticket"
HIGHEST_FIRST = 9_999_999
Files = Sequence[Upload | tuple[str, str, bytes]]


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a ticket is opened with; see `open_ticket`."""

    client: Client
    title: str
    description: str
    origin: str
    nature: str
    equipment_class: str
    impact: str
    urgency: str
    cause: str
    called_at: datetime
    caller: Contact | None = None
    site: Site | None = None
    contract: Contract | None = None
    beneficiary: Client | None = None
    equipment_label: str = ""
    verdict: str | None = None
    verdict_reason: str = ""
    assignee: Person | None = None
    continues: Ticket | None = None


@act("desk.open")
def open_ticket(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    title: str,
    description: str,
    origin: str,
    nature: str,
    equipment_class: str,
    impact: str,
    urgency: str,
    cause: str,
    caller: Contact | None = None,
    site: Site | None = None,
    contract: Contract | None = None,
    beneficiary: Client | None = None,
    equipment_label: str = "",
    called_at: datetime | None = None,
    verdict: str | None = None,
    verdict_reason: str = "",
    assignee: Person | None = None,
    files: Files = (),
) -> Ticket:
    """Open a ticket: priority, coverage, promise and target are ruled and kept with their reasons.

    `contract` None takes the one in force that covers the class; `verdict` None the one that the book
    proposes, another needs `verdict_reason`. `called_at` is the call that promises count from (`at` when
    None); earlier than `at` it shows. Raises InvalidInput naming the field, NoSuchContract, InTheFuture,
    ReasonNeeded, or the kernel's TermsError for a cause that the book does not know.
    """
    return create(
        NewTicket(
            client=client,
            title=title,
            description=description,
            origin=origin,
            nature=nature,
            equipment_class=equipment_class,
            impact=impact,
            urgency=urgency,
            cause=cause,
            called_at=called_at or at,
            caller=caller,
            site=site,
            contract=contract,
            beneficiary=beneficiary,
            equipment_label=equipment_label,
            verdict=verdict,
            verdict_reason=verdict_reason,
            assignee=assignee,
        ),
        by=by,
        at=at,
        files=files,
        is_noted=True,
    )


def _note_opening(ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """Write the journal entry of a ticket that was opened."""
    journal.write(
        by=by,
        at=at,
        code="desk.ticket_opened",
        about=ticket,
        data={
            "title": ticket.title,
            "called_at": ticket.called_at.isoformat(),
            "origin": ticket.origin,
            "verdict": ticket.verdict,
            "priority": ticket.priority,
        },
    )


def create(
    new: NewTicket,
    *,
    by: Actor,
    at: datetime,
    files: Files = (),
    covering: Contract | None = None,
    is_noted: bool = False,
) -> Ticket:
    """The ticket with its rulings, events and clocks; the caller's act writes its own journal entry.

    Where opening is all that the act does, that entry `is_noted` here. `covering` is the contract that
    covers the request, where that was asked already.
    """
    if by.is_client_side and new.caller is None:
        new = replace(new, caller=Contact.objects.filter(pk=by.contact_id or 0, client=new.client).first())
    _check(new, by=by, at=at)
    on = policies.day_of(new.called_at)
    contract = new.contract or covering or facts.covering_contract(new.client, new.equipment_class, on)
    assessment = facts.assess(
        facts.Request(
            provider=by.provider,
            client=new.client,
            contract=contract,
            site=new.site,
            equipment_class=new.equipment_class,
            impact=new.impact,
            urgency=new.urgency,
            cause=new.cause,
            nature=new.nature,
            called_at=new.called_at,
            origin=new.origin,
        )
    )
    verdict = new.verdict or assessment.proposed
    reason = departing_reason(verdict, assessment, new.verdict_reason)
    stored = files_of(files, client_id=new.client.pk, by=by, at=at)
    # Whoever opens another ticket of this provider waits from here on until this one is committed.
    number, (own, *ids) = numbering.reserve(by.provider, SERIES, (Ticket, 1), *_written_with_it(stored))
    ticket = rows.made(
        Ticket,
        id=own[0],
        provider=by.provider,
        client=new.client,
        number=number,
        title=new.title.strip(),
        description=new.description.strip(),
        origin=new.origin,
        nature=new.nature,
        site=new.site,
        caller=new.caller,
        beneficiary=new.beneficiary,
        contract=contract,
        agency=new.client.agency,
        equipment_class=new.equipment_class,
        equipment_label=new.equipment_label.strip(),
        impact=new.impact,
        urgency=new.urgency,
        priority=assessment.priority.value,
        cause=new.cause,
        verdict=verdict,
        verdict_reason=reason,
        assignee=new.assignee,
        called_at=new.called_at,
        opened_at=at,
        opened_by=by.person,
        continues=new.continues,
    )
    with connection.ahead():  # type: ignore[attr-defined]
        if is_noted:
            # First: what follows from it is then known while the server still writes the rest.
            _note_opening(ticket, by=by, at=at)
        _write_opening(ticket, assessment, ids, by=by, at=at, stored=stored)
    if verdict == Verdict.FOLLOW_UP:
        supplier_cases.follow_verdict(ticket, by=by, at=at)
    return ticket


@act("installation.write")
def number_tickets_from(*, by: Actor, at: datetime, first: int) -> int:
    """Have the provider's first ticket bear `first`: who moves in from another tool goes on counting.

    Raises InvalidInput naming `first` when it is not 1 to 9,999,999, TicketsNumbered once there is a ticket.
    """
    if not 1 <= first <= HIGHEST_FIRST:
        raise InvalidInput(_("Un numéro va de 1 à 9 999 999."), field="first")
    held = Provider.objects.select_for_update().get(pk=by.provider.pk)
    if Ticket.objects.filter(provider=held).exists():
        raise TicketsNumbered(
            _("La numérotation se choisit avant le premier ticket."),
            field="first",
            way_out=_("Les tickets déjà ouverts gardent leur numéro, les suivants continuent."),
        )
    numbering.start_at(held, SERIES, first)
    journal.write(by=by, at=at, code="desk.numbering_set", about=held, data={"first": first})
    return first


def _check(new: NewTicket, *, by: Actor, at: datetime) -> None:
    """Raises InvalidInput, InTheFuture or NoSuchContract for the first field at fault."""
    if new.client.provider_id != by.provider.pk or (by.is_client_side and new.client.pk != by.client_id):
        raise InvalidInput(_("Choisissez un client."), field="client")
    if not new.title.strip():
        raise InvalidInput(_("Dites en quelques mots ce qui se passe."), field="title")
    if len(new.title.strip()) > 200:
        raise InvalidInput(
            _("Le titre fait plus de 200 signes : mettez la suite dans la description."), field="title"
        )
    if len(new.equipment_label.strip()) > 120:
        raise InvalidInput(_("Le nom de l’équipement fait plus de 120 signes."), field="equipment_label")
    for field, choices in (
        ("origin", Origin),
        ("nature", Nature),
        ("equipment_class", EquipmentClass),
        ("impact", Impact),
        ("urgency", Urgency),
    ):
        if getattr(new, field) not in choices.values:
            raise InvalidInput(_("Faites un choix dans la liste."), field=field)
    if new.origin == Origin.PLAN and by.person is not None:
        raise InvalidInput(_("Un travail récurrent est ouvert par son plan, à sa date."), field="origin")
    if by.role == Role.USER and (new.caller is None or new.caller.pk != by.contact_id):
        raise InvalidInput(_("Vous ouvrez un ticket en votre nom."), field="caller")
    if new.verdict is not None:
        by.must("desk.cover")
    if new.verdict is not None and new.verdict not in Verdict.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="verdict")
    not_later(new.called_at, at, "called_at")
    if new.beneficiary is not None and new.beneficiary.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un bénéficiaire parmi vos clients."), field="beneficiary")
    parties = {new.client.pk, new.beneficiary.pk if new.beneficiary else None}
    if new.site is not None and new.site.client_id not in parties:
        raise InvalidInput(_("Ce site n’est pas de ce client."), field="site")
    if new.caller is not None and new.caller.client_id not in parties:
        raise InvalidInput(_("Cette personne n’est pas de ce client."), field="caller")
    if new.contract is not None:
        check_contract(new.contract, new.client, new.called_at)
    if new.assignee is not None:
        check_staff(new.assignee, by)


def check_contract(contract: Contract, client: Client, at: datetime) -> None:
    """Raises NoSuchContract unless the contract is the client's and in force on that day."""
    on = policies.day_of(at)
    if not contracts.contracts_in_force(client, on).filter(pk=contract.pk).exists():
        raise NoSuchContract(
            _("Le contrat %(contract)s n’est pas en vigueur chez ce client ce jour-là.")
            % {"contract": contract},
            field="contract",
            contract=contract.number,
        )


def departing_reason(verdict: str, assessment: facts.Assessment, reason: str) -> str:
    """The reason kept with a verdict: none for the proposed one. Raises ReasonNeeded for another without."""
    if verdict == assessment.proposed:
        return ""
    if not reason.strip():
        raise ReasonNeeded(
            _("Le contrat propose « %(proposed)s » : dites pourquoi vous retenez autre chose.")
            % {"proposed": Verdict(assessment.proposed).label},
            field="verdict_reason",
            proposed=assessment.proposed,
        )
    return reason.strip()[:200]


def _written_with_it(stored: Sequence[StoredFile]) -> tuple[tuple[type[Model], int], ...]:
    """How many rows at most leave together with a ticket, and name each other."""
    clocks = len(PromiseKind)
    # A ruling and an event for each clock, one of both for priority and coverage, the opening, the assignee.
    return (Ruling, 2 + clocks), (TicketEvent, 4 + clocks), (Promise, clocks), (StoredFile, len(stored))


def _write_opening(
    ticket: Ticket,
    assessment: facts.Assessment,
    ids: Sequence[Sequence[int]],
    *,
    by: Actor,
    at: datetime,
    stored: Sequence[StoredFile],
) -> None:
    """Write the ticket with its opening and files, then what it rests on: rulings, clocks, their events.

    Rulings, events, clocks and files take the first of their `ids`.
    """
    ticket.priority_ruling_id, ticket.verdict_ruling_id = ids[0][:2]
    opened = event_of(
        ticket,
        EventKind.OPENED,
        by=by,
        at=ticket.called_at,
        text=ticket.description,
        contact=ticket.caller,
        data={
            "origin": ticket.origin,
            "operator": by.name,
            "back_dated": ticket.called_at < at,
            "continues": ticket.continues.number if ticket.continues else None,
        },
    )
    numbering.name([opened], ids[1])
    numbering.name(stored, ids[3])
    attached = [attachment_of(opened, file) for file in stored]
    # The ticket comes after its files: its entry of search is then made once, with their names. That takes
    # the server some time, in which the rest is composed.
    rows.add(stored, attached, [opened], [ticket], ids=False)
    connection.hasten()  # type: ignore[attr-defined]
    ticket.opening = opened
    ticket.as_opened = _write_grounds(ticket, assessment, ids[0], ids[1][1:], ids[2], by=by, at=at)


def _write_grounds(
    ticket: Ticket,
    assessment: facts.Assessment,
    ruling_ids: Sequence[int],
    event_ids: Sequence[int],
    clock_ids: Sequence[int],
    *,
    by: Actor,
    at: datetime,
) -> list[tuple[Promise, TicketEvent]]:
    """Write what a new ticket rests on, and what is said of it; its clocks, each with its event."""
    priority, coverage = (
        _ruling(outcome, ticket, assessment, at) for outcome in (assessment.priority, assessment.coverage)
    )
    clocks = promises.first_steps(ticket, assessment, by=by, at=at)
    kept = [priority, coverage, *(step.ruling for step in clocks)]
    numbering.name(kept, ruling_ids)
    ticket.priority_ruling, ticket.verdict_ruling = priority, coverage
    for step in clocks:
        step.rest_on_ruling()
    events = [
        _priority_event(ticket, priority, by=by, at=at),
        _coverage_event(ticket, assessment, coverage, by=by, at=at),
    ]
    if ticket.assignee:
        given = {"person": ticket.assignee.pk, "name": ticket.assignee.full_name, "former": None}
        events.append(event_of(ticket, EventKind.ASSIGNED, by=by, at=at, data=given))
    events += [step.event for step in clocks]
    numbering.name(events, event_ids)
    owed = [step.promise for step in clocks]
    numbering.name(owed, clock_ids)
    rows.add(kept, owed, events, ids=False)
    return [(step.promise, step.event) for step in clocks]


def tell_priority(ticket: Ticket, assessment: facts.Assessment, *, by: Actor, at: datetime) -> None:
    """Keep the ruling of the priority and say it on the timeline."""
    ruling = _ruling(assessment.priority, ticket, assessment, at)
    rulings.keep_all([ruling])
    _rest_on(ticket, priority_ruling=ruling)
    record_all([_priority_event(ticket, ruling, by=by, at=at)])


def tell_coverage(ticket: Ticket, assessment: facts.Assessment, *, by: Actor, at: datetime) -> None:
    """Keep the ruling of the coverage and say on the timeline what was proposed and what was retained."""
    ruling = _ruling(assessment.coverage, ticket, assessment, at)
    rulings.keep_all([ruling])
    _rest_on(ticket, verdict_ruling=ruling)
    record_all([_coverage_event(ticket, assessment, ruling, by=by, at=at)])
    supplier_cases.follow_verdict(ticket, by=by, at=at)


def _ruling(outcome: Outcome, ticket: Ticket, assessment: facts.Assessment, at: datetime) -> Ruling:
    return rulings.of(
        outcome,
        provider=ticket.provider,
        book=assessment.terms.installed,
        about=ticket,
        at=at,
        client_id=ticket.client_id,
    )


def _rest_on(ticket: Ticket, **stored: Ruling) -> None:
    """Let the ticket name the rulings that it now rests on."""
    Ticket.objects.filter(pk=ticket.pk).update(**stored)
    for name, ruling in stored.items():
        setattr(ticket, name, ruling)


def _priority_event(ticket: Ticket, ruling: Ruling, *, by: Actor, at: datetime) -> TicketEvent:
    return event_of(
        ticket, EventKind.PRIORITY, by=by, at=at, data={"priority": ticket.priority}, ruling=ruling
    )


def _coverage_event(
    ticket: Ticket, assessment: facts.Assessment, ruling: Ruling, *, by: Actor, at: datetime
) -> TicketEvent:
    return event_of(
        ticket,
        EventKind.COVERAGE,
        by=by,
        at=at,
        text=ticket.verdict_reason,
        data={"verdict": ticket.verdict, "proposed": assessment.proposed, "cause": ticket.cause},
        ruling=ruling,
    )


@act("desk.assign")
def assign(*, by: Actor, at: datetime, ticket: Ticket, person: Person | None) -> Ticket:
    """Hand the ticket to someone of the staff, or to nobody. Raises InvalidInput naming `assignee`."""
    held = hold_open(ticket, by)
    if person is not None:
        check_staff(person, by)
    former = held.assignee
    held.assignee = person
    held.save(update_fields=["assignee"])
    record(
        held,
        EventKind.ASSIGNED,
        by=by,
        at=at,
        data={
            "person": person.pk if person else None,
            "name": person.full_name if person else "",
            "former": former.full_name if former else None,
        },
    )
    journal.write(
        by=by,
        at=at,
        code="desk.ticket_assigned",
        about=held,
        data={"person": person.pk if person else None, "former": former.pk if former else None},
    )
    return held


def raise_step(
    ticket: Ticket,
    step: str,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    data: dict[str, Any] | None = None,
    ruling: Ruling | None = None,
) -> TicketEvent:
    """Write the step and its event, with the price and the agreement in `data` where they are known.

    Raises StepDown unless `step` is above the present one.
    """
    former = ticket.step
    if not policies.is_above(step, former):
        raise StepDown(
            _("Le ticket est déjà à l’étape « %(step)s ».") % {"step": Step(former).label},
            field="step",
            step=former,
        )
    if not Ticket.objects.filter(pk=ticket.pk, step=former).update(step=step):
        raise OutOfDate(_("L’étape a changé entre-temps : rechargez la page."))
    ticket.step = step
    told = {"from": former, "to": step, **(data or {})}
    return record(ticket, EventKind.STEP, by=by, at=at, text=reason, data=told, ruling=ruling)


@act("desk.close")
def close_ticket(
    *, by: Actor, at: datetime, ticket: Ticket, text: str = "", leave_tasks: bool = False
) -> Ticket:
    """Close a ticket: by staff, or on the client's side by its creator alone (ims 6.4).

    Tasks still to do are dropped, where `leave_tasks` says so or a client closes. An incident solved before
    anyone had to come meets the promise; a visit that stood is cancelled, a supplier case that never left is
    dropped. Raises NotTheCreator,
    StopwatchRunning, OpenTasks, TicketClosed, OutOfDate when the ticket is no longer in the state in which
    it was read.
    """
    held = hold_open(ticket, by)
    _must_be_creator(held, by)
    running = held.sessions.filter(state__in=(SessionState.RUNNING, SessionState.PAUSED))
    names = [session.technician.full_name for session in running.select_related("technician")]
    if names:
        raise StopwatchRunning(
            _("Chronomètre encore en marche : %(names)s.") % {"names": ", ".join(names)},
            way_out=_("Arrêtez la séance, ou abandonnez-la."),
            names=names,
        )
    _must_have_hung_up(held)
    if not (leave_tasks or by.is_client_side):
        checklists.must_be_done(held)
    left = checklists.drop_open(held, at=at)
    took = facts.closing_seconds(held, promises.last_call(held), at)
    visit = queries.active_appointment(held)
    if visit is not None:
        appointments.drop(visit, held, reason=_("Le ticket est clos."), by=by, at=at)
    supplier_cases.drop_proposed(held, by=by, at=at)
    move_ticket(held, TicketState.CLOSED, former=ticket.state, closed_at=at, closed_in_seconds=took)
    closing = record(
        held,
        EventKind.CLOSED,
        by=by,
        at=at,
        text=text.strip(),
        contact=held.caller if by.is_client_side else None,
    )
    for kind in PromiseKind.values:
        promises.meet(held, kind, how="solved", by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.ticket_closed",
        about=held,
        data={
            "text": text.strip(),
            "visit_cancelled": visit.starts_at.isoformat() if visit else None,
            "event": closing.pk,
            "tasks_left": left,
        },
    )
    return held


@act("desk.close")
def reopen_ticket(*, by: Actor, at: datetime, ticket: Ticket, reason: str) -> Ticket:
    """Reopen a closed ticket, saying why. Raises NotTheCreator, ReasonNeeded, OutOfDate when it is open."""
    held = hold(ticket, by)
    merging.must_go_on(held)
    _must_be_creator(held, by)
    if not reason.strip():
        raise ReasonNeeded(_("Dites pourquoi le ticket est rouvert."), field="reason")
    reopen(held, by=by, at=at, reason=reason.strip())
    journal.write(by=by, at=at, code="desk.ticket_reopened", about=held, data={"reason": reason.strip()})
    return held


def reopen(ticket: Ticket, *, by: Actor, at: datetime, reason: str) -> None:
    """Bring a closed ticket back. What is said then is a new call: its clocks start again from it."""
    move_ticket(ticket, TicketState.OPEN, former=TicketState.CLOSED, closed_at=None, closed_in_seconds=None)
    record(ticket, EventKind.REOPENED, by=by, at=at, text=reason)
    promises.start(ticket, facts.assess(facts.Request.of(ticket)), by=by, at=at, since=at)


def _must_have_hung_up(ticket: Ticket) -> None:
    """Raises RemoteSessionOpen while someone is on a machine of the client."""
    still_on = access.sessions_of_ticket(ticket.pk).filter(ended_at=None)
    names = sorted({session.technician.full_name for session in still_on})
    if names:
        raise RemoteSessionOpen(
            _("%(names)s a encore la main sur une machine du client.") % {"names": ", ".join(names)},
            way_out=_("Terminez la prise en main."),
            names=names,
        )


def _must_be_creator(ticket: Ticket, by: Actor) -> None:
    if policies.may_close(by, ticket):
        return
    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    term = "intake.closers"
    clause = book.timeline(term)[-1].clause if book.has(term) else None
    raise NotTheCreator(
        _("Un ticket est clos par un technicien ou par la personne qui l’a créé."),
        clause=(book.name, clause) if clause else None,
        way_out=_("Demandez-le à %(name)s.") % {"name": ticket.caller} if ticket.caller else "",
    )
