"""What the list of tickets offers for several tickets at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clausier.desk.models import Tag
from clausier.foundation.actors import Actor
from clausier.foundation.models import Person


@dataclass(frozen=True, slots=True)
class Offers:
    """Which acts, to whom a ticket can be given (ids and names), and the tags to write."""

    assign: bool
    qualify: bool
    close: bool
    team: tuple[tuple[int, str], ...]
    tags: tuple[str, ...]


def offered(actor: Actor, team: Sequence[Person], tags: Sequence[Tag]) -> Offers | None:
    """What `actor` may do to several tickets; None for whoever only reads."""
    if not actor.may("desk.note"):
        return None
    return Offers(
        assign=actor.may("desk.assign"),
        qualify=actor.may("desk.qualify"),
        close=actor.may("desk.close"),
        team=tuple((one.pk, one.full_name) for one in team),
        tags=tuple(tag.name for tag in tags),
    )


def tag_choices(tags: Sequence[Tag]) -> list[tuple[str, str]]:
    """The tags that a list is narrowed to; none where there are none."""
    return [("", _("toutes")), *((str(tag.pk), tag.name) for tag in tags)] if tags else []
