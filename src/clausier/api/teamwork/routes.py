"""Working together on tickets: followers, merging, splitting, links, tags, tasks and their lists."""

from __future__ import annotations

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Id, Number
from clausier.api.teamwork.shapes import (
    ChecklistApplied,
    ChecklistChange,
    ChecklistGiven,
    ChecklistOut,
    LinkGiven,
    LinkOut,
    MergeGiven,
    SplitGiven,
    TagChange,
    TagGiven,
    TagOut,
    TagsGiven,
    TaskGiven,
    TaskOut,
    TaskTick,
    Together,
    WatcherGiven,
    WatcherOut,
)
from clausier.api.tickets import reading
from clausier.api.tickets.shapes import TicketOut
from clausier.desk import queries, services
from clausier.desk.models import Checklist, Merge, Tag, Ticket, TicketEvent, TicketLink, TicketTask
from clausier.foundation import clock

routes = Router()


def together(request: ApiRequest, ticket: Ticket) -> Together:
    """How the ticket stands among people and other tickets, as far as the actor may know."""
    actor = request.actor
    staff = not actor.is_client_side
    merge = queries.merge_of(ticket)
    goes_on = queries.ticket_by_number(actor, merge.into.number) if merge else None
    return Together(
        goes_on_in=goes_on.number if goes_on else None,
        merged_here=[one.ticket.number for one in queries.merges_into(ticket)],
        watchers=[WatcherOut.of(one) for one in queries.watchers_of(ticket) if staff or one.contact_id],
        links=[
            LinkOut(
                id=link.pk,
                number=other.number,
                title=other.title,
                kind=link.kind,
                says=says,
                from_here=link.ticket_id == ticket.pk,
                internal=link.is_internal,
            )
            for link, other, says in queries.links_of(ticket, actor)
        ],
        tags=[TagOut.of(one) for one in queries.tags_of([ticket]).get(ticket.pk, [])] if staff else [],
        tasks=[TaskOut.of(one) for one in queries.tasks_of(ticket)] if staff else [],
    )


@reads(
    routes,
    "/tickets/{number}/together",
    "desk.read",
    answers=Together,
    summary=gettext_noop("Lire qui suit un ticket, ses étiquettes, ses tâches et ses liens"),
)
def read_together(request: ApiRequest, number: Path[Number]) -> Together:
    return together(request, reading.ticket_of(request, number))


# Following


@writes(
    routes,
    "POST",
    "/tickets/{number}/watchers",
    "desk.read",
    answers=Together,
    status=201,
    summary=gettext_noop("Suivre un ticket, ou le faire suivre"),
    about=gettext_noop("Qui suit reçoit ce qui s’y écrit ; une personne du client le lit aussi au portail."),
)
def follow_ticket(request: ApiRequest, number: Path[Number], body: WatcherGiven) -> Together:
    ticket = reading.ticket_of(request, number)
    person = reading.person_named(request.actor, body.person, "person")
    contact = reading.contact_named([ticket.client], body.contact)
    others = contact is not None or (person is not None and person != request.actor.person)
    if others and not request.actor.is_client_side:
        request.actor.must("desk.note")
    services.follow(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        person=person,
        contact=contact,
        by_mail=body.by_mail,
    )
    return together(request, ticket)


@writes(
    routes,
    "DELETE",
    "/tickets/{number}/watchers/{watcher}",
    "desk.read",
    answers=Together,
    summary=gettext_noop("Ne plus suivre un ticket"),
)
def unfollow_ticket(request: ApiRequest, number: Path[Number], watcher: Path[Id]) -> Together:
    ticket = reading.ticket_of(request, number)
    found = queries.watchers_of(ticket).select_related("ticket").get(pk=watcher)
    own = request.actor.person is not None and found.person_id == request.actor.person.pk
    if not own and not request.actor.is_client_side:
        request.actor.must("desk.note")
    services.unfollow(by=request.actor, at=clock.now(), watcher=found)
    return together(request, ticket)


# Merging, splitting, linking


@writes(
    routes,
    "POST",
    "/tickets/{number}/merge",
    "desk.qualify",
    answers=TicketOut,
    summary=gettext_noop("Fusionner un ticket dans un autre"),
    about=gettext_noop(
        "Répond le ticket qui continue. La promesse qui échoit la première est gardée ; où seul l’autre "
        "sens la garde, la fusion est refusée."
    ),
)
def merge_ticket(request: ApiRequest, number: Path[Number], body: MergeGiven) -> TicketOut:
    into = reading.ticket_of(request, body.into)
    services.merge_tickets(
        by=request.actor,
        at=clock.now(),
        ticket=reading.ticket_of(request, number),
        into=into,
        reason=body.reason,
    )
    return reading.shown_again(request, into)


