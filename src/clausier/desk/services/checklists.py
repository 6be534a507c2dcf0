"""Tasks of a ticket: added, done, taken up again, dropped; and the lists that bring several at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clausier.contracts.models import EquipmentClass
from clausier.desk.errors import NothingChanged, OpenTasks
from clausier.desk.models import Checklist, Nature, Ticket, TicketTask
from clausier.desk.services.held import check_staff, hold_open
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person

MOST = 100
LONGEST = 200


@act("desk.work")
def add_task(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    title: str,
    assignee: Person | None = None,
    due_on: date | None = None,
) -> TicketTask:
    """Something to do on the ticket. Raises InvalidInput naming `title` or `assignee`, TicketClosed."""
    held = hold_open(ticket, by)
    if assignee is not None:
        check_staff(assignee, by)
    made = _append(held, [_titled(title)], by=by, at=at, assignee=assignee, due_on=due_on)[0]
    journal.write(
        by=by, at=at, code="desk.task_added", about=held, data={"task": made.pk, "title": made.title}
    )
    return made


@act("desk.work")
def apply_checklist(
    *, by: Actor, at: datetime, ticket: Ticket, checklist: Checklist, assignee: Person | None = None
) -> list[TicketTask]:
    """Bring the lines of a list onto the ticket; those that it still has to do are not brought twice.

    Raises NothingChanged, InvalidInput naming `checklist` or `assignee`, TicketClosed.
    """
    held = hold_open(ticket, by)
    if checklist.provider_id != by.provider.pk or checklist.retired_at is not None:
        raise InvalidInput(_("Choisissez une liste de tâches."), field="checklist")
    if assignee is not None:
        check_staff(assignee, by)
    known = set(_open(held).filter(checklist=checklist.name).values_list("title", flat=True))
    lines = [line for line in checklist.lines if line not in known]
    if not lines:
        raise NothingChanged(_("Ces tâches sont déjà sur le ticket."), field="checklist")
    made = _append(held, lines, by=by, at=at, assignee=assignee, checklist=checklist.name)
    journal.write(
        by=by,
        at=at,
        code="desk.checklist_applied",
        about=held,
        data={"checklist": checklist.name, "tasks": len(made)},
    )
    return made


def _titled(title: str) -> str:
    tidy = " ".join(title.split())
    if not tidy or len(tidy) > LONGEST:
        raise InvalidInput(_("Dites en une ligne ce qu’il y a à faire."), field="title")
    return tidy


def _open(ticket: Ticket) -> QuerySet[TicketTask]:
    return ticket.tasks.filter(done_at=None, dropped_at=None)


def _append(
    ticket: Ticket,
    titles: Sequence[str],
    *,
    by: Actor,
    at: datetime,
    assignee: Person | None = None,
    due_on: date | None = None,
    checklist: str = "",
) -> list[TicketTask]:
    last = ticket.tasks.order_by("-position").values_list("position", flat=True).first() or 0
    if ticket.tasks.count() + len(titles) > MOST:
        raise InvalidInput(_("Un ticket porte cent tâches au plus."), field="title")
    return TicketTask.objects.bulk_create(
        [
            TicketTask(
                provider=by.provider,
                client_id=ticket.client_id,
                ticket=ticket,
                title=title,
                checklist=checklist,
                position=last + place,
                assignee=assignee,
                due_on=due_on,
                made_at=at,
                made_by=by.name[:120],
            )
            for place, title in enumerate(titles, start=1)
        ]
    )


@act("desk.work")
def change_task(
    *,
    by: Actor,
    at: datetime,
    task: TicketTask,
    title: str,
    assignee: Person | None,
    due_on: date | None,
) -> TicketTask:
    """Say otherwise what is to be done, by whom, by when. Raises InvalidInput, NothingChanged."""
    held = _hold(task, by)
    if assignee is not None:
        check_staff(assignee, by)
    former = (held.title, held.assignee_id, held.due_on)
    held.title, held.assignee, held.due_on = _titled(title), assignee, due_on
    if former == (held.title, held.assignee_id, held.due_on):
        raise NothingChanged(_("Rien n’a changé."))
    held.save()
    journal.write(
        by=by, at=at, code="desk.task_changed", about=held.ticket, data={"task": held.pk, "title": held.title}
    )
    return held


@act("desk.work")
def tick_task(*, by: Actor, at: datetime, task: TicketTask, done: bool = True) -> TicketTask:
    """Note that a task is done, by whom and when; or that it is to be done again. Raises NothingChanged."""
    held = _hold(task, by)
    if (held.done_at is not None) == done:
        raise NothingChanged(_("Rien n’a changé."))
    held.done_at, held.done_by, held.dropped_at = (at, by.person, None) if done else (None, None, None)
    held.save(update_fields=["done_at", "done_by", "dropped_at"])
    journal.write(
        by=by,
        at=at,
        code="desk.task_done" if done else "desk.task_reopened",
        about=held.ticket,
        data={"task": held.pk, "title": held.title},
    )
    return held


@act("desk.work")
def remove_task(*, by: Actor, at: datetime, task: TicketTask) -> Ticket:
    """Take off a task that nobody has done. Raises NothingChanged."""
    held = _hold(task, by)
    if held.done_at is not None:
        raise NothingChanged(_("Cette tâche est faite : elle reste sur le ticket."))
    title = held.title
    held.delete()
    journal.write(by=by, at=at, code="desk.task_removed", about=held.ticket, data={"title": title})
    return held.ticket


def _hold(task: TicketTask, by: Actor) -> TicketTask:
    """The task as it stands, its ticket kept for this act. Raises NothingChanged where it is gone."""
    ticket = hold_open(task.ticket, by)
    found = ticket.tasks.filter(pk=task.pk).first()
    if found is None:
        raise NothingChanged(_("Cette tâche n’existe plus."))
    found.ticket = ticket
    return found


# Inside other acts


def must_be_done(ticket: Ticket) -> None:
    """Raises OpenTasks naming those that are still to be done."""
    titles = list(_open(ticket).order_by("position").values_list("title", flat=True))
    if titles:
        raise OpenTasks(
            _("Il reste %(count)d tâches à faire : %(titles)s.")
            % {"count": len(titles), "titles": " ; ".join(titles[:3])}
            if len(titles) > 1
            else _("Il reste une tâche à faire : %(title)s.") % {"title": titles[0]},
            way_out=_("Cochez ce qui est fait, ou dites que le reste est laissé."),
            field="leave_tasks",
            tasks=titles,
        )


def drop_open(ticket: Ticket, *, at: datetime) -> int:
    """The ticket is closed without what was still to be done; how many tasks."""
    return _open(ticket).update(dropped_at=at)


# The lists


@act("desk.settle")
def write_checklist(
    *,
    by: Actor,
    at: datetime,
    name: str,
    lines: Sequence[str],
    equipment_class: str = "",
    nature: str = "",
    checklist: Checklist | None = None,
    retired: bool = False,
) -> Checklist:
    """Write a list, or write `checklist` anew; tickets that have its tasks keep them as they are.

    `equipment_class` and `nature` say which tickets it is proposed on; empty: any. Raises InvalidInput.
    """
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 80:
        raise InvalidInput(_("Donnez à la liste un nom de 80 signes au plus."), field="name")
    if equipment_class and equipment_class not in EquipmentClass.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="equipment_class")
    if nature and nature not in Nature.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="nature")
    said = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
    if not said or len(said) > 40 or any(len(line) > LONGEST for line in said):
        raise InvalidInput(_("Écrivez une à quarante tâches, une par ligne."), field="lines")
    others = Checklist.objects.filter(provider=by.provider, name__iexact=tidy)
    if others.exclude(pk=checklist.pk if checklist else 0).exists():
        raise InvalidInput(_("Une autre liste porte ce nom."), field="name")
    held = Checklist(provider=by.provider)
    if checklist is not None:
        held = Checklist.objects.select_for_update().get(pk=checklist.pk, provider=by.provider)
    held.name, held.lines = tidy, said
    held.equipment_class, held.nature = equipment_class, nature
    held.changed_at = at
    held.retired_at = (held.retired_at or at) if retired else None
    held.save()
    journal.write(
        by=by,
        at=at,
        code="desk.checklist_written",
        about=held,
        data={"lines": said, "equipment_class": equipment_class, "nature": nature, "retired": retired},
    )
    return held
