"""What the list of tickets offers for several tickets at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clausier.desk.models import Tag
from clausier.foundation.actors import Actor


@dataclass(frozen=True, slots=True)
class Offers:
    """Which acts, to whom a ticket can be given (ids and names), and the tags to write."""

    assign: bool
    qualify: bool
    close: bool
    team: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]


def offered(
    actor: Actor, team: tuple[tuple[str, str], ...], tags: Sequence[tuple[str, str]]
) -> Offers | None:
    """What `actor` may do to several tickets; None for whoever only reads."""
    if not actor.may("desk.note"):
        return None
    return Offers(
        assign=actor.may("desk.assign"),
        qualify=actor.may("desk.qualify"),
        close=actor.may("desk.close"),
        team=team,
        tags=tuple(name for _pk, name in tags),
    )


def tag_choices(tags: Sequence[Tag]) -> list[tuple[str, str]]:
    """The tags that a list is narrowed to; none where there are none."""
    return [("", _("toutes")), *((str(tag.pk), tag.name) for tag in tags)] if tags else []