@writes(
    routes,
    "POST",
    "/tickets/{number}/merge-undoing",
    "desk.qualify",
    answers=TicketOut,
    summary=gettext_noop("Annuler la fusion d’un ticket"),
    about=gettext_noop("Tant que rien ne s’est passé depuis sur l’un ni l’autre."),
)
def undo_merge(request: ApiRequest, number: Path[Number]) -> TicketOut:
    ticket = reading.ticket_of(request, number)
    found = Merge.objects.select_related("ticket", "into").get(ticket=ticket, undone_at=None)
    services.undo_merge(by=request.actor, at=clock.now(), merge=found)
    return reading.shown_again(request, ticket)


@writes(
    routes,
    "POST",
    "/tickets/{number}/split",
    "desk.qualify",
    answers=TicketOut,
    status=201,
    summary=gettext_noop("Détacher des messages vers un nouveau ticket"),
    about=gettext_noop("Son appel est l’instant du premier de ces messages : ses délais comptent de là."),
)
def split_ticket(request: ApiRequest, number: Path[Number], body: SplitGiven) -> TicketOut:
    ticket = reading.ticket_of(request, number)
    events = list(TicketEvent.objects.filter(pk__in=body.events, ticket=ticket))
    new = services.split_ticket(
        by=request.actor, at=clock.now(), ticket=ticket, events=events, title=body.title
    )
    return reading.shown_again(request, new)


@writes(
    routes,
    "POST",
    "/tickets/{number}/links",
    "desk.qualify",
    answers=Together,
    status=201,
    summary=gettext_noop("Lier deux tickets"),
)
def link_ticket(request: ApiRequest, number: Path[Number], body: LinkGiven) -> Together:
    ticket = reading.ticket_of(request, number)
    services.link_tickets(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        other=reading.ticket_of(request, body.other),
        kind=body.kind,
        internal=body.internal,
    )
    return together(request, ticket)


@writes(
    routes,
    "DELETE",
    "/tickets/{number}/links/{link}",
    "desk.qualify",
    answers=Together,
    summary=gettext_noop("Retirer un lien"),
)
def unlink_ticket(request: ApiRequest, number: Path[Number], link: Path[Id]) -> Together:
    ticket = reading.ticket_of(request, number)
    known = [one.pk for one, _other, _says in queries.links_of(ticket, request.actor)]
    found = TicketLink.objects.select_related("ticket", "other").filter(pk__in=known).get(pk=link)
    services.unlink_tickets(by=request.actor, at=clock.now(), link=found)
    return together(request, ticket)


# Tags


@writes(
    routes,
    "POST",
    "/tickets/{number}/tags",
    "desk.note",
    answers=Together,
    summary=gettext_noop("Poser et retirer des étiquettes"),
)
def tag_ticket(request: ApiRequest, number: Path[Number], body: TagsGiven) -> Together:
    ticket = reading.ticket_of(request, number)
    services.tag_ticket(by=request.actor, at=clock.now(), ticket=ticket, add=body.add, remove=body.remove)
    return together(request, ticket)


