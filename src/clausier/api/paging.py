"""Lists, a page at a time: a cursor names where the page before ended, so that new rows move nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel, Field, StringConstraints

from clausier.api.shapes import BIGGEST_ID, Given
from clausier.foundation.errors import InvalidInput

MOST: Final = 200
Item = TypeVar("Item")


class Asked(Given):
    """Which page of a list; the filters of a list add to it."""

    limit: int = Field(50, ge=1, le=MOST, description=gettext_noop("Combien par page."))
    cursor: Annotated[str, StringConstraints(max_length=40)] = Field(
        "", description=gettext_noop("« next » de la page précédente ; vide pour la première.")
    )


class Page(BaseModel, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next: str | None = Field(description=gettext_noop("Le curseur de la page suivante ; nul à la fin."))


def page(
    found: QuerySet[Any],
    asked: Asked,
    shown: Callable[[Sequence[Any]], list[Item]],
    *,
    newest_first: bool = True,
) -> Page[Item]:
    """The page of `found` that was asked for, in the order of ids; `shown` writes its rows.

    Raises InvalidInput naming `cursor`.
    """
    ordered = found.order_by("-pk" if newest_first else "pk")
    if asked.cursor:
        after = _read(asked.cursor)
        ordered = ordered.filter(pk__lt=after) if newest_first else ordered.filter(pk__gt=after)
    rows = list(ordered[: asked.limit + 1])
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return Page(items=shown(rows), next=_written(rows[-1].pk) if more else None)


def _written(pk: int) -> str:
    return base64.urlsafe_b64encode(f"1:{pk}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        version, _sep, pk = text.partition(":")
        if version == "1" and pk.isdecimal() and 0 <= int(pk) <= BIGGEST_ID:
            return int(pk)
    except (binascii.Error, ValueError):
        pass
    raise InvalidInput(_("Ce curseur ne vient pas d’une page d’ici."), field="cursor")
