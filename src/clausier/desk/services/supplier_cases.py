"""Cases at suppliers (imri V, VIII): opened, written, answered, chased, ended; never in front of the client.

Nothing here stops a promise: no clause of the terms lets a supplier's delay do so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Max
from django.utils.translation import gettext as _

from clausier.desk import cases, facts, policies
from clausier.desk.errors import CaseEnded, NoAddress, NothingChanged, ReasonNeeded, UnknownCase
from clausier.desk.models import (
    CaseChannel,
    CaseOutcome,
    CaseTicket,
    EventKind,
    SupplierCase,
    Ticket,
    TicketEvent,
    Verdict,
)
from clausier.desk.services.held import hold, hold_open
from clausier.desk.states import CASE_MOVES, CaseState
from clausier.desk.timeline import Upload, record
from clausier.directory.models import Supplier
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput, OutOfDate
from clausier.foundation.models import Provider
from clausier.post import conversations, outbox
from clausier.post.models import Conversation, IncomingMail, Mailbox
from clausier.post.states import MailOutcome

Files = Sequence[Upload | tuple[str, str, bytes]]
MOST_REFERENCES: Final = 10
LONGEST_WAIT: Final = timedelta(days=366)
DIRECTIONS: Final = ("in", "out")
REPLACEMENT: Final = ("rma_number", "returned_serial", "returned_on", "replacement_serial", "replaced_on")
TEXTS: Final = ("rma_number", "returned_serial", "replacement_serial")


# Opening


def follow_verdict(ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """Propose a case where the terms leave nothing but following the supplier's (imri VIII); or no longer.

    Inside the act that decided the coverage, which writes the journal entry. What was sent stays.
    """
    if ticket.verdict != Verdict.FOLLOW_UP:
        drop_proposed(ticket, by=by, at=at)
    elif not ticket.supplier_cases.exists():
        _propose(ticket, by=by, at=at)


def drop_proposed(ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """Let go of a case that never left: nothing is to be asked of a supplier any more."""
    for case in ticket.supplier_cases.filter(state=CaseState.PROPOSED):
        _move(case, CaseState.ENDED, outcome=CaseOutcome.DROPPED, ended_at=at)
        _tell(case, "dropped", by=by, at=at)


def _propose(ticket: Ticket, *, by: Actor, at: datetime) -> SupplierCase:
    supplier = cases.proposed_supplier(ticket)
    case = _created(ticket, supplier, cases.opening_letter(ticket, supplier).subject, at=at)
    _tell(case, "proposed", by=by, at=at)
    return case


def _created(ticket: Ticket, supplier: Supplier | None, subject: str, *, at: datetime) -> SupplierCase:
    last = ticket.supplier_cases.aggregate(last=Max("ordinal"))["last"] or 0
    return SupplierCase.objects.create(
        provider_id=ticket.provider_id,
        client_id=ticket.client_id,
        ticket=ticket,
        ordinal=last + 1,
        supplier=supplier,
        subject=subject[:200],
        opened_at=at,
    )


@act("desk.suppliers")
def open_supplier_case(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    supplier: Supplier,
    text: str,
    subject: str = "",
    channel: str = CaseChannel.MAIL,
    reference: str = "",
    files: Files = (),
) -> SupplierCase:
    """Ask a supplier for something: by a letter that leaves now, or as it was said on its portal or phone.

    A case that was only proposed on the ticket becomes this one. Raises InvalidInput naming the field,
    NoAddress naming `supplier`, TicketClosed.
    """
    held = hold_open(ticket, by)
    if supplier.provider_id != by.provider.pk or supplier.ended_on is not None:
        raise InvalidInput(_("Choisissez un fournisseur."), field="supplier")
    if channel not in CaseChannel.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="channel")
    said = _written(text)
    title = " ".join(subject.split())[:200] or held.title
    proposed = held.supplier_cases.filter(state=CaseState.PROPOSED).order_by("pk").first()
    case = proposed or _created(held, supplier, title, at=at)
    case.ticket, case.supplier, case.subject, case.channel, case.opened_at = (
        held,
        supplier,
        title,
        channel,
        at,
    )
    if reference.strip():
        case.their_references = _references([reference])
    CaseTicket.objects.create(
        provider_id=held.provider_id,
        client_id=held.client_id,
        case=case,
        ticket=held,
        supplier=supplier,
        since_at=at,
    )
    _hand_over(case, at=at)
    _move(case, CaseState.WITH_SUPPLIER)
    _tell(case, "opened", by=by, at=at)
    kind = EventKind.SUPPLIER_LETTER if channel == CaseChannel.MAIL else EventKind.SUPPLIER_NOTE
    event = _say(case, kind, said, by=by, at=at, files=files, data={"channel": channel})
    if channel == CaseChannel.MAIL:
        _send(case, event, at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.supplier_case_opened",
        about=case,
        data={"ticket": held.number, "supplier": supplier.name, "channel": channel, "event": event.pk},
    )
    return case


@act("desk.suppliers")
def join_ticket(*, by: Actor, at: datetime, case: SupplierCase, ticket: Ticket) -> CaseTicket:
    """Have another ticket wait for the same case: one outage of a carrier, several clients.

    Raises CaseEnded, NothingChanged when it does already, TicketClosed.
    """
    held = _hold_under_way(case, by)
    other = hold_open(ticket, by)
    if held.supplier is None:
        raise InvalidInput(_("Écrivez d’abord au fournisseur."), field="ticket")
    if held.tickets.filter(ticket=other).exists():
        raise NothingChanged(_("Ce ticket attend déjà ce dossier."), field="ticket")
    joined = CaseTicket.objects.create(
        provider_id=other.provider_id,
        client_id=other.client_id,
        case=held,
        ticket=other,
        supplier=held.supplier,
        since_at=at,
    )
    record(
        other,
        EventKind.SUPPLIER,
        by=by,
        at=at,
        data=_data(held, "joined", ticket=other.number),
        internal=True,
        case=held,
    )
    journal.write(by=by, at=at, code="desk.supplier_case_joined", about=held, data={"ticket": other.number})
    return joined


# Saying


@act("desk.suppliers")
def write_to_supplier(
    *, by: Actor, at: datetime, case: SupplierCase, text: str, files: Files = ()
) -> TicketEvent:
    """Write a letter on the case; without an answer since the last one it chases.

    Raises CaseEnded, InvalidInput naming `text` or `supplier`, NoAddress.
    """
    held = _hold_under_way(case, by)
    if held.state == CaseState.PROPOSED or held.supplier is None:
        raise InvalidInput(_("Ce dossier n’est pas encore ouvert chez le fournisseur."), field="supplier")
    said, chases = _written(text), held.state == CaseState.WITH_SUPPLIER
    held.chases = held.chases + 1 if chases else 0
    _hand_over(held, at=at)
    _move(held, CaseState.WITH_SUPPLIER)
    data = {"chase": held.chases} if chases else {}
    event = _say(held, EventKind.SUPPLIER_LETTER, said, by=by, at=at, files=files, data=data)
    _send(held, event, at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.supplier_written",
        about=held,
        data={"event": event.pk, "chase": held.chases},
    )
    return event


@act("desk.suppliers")
def receive_from_supplier(
    *,
    by: Actor,
    at: datetime,
    case: SupplierCase,
    text: str,
    author: str,
    sender: str = "",
    mail: IncomingMail | None = None,
    automatic: bool = False,
    reference: str = "",
    files: Files = (),
) -> TicketEvent:
    """Take in what the supplier wrote. It is our turn then, unless a machine of theirs wrote (`automatic`).

    `reference` is the number that its ticket system bears; it is kept. An answer to a case that had ended
    opens it again.
    """
    held = _hold(case, by)
    if reference:
        fresh = _bare(reference)
        if fresh and fresh not in held.their_references and len(held.their_references) < MOST_REFERENCES:
            held.their_references = [*held.their_references, fresh]
    if not automatic:
        _hear(held, at=at)
        _move(held, CaseState.ANSWERED, outcome="", ended_at=None)
        held.tickets.update(ended_at=None)
    else:
        held.save()
    event = _say(
        held,
        EventKind.SUPPLIER_ANSWER,
        text.strip() or _("Message sans texte"),
        by=by,
        at=at,
        author=author,
        files=files,
        data={
            "from": sender,
            **({"mail": mail.pk} if mail else {}),
            **({"automatic": True} if automatic else {}),
        },
    )
    journal.write(
        by=by,
        at=at,
        code="desk.supplier_answered",
        about=held,
        data={"event": event.pk, "automatic": automatic},
    )
    return event


@act("desk.suppliers")
def note_on_case(
    *,
    by: Actor,
    at: datetime,
    case: SupplierCase,
    text: str,
    author: str = "",
    files: Files = (),
) -> TicketEvent:
    """Write down something about the case, for the staff. Raises InvalidInput naming `text`, UnknownCase."""
    held = _hold(case, by)
    event = _say(held, EventKind.SUPPLIER_NOTE, _written(text), by=by, at=at, author=author, files=files)
    journal.write(by=by, at=at, code="desk.supplier_noted", about=held, data={"event": event.pk})
    return event


@act("desk.suppliers")
def log_supplier_call(
    *, by: Actor, at: datetime, case: SupplierCase, text: str, direction: str, our_turn: bool = False
) -> TicketEvent:
    """Log a call with the supplier, `in` or `out`: it was heard from, and the wait begins anew.

    `our_turn`: it told what it had to, and we go on. Raises CaseEnded, InvalidInput naming `direction`,
    `text` or `supplier`.
    """
    held = _hold_under_way(case, by)
    if direction not in DIRECTIONS:
        raise InvalidInput(_("Dites si l’appel est reçu ou émis."), field="direction")
    if held.state == CaseState.PROPOSED:
        raise InvalidInput(_("Ce dossier n’est pas encore ouvert chez le fournisseur."), field="supplier")
    said = _written(text)
    _hear(held, at=at)
    if our_turn:
        _move(held, CaseState.ANSWERED)
    else:
        _hand_over(held, at=at)
        _move(held, CaseState.WITH_SUPPLIER)
    event = _say(held, EventKind.SUPPLIER_CALL, said, by=by, at=at, data={"direction": direction})
    journal.write(
        by=by,
        at=at,
        code="desk.supplier_called",
        about=held,
        data={"event": event.pk, "direction": direction},
    )
    return event


# What becomes of it


@act("desk.suppliers")
def keep_waiting(
    *, by: Actor, at: datetime, case: SupplierCase, until_on: date, reason: str = ""
) -> SupplierCase:
    """Wait for the supplier until a day: the one it announced, say; then it is chased.

    Raises CaseEnded, InvalidInput naming `until_on` when it is not ahead, or over a year.
    """
    held = _hold_under_way(case, by)
    today = policies.day_of(at)
    if held.state == CaseState.PROPOSED:
        raise InvalidInput(_("Ce dossier n’est pas encore ouvert chez le fournisseur."), field="supplier")
    if not today < until_on <= today + LONGEST_WAIT:
        raise InvalidInput(_("Donnez un jour à venir, dans l’année."), field="until_on")
    _hand_over(held, at=at, written=False)
    held.expected_on = held.chase_on = until_on
    _move(held, CaseState.WITH_SUPPLIER)
    _tell(held, "waiting", by=by, at=at, text=reason.strip(), until=until_on.isoformat())
    journal.write(
        by=by,
        at=at,
        code="desk.supplier_waited",
        about=held,
        data={"until": until_on.isoformat(), "reason": reason.strip()},
    )
    return held


@act("desk.suppliers")
def change_case(
    *,
    by: Actor,
    at: datetime,
    case: SupplierCase,
    references: Sequence[str] | None = None,
    **replacement: Any,
) -> SupplierCase:
    """Keep the supplier's references, and what a replacement is told by: `rma_number`, `returned_serial`,
    `returned_on`, `replacement_serial`, `replaced_on`.

    Raises InvalidInput naming the field, NothingChanged, UnknownCase.
    """
    held = _hold(case, by)
    unknown = replacement.keys() - set(REPLACEMENT)
    if unknown:
        raise TypeError(f"a case has no field to change named {', '.join(sorted(unknown))}")
    asked = {name: _line(value, name) if name in TEXTS else value for name, value in replacement.items()}
    if references is not None:
        asked["their_references"] = _references(references)
    changes = {name: value for name, value in asked.items() if value != getattr(held, name)}
    if not changes:
        raise NothingChanged(_("Rien n’a changé."))
    for name, value in changes.items():
        setattr(held, name, value)
    held.save(update_fields=list(changes))
    told = {name: _plain(value) for name, value in changes.items()}
    _tell(held, "changed", by=by, at=at, changes=told)
    journal.write(by=by, at=at, code="desk.supplier_case_changed", about=held, data=told)
    return held


@act("desk.suppliers")
def end_case(*, by: Actor, at: datetime, case: SupplierCase, outcome: str, text: str = "") -> SupplierCase:
    """The case is over: each ticket that waited says how, and what is proposed next.

    One that was only proposed can be dropped, saying why. Raises CaseEnded, InvalidInput naming `outcome`,
    ReasonNeeded naming `text` for what was refused or dropped.
    """
    held = _hold_under_way(case, by)
    if outcome not in CaseOutcome.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="outcome")
    if held.state == CaseState.PROPOSED and outcome != CaseOutcome.DROPPED:
        raise InvalidInput(
            _("Ce dossier n’est jamais parti : il ne peut être que sans suite."), field="outcome"
        )
    said = text.strip()
    if outcome in (CaseOutcome.REFUSED, CaseOutcome.DROPPED) and not said:
        raise ReasonNeeded(_("Dites pourquoi."), field="text")
    _stop(held, at=at)
    _move(held, CaseState.ENDED, outcome=outcome, ended_at=at, chase_on=None)
    waiting = list(held.tickets.filter(ended_at=None).select_related("ticket"))
    held.tickets.filter(ended_at=None).update(ended_at=at)
    for ticket in [one.ticket for one in waiting] or [held.ticket]:
        record(
            ticket,
            EventKind.SUPPLIER,
            by=by,
            at=at,
            text=said,
            data=_data(held, "ended", outcome=outcome, next=cases.NEXT_STEPS[outcome]),
            internal=True,
            case=held,
        )
    journal.write(
        by=by,
        at=at,
        code="desk.supplier_case_ended",
        about=held,
        data={"outcome": outcome, "text": said, "tickets": [one.ticket.number for one in waiting]},
    )
    return held


@act("desk.suppliers")
def reopen_case(*, by: Actor, at: datetime, case: SupplierCase, reason: str) -> SupplierCase:
    """The case goes on after all; it is our turn. Raises ReasonNeeded, NothingChanged if it goes on."""
    held = _hold(case, by)
    if held.state != CaseState.ENDED:
        raise NothingChanged(_("Ce dossier n’est pas terminé."))
    if held.supplier is None:
        raise InvalidInput(_("Ce dossier n’est jamais parti : ouvrez-en un autre."), field="supplier")
    if not reason.strip():
        raise ReasonNeeded(_("Dites pourquoi le dossier est rouvert."), field="reason")
    _move(held, CaseState.ANSWERED, outcome="", ended_at=None)
    held.tickets.update(ended_at=None)
    _tell(held, "reopened", by=by, at=at, text=reason.strip())
    journal.write(
        by=by, at=at, code="desk.supplier_case_reopened", about=held, data={"reason": reason.strip()}
    )
    return held


@act("desk.suppliers")
def remind_of_chase(*, by: Actor, at: datetime, case: SupplierCase) -> bool:
    """Say once, on the ticket and to machines, that the supplier is to be chased; whether it was said now."""
    held = _hold(case, by)
    if not cases.is_due(held, policies.day_of(at)) or held.due_told_on == held.chase_on:
        return False
    held.due_told_on = held.chase_on
    held.save(update_fields=["due_told_on"])
    _tell(held, "due", by=by, at=at, since=_plain(held.last_written_at))
    journal.write(
        by=by, at=at, code="desk.supplier_chase_due", about=held, data={"ticket": held.ticket.number}
    )
    return True


@act("installation.write")
def tell_of_suppliers(*, by: Actor, at: datetime, shown: bool) -> Provider:
    """Whether the portal says since when a supplier is waited for, and nothing else of it."""
    held = Provider.objects.select_for_update().get(pk=by.provider.pk)
    held.tells_of_suppliers = shown
    held.save(update_fields=["tells_of_suppliers"])
    journal.write(by=by, at=at, code="desk.suppliers_told", about=held, data={"shown": shown})
    return held


# Who has it


def _hand_over(case: SupplierCase, *, at: datetime, written: bool = True) -> None:
    """The supplier has to answer from now on; chased after the working days that its file gives."""
    if written:
        case.last_written_at = at
    case.with_supplier_since_at = case.with_supplier_since_at or at
    case.expected_on = None
    if case.supplier is not None:
        case.chase_on = facts.chase_day(case.ticket, at, case.supplier.answers_within_days)


def _hear(case: SupplierCase, *, at: datetime) -> None:
    """The supplier was heard from: its wait ends."""
    case.last_heard_at, case.chases = at, 0
    _stop(case, at=at)
    case.chase_on = case.expected_on = None


def _stop(case: SupplierCase, *, at: datetime) -> None:
    case.with_supplier_seconds = cases.seconds_with_supplier(case, at)
    case.with_supplier_since_at = None


def _move(case: SupplierCase, to: str, **changes: Any) -> None:
    """Move a case by its table and save what the act changed. Raises OutOfDate."""
    if to not in CASE_MOVES[case.state]:
        raise OutOfDate(_("L’état a changé entre-temps : rechargez la page."), former=case.state, asked=to)
    case.state = to
    for name, value in changes.items():
        setattr(case, name, value)
    case.save()


# The thread


def _say(
    case: SupplierCase,
    kind: str,
    text: str,
    *,
    by: Actor,
    at: datetime,
    author: str = "",
    files: Files = (),
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    return record(
        case.ticket,
        kind,
        by=by,
        at=at,
        text=text,
        data=_data(case) | (data or {}),
        internal=True,
        author=author,
        case=case,
        files=files,
    )


def _tell(case: SupplierCase, step: str, *, by: Actor, at: datetime, text: str = "", **more: Any) -> None:
    record(
        case.ticket,
        EventKind.SUPPLIER,
        by=by,
        at=at,
        text=text,
        data=_data(case, step, **more),
        internal=True,
        case=case,
    )


def _data(case: SupplierCase, step: str = "", **more: Any) -> dict[str, Any]:
    supplier = case.supplier.name if case.supplier else ""
    said = {"case": str(case), "number": case.ticket.number, "ordinal": case.ordinal, "supplier": supplier}
    return said | ({"step": step} if step else {}) | more


def _send(case: SupplierCase, event: TicketEvent, *, at: datetime) -> None:
    """Have the entry leave as a letter to the supplier. Raises NoAddress."""
    supplier = case.supplier
    assert supplier is not None
    conversation = conversations.about(
        cases.filed(case, None), provider=case.ticket.provider, subject=case.subject, at=at
    )
    to = _answered_by(conversation) or supplier.email
    if not to:
        raise NoAddress(
            _("%(name)s n’a pas d’adresse de support.") % {"name": supplier.name},
            field="supplier",
            way_out=_("Complétez sa fiche, ou ouvrez le dossier sur son portail ou par téléphone."),
        )
    mailbox = _mailbox(case, conversation)
    if mailbox is None:
        raise NoAddress(
            _("Vous n’avez pas de boîte pour écrire."),
            field="supplier",
            way_out=_("Ajoutez-en une sous Courrier, Boîtes."),
        )
    outbox.to_supplier(
        conversation,
        mailbox=mailbox,
        to=[to],
        cc=(),
        supplier=supplier.name,
        author_name=event.author_name,
        text=event.text,
        event_id=event.pk,
        language=supplier.language,
        files=[one.file for one in event.attachments.select_related("file")],
        at=at,
    )


def _answered_by(conversation: Conversation) -> str:
    """Who of the supplier's wrote last, and not a machine."""
    last = conversation.incoming.filter(outcome=MailOutcome.REPLY).order_by("-arrived_at", "-pk").first()
    return last.sender_address if last else ""