@reads(
    routes, "/tags", "desk.note", answers=Page[TagOut], summary=gettext_noop("Lister les étiquettes en usage")
)
def list_tags(request: ApiRequest, asked: Query[Asked]) -> Page[TagOut]:
    return page(queries.tags(request.actor), asked, lambda rows: [TagOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/tags",
    "desk.settle",
    answers=TagOut,
    status=201,
    summary=gettext_noop("Créer une étiquette"),
)
def make_tag(request: ApiRequest, body: TagGiven) -> TagOut:
    return TagOut.of(
        services.make_tag(by=request.actor, at=clock.now(), name=body.name, colour=body.colour.value)
    )


@writes(
    routes,
    "PUT",
    "/tags/{id}",
    "desk.settle",
    answers=TagOut,
    summary=gettext_noop("Renommer, colorer ou retirer une étiquette"),
)
def change_tag(request: ApiRequest, id: Path[Id], body: TagChange) -> TagOut:
    changed = services.change_tag(
        by=request.actor,
        at=clock.now(),
        tag=Tag.objects.get(pk=id, provider=request.actor.provider),
        name=body.name,
        colour=body.colour.value,
        retired=body.retired,
    )
    return TagOut.of(changed)


# Tasks


@writes(
    routes,
    "POST",
    "/tickets/{number}/tasks",
    "desk.work",
    answers=TaskOut,
    status=201,
    summary=gettext_noop("Ajouter une tâche"),
)
def add_task(request: ApiRequest, number: Path[Number], body: TaskGiven) -> TaskOut:
    made = services.add_task(
        by=request.actor,
        at=clock.now(),
        ticket=reading.ticket_of(request, number),
        title=body.title,
        assignee=reading.person_named(request.actor, body.assignee),
        due_on=body.due_on,
    )
    return TaskOut.of(made)


@writes(
    routes,
    "PUT",
    "/tickets/{number}/tasks/{task}",
    "desk.work",
    answers=TaskOut,
    summary=gettext_noop("Changer une tâche"),
)
def change_task(request: ApiRequest, number: Path[Number], task: Path[Id], body: TaskGiven) -> TaskOut:
    changed = services.change_task(
        by=request.actor,
        at=clock.now(),
        task=_task(request, number, task),
        title=body.title,
        assignee=reading.person_named(request.actor, body.assignee),
        due_on=body.due_on,
    )
    return TaskOut.of(changed)


@writes(
    routes,
    "POST",
    "/tickets/{number}/tasks/{task}/tick",
    "desk.work",
    answers=TaskOut,
    summary=gettext_noop("Cocher une tâche"),
)
def tick_task(request: ApiRequest, number: Path[Number], task: Path[Id], body: TaskTick) -> TaskOut:
    found = _task(request, number, task)
    return TaskOut.of(services.tick_task(by=request.actor, at=clock.now(), task=found, done=body.done))


@writes(
    routes,
    "DELETE",
    "/tickets/{number}/tasks/{task}",
    "desk.work",
    answers=Together,
    summary=gettext_noop("Retirer une tâche"),
)
def remove_task(request: ApiRequest, number: Path[Number], task: Path[Id]) -> Together:
    ticket = services.remove_task(by=request.actor, at=clock.now(), task=_task(request, number, task))
    return together(request, ticket)


def _task(request: ApiRequest, number: int, pk: int) -> TicketTask:
    ticket = reading.ticket_of(request, number)
    found: TicketTask = queries.tasks_of(ticket).select_related("ticket").get(pk=pk)
    return found


@writes(
    routes,
    "POST",
    "/tickets/{number}/checklists",
    "desk.work",
    answers=Together,
    status=201,
    summary=gettext_noop("Poser une liste de tâches"),
)
def apply_checklist(request: ApiRequest, number: Path[Number], body: ChecklistApplied) -> Together:
    ticket = reading.ticket_of(request, number)
    services.apply_checklist(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        checklist=Checklist.objects.get(pk=body.checklist, provider=request.actor.provider),
        assignee=reading.person_named(request.actor, body.assignee),
    )
    return together(request, ticket)


@reads(
    routes,
    "/checklists",
    "desk.work",
    answers=Page[ChecklistOut],
    summary=gettext_noop("Lister les listes de tâches"),
)
def list_checklists(request: ApiRequest, asked: Query[Asked]) -> Page[ChecklistOut]:
    found = Checklist.objects.filter(provider=request.actor.provider, retired_at=None)
    return page(found, asked, lambda rows: [ChecklistOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/checklists",
    "desk.settle",
    answers=ChecklistOut,
    status=201,
    summary=gettext_noop("Écrire une liste de tâches"),
)
def make_checklist(request: ApiRequest, body: ChecklistGiven) -> ChecklistOut:
    return _written(request, body, None)


@writes(
    routes,
    "PUT",
    "/checklists/{id}",
    "desk.settle",
    answers=ChecklistOut,
    summary=gettext_noop("Réécrire une liste de tâches"),
)
def change_checklist(request: ApiRequest, id: Path[Id], body: ChecklistChange) -> ChecklistOut:
    return _written(request, body, Checklist.objects.get(pk=id, provider=request.actor.provider))


def _written(request: ApiRequest, body: ChecklistGiven, checklist: Checklist | None) -> ChecklistOut:
    made = services.write_checklist(
        by=request.actor,
        at=clock.now(),
        name=body.name,
        lines=body.lines,
        equipment_class=body.equipment_class.value if body.equipment_class else "",
        nature=body.nature.value if body.nature else "",
        checklist=checklist,
        retired=isinstance(body, ChecklistChange) and body.retired,
    )
    return ChecklistOut.of(made)
