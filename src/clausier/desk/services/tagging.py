"""Tags on tickets, and the tags themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from clausier.desk.errors import NothingChanged
from clausier.desk.models import Tag, TagColour, Ticket, TicketTag
from clausier.desk.services.held import hold
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput

LONGEST = 40
MOST = 12
"""Tags of one ticket: more group nothing."""


@act("desk.note")
def tag_ticket(
    *, by: Actor, at: datetime, ticket: Ticket, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> Ticket:
    """Put tags on a ticket and take others off, by name; a word that is no tag yet becomes one.

    Raises InvalidInput naming `add`, NothingChanged.
    """
    held = hold(ticket, by)
    own = {one.tag.name.casefold(): one for one in _on(held)}
    fresh = {name.casefold(): name for name in map(named, add) if name.casefold() not in own}
    gone = [own[name.casefold()] for name in map(str.strip, remove) if name.casefold() in own]
    if not fresh and not gone:
        raise NothingChanged(_("Rien n’a changé."), field="add")
    if len(own) + len(fresh) - len(gone) > MOST:
        raise InvalidInput(_("Un ticket porte douze étiquettes au plus."), field="add")
    for name in fresh.values():
        tag = tag_named(by, name, at=at)
        TicketTag.objects.update_or_create(
            ticket=held,
            tag=tag,
            defaults={
                "provider": by.provider,
                "client_id": held.client_id,
                "at": at,
                "removed_at": None,
            },
        )
    TicketTag.objects.filter(pk__in=[one.pk for one in gone]).update(removed_at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.tags_set",
        about=held,
        data={"added": sorted(fresh.values()), "removed": sorted(one.tag.name for one in gone)},
    )
    return held


def _on(ticket: Ticket) -> list[TicketTag]:
    return list(ticket.taggings.filter(removed_at=None).select_related("tag"))


def named(name: str) -> str:
    """The name of a tag, tidied. Raises InvalidInput naming `add` for none, or one too long."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST or "," in tidy:
        raise InvalidInput(
            _("Une étiquette est un mot ou deux, sans virgule, de 40 signes au plus."), field="add"
        )
    return tidy


def tag_named(by: Actor, name: str, *, at: datetime) -> Tag:
    """The tag of that name, made where there is none; one that was retired is used again."""
    found = Tag.objects.filter(provider=by.provider, name__iexact=name).first()
    if found is None:
        return Tag.objects.create(provider=by.provider, name=name, made_at=at)
    if found.retired_at is not None:
        found.retired_at = None
        found.save(update_fields=["retired_at"])
    return found


@act("desk.settle")
def change_tag(*, by: Actor, at: datetime, tag: Tag, name: str, colour: str, retired: bool = False) -> Tag:
    """Rename a tag, colour it, retire it or use it again; it stays on the tickets that bear it.

    Raises InvalidInput naming `name` or `colour`, NothingChanged.
    """
    held = Tag.objects.select_for_update().get(pk=tag.pk, provider=by.provider)
    try:
        tidy = named(name)
    except InvalidInput as refused:
        raise InvalidInput(refused.says, field="name") from None
    if colour not in TagColour.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="colour")
    others = Tag.objects.filter(provider=by.provider, name__iexact=tidy).exclude(pk=held.pk)
    if others.exists():
        raise InvalidInput(_("Une autre étiquette porte ce nom."), field="name")
    former = {"name": held.name, "colour": held.colour, "retired": held.retired_at is not None}
    now = {"name": tidy, "colour": colour, "retired": retired}
    if former == now:
        raise NothingChanged(_("Rien n’a changé."))
    held.name, held.colour = tidy, colour
    held.retired_at = (held.retired_at or at) if retired else None
    held.save()
    journal.write(by=by, at=at, code="desk.tag_changed", about=held, data={"before": former, "after": now})
    return held


@act("desk.settle")
def make_tag(*, by: Actor, at: datetime, name: str, colour: str = TagColour.GREY) -> Tag:
    """A tag made beforehand. Raises InvalidInput naming `name` or `colour`."""
    try:
        tidy = named(name)
    except InvalidInput as refused:
        raise InvalidInput(refused.says, field="name") from None
    if colour not in TagColour.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="colour")
    if Tag.objects.filter(provider=by.provider, name__iexact=tidy).exists():
        raise InvalidInput(_("Une autre étiquette porte ce nom."), field="name")
    made = Tag.objects.create(provider=by.provider, name=tidy, colour=colour, made_at=at)
    journal.write(by=by, at=at, code="desk.tag_made", about=made, data={"colour": colour})
    return made