def _mailbox(case: SupplierCase, conversation: Conversation) -> Mailbox | None:
    """The mailbox that the case writes from: its own, else the ticket's, else the provider's first."""
    own = Conversation.objects.filter(
        provider_id=case.provider_id, about_kind="ticket", about_id=case.ticket_id
    ).first()
    source = conversation if conversation.incoming.exists() else own
    return outbox.mailbox_for(case.ticket.provider, source)


# What is given


def _hold(case: SupplierCase, by: Actor) -> SupplierCase:
    """The case as it stands now, after its ticket: acts on one come one after the other."""
    found = cases.cases_visible_to(by).filter(pk=case.pk).first()
    if found is None:
        raise UnknownCase(_("Ce dossier n’existe pas, ou vous n’y avez pas accès."))
    ticket = hold(found.ticket, by)
    held = SupplierCase.objects.select_related("supplier").get(pk=found.pk)
    held.ticket = ticket
    return held


def _hold_under_way(case: SupplierCase, by: Actor) -> SupplierCase:
    held = _hold(case, by)
    if held.state == CaseState.ENDED:
        raise CaseEnded(
            _("Le dossier %(case)s est terminé.") % {"case": held},
            way_out=_("Rouvrez-le d’abord, en disant pourquoi."),
        )
    return held


def _written(text: str) -> str:
    if not text.strip():
        raise InvalidInput(_("Écrivez quelque chose d’abord."), field="text")
    return text.strip()


def _references(given: Sequence[str]) -> list[str]:
    found = [one for one in dict.fromkeys(" ".join(text.split()) for text in given) if one]
    if len(found) > MOST_REFERENCES or any(len(one) > 80 for one in found):
        raise InvalidInput(_("Dix numéros au plus, de 80 signes chacun."), field="references")
    return found


def _bare(reference: str) -> str:
    """A number as another system writes it in a subject, without its brackets."""
    return reference.strip("[]# ").strip()[:80]


def _line(value: str, field: str) -> str:
    text = " ".join(value.split())
    if len(text) > 80:
        raise InvalidInput(_("80 signes au plus."), field=field)
    return text


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
