"""What the list of tickets offers for several tickets at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from clausier.console.teamwork.forms import BulkForm
from clausier.desk import queries as desk
from clausier.desk.models import Tag
from clausier.foundation.actors import Actor
from clausier.foundation.models import Person


def offered(actor: Actor, team: Sequence[Person]) -> dict[str, Any]:
    """The form of the acts and who may do which, and the tags to narrow by."""
    tags = list(desk.tags(actor))
    return {
        "bulk": BulkForm(actor=actor, team=team) if actor.may("desk.note") else None,
        "may_bulk": {name: actor.may(f"desk.{name}") for name in ("assign", "qualify", "close")},
        "known_tags": tags,
        "tag_choices": tag_choices(tags),
    }


def tag_choices(tags: Sequence[Tag]) -> list[tuple[str, str]]:
    """The tags that a list is narrowed to; none where there are none."""
    return [("", _("toutes")), *((str(tag.pk), tag.name) for tag in tags)] if tags else []
