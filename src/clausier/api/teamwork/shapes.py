"""Working together on tickets, as it is sent and answered."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.shapes import At, Day, Given, Id, Number, Ref, Sentence, Shape
from clausier.contracts.models import EquipmentClass
from clausier.desk.models import Checklist, Nature, Tag, TagColour, TicketTask, Watcher

Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
LinkWord = Annotated[str, StringConstraints(pattern="^(relates|blocks|duplicate|caused-by)$")]


class WatcherOut(Shape):
    """Someone who follows the ticket: one of the staff, or one of the client's people."""

    id: int
    person: Ref | None
    contact: Ref | None
    by_mail: bool
    since_at: At

    @classmethod
    def of(cls, one: Watcher) -> WatcherOut:
        return cls(
            id=one.pk,
            person=Ref(id=one.person.pk, name=one.person.full_name) if one.person else None,
            contact=Ref(id=one.contact.pk, name=one.contact.full_name) if one.contact else None,
            by_mail=one.by_mail,
            since_at=one.since_at,
        )


class LinkOut(Shape):
    """Another ticket, and how it has to do with this one, said from this side."""

    id: int
    number: int
    title: str
    kind: str
    says: str
    from_here: bool = Field(description=gettext_noop("Vrai : dit de ce ticket ; faux : dit de l’autre."))
    internal: bool


class TaskOut(Shape):
    """Something to do on the ticket."""

    id: int
    title: str
    checklist: str
    assignee: Ref | None
    due_on: Day | None
    done_at: At | None
    done_by: Ref | None

    @classmethod
    def of(cls, one: TicketTask) -> TaskOut:
        return cls(
            id=one.pk,
            title=one.title,
            checklist=one.checklist,
            assignee=Ref(id=one.assignee.pk, name=one.assignee.full_name) if one.assignee else None,
            due_on=one.due_on,
            done_at=one.done_at,
            done_by=Ref(id=one.done_by.pk, name=one.done_by.full_name) if one.done_by else None,
        )


class TagOut(Shape):
    """A tag of the provider's."""

    id: int
    name: str
    colour: str

    @classmethod
    def of(cls, one: Tag) -> TagOut:
        return cls(id=one.pk, name=one.name, colour=one.colour)


class Together(Shape):
    """What joins a ticket to people and to other tickets. Tags and tasks are the staff's alone."""

    goes_on_in: int | None = Field(description=gettext_noop("Le ticket dans lequel celui-ci a été fusionné."))
    merged_here: list[int] = Field(description=gettext_noop("Les tickets fusionnés dans celui-ci."))
    watchers: list[WatcherOut]
    links: list[LinkOut]
    tags: list[TagOut]
    tasks: list[TaskOut]


class WatcherGiven(Given):
    """Who is to follow; nobody named: whoever asks."""

    person: Id | None = None
    contact: Id | None = None
    by_mail: bool = True


class MergeGiven(Given):
    """The ticket that goes on for both."""

    into: Number = Field(examples=[4213])
    reason: Sentence = ""


class SplitGiven(Given):
    """The messages that go on a ticket of their own, by the ids of their events."""

    events: Annotated[list[Id], Field(min_length=1, max_length=100)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class LinkGiven(Given):
    """The other ticket, and how this one has to do with it."""

    other: Number
    kind: LinkWord = Field(examples=["relates"])
    internal: bool = True


class TagsGiven(Given):
    """Tags by their names; a word that is no tag yet becomes one."""

    add: Annotated[list[Name], Field(max_length=12)] = []
    remove: Annotated[list[Name], Field(max_length=12)] = []


class TagGiven(Given):
    """A tag."""

    name: Name
    colour: TagColour = TagColour.GREY


class TagChange(TagGiven):
    """A tag as it is to be."""

    retired: bool = False


class TaskGiven(Given):
    """Something to do."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    assignee: Id | None = None
    due_on: Day | None = None


class TaskTick(Given):
    """Done, or to be done again."""

    done: bool = True


class ChecklistApplied(Given):
    """The list whose tasks are wanted."""

    checklist: Id
    assignee: Id | None = None


class ChecklistOut(Shape):
    """A list of tasks made beforehand."""

    id: int
    name: str
    equipment_class: str
    nature: str
    lines: list[str]

    @classmethod
    def of(cls, one: Checklist) -> ChecklistOut:
        return cls(
            id=one.pk,
            name=one.name,
            equipment_class=one.equipment_class,
            nature=one.nature,
            lines=list(one.lines),
        )


class ChecklistGiven(Given):
    """A list: its name, its tasks, and which tickets it is proposed on (nothing said: any)."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    lines: Annotated[list[Sentence], Field(min_length=1, max_length=40)]
    equipment_class: EquipmentClass | None = None
    nature: Nature | None = None


class ChecklistChange(ChecklistGiven):
    """A list as it is to be."""

    retired: bool = False
