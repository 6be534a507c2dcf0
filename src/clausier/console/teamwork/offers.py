"""What the list of tickets offers for several tickets at once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from clausier.console.teamwork.forms import BulkForm
from clausier.desk import queries as desk
from clausier.foundation.actors import Actor


def offered(actor: Actor) -> dict[str, Any]:
    """The form of the acts and who may do which, and the tags to narrow by."""
    return {
        "bulk": BulkForm(actor=actor) if actor.may("desk.note") else None,
        "may_bulk": {name: actor.may(f"desk.{name}") for name in ("assign", "qualify", "close")},
        "known_tags": list(desk.tags(actor)),
        "tag_choices": tag_choices(actor),
    }


def tag_choices(actor: Actor) -> list[tuple[str, str]]:
    """The tags that a list is narrowed to; none where there are none."""
    tags = list(desk.tags(actor))
    return [("", _("toutes")), *((str(tag.pk), tag.name) for tag in tags)] if tags else []
