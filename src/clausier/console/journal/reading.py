"""The journal as a page: entries in words, narrowed, paged by id so that a long one stays quick."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clausier.console.typed import whole
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.journal_words import ACTS
from clausier.foundation.models import JournalEntry
from clausier.foundation.permissions import ROLE_NAMES, Role

ROWS = 60
LATE = timedelta(minutes=5)
"""From how long after it happened an act counts as written down later."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the journal is narrowed to; every value is the text of the address, "" for no filter."""

    code: str = ""
    who: str = ""
    about: str = ""  # "kind:id", or words of the label
    backdated: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> Filters:
        return cls(**{name: str(data.get(key, "")).strip() for name, key in KEYS.items()})

    @property
    def narrow(self) -> bool:
        return any(getattr(self, name) for name in KEYS)

    def query(self, **changes: str) -> str:
        """The address with some filters changed; "" takes one away."""
        kept = QueryDict(mutable=True)
        for name, key in KEYS.items():
            value = changes.get(name, getattr(self, name))
            if value:
                kept[key] = value
        return kept.urlencode()


KEYS = {"code": "acte", "who": "qui", "about": "objet", "backdated": "antidates"}


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in words."""

    entry: JournalEntry
    act: str
    role: str
    facts: tuple[tuple[str, str], ...]
    is_backdated: bool
    about_query: str


@dataclass(frozen=True, slots=True)
class JournalPage:
    """One page, newest first. `older` is the id to go on before, None at the end."""

    rows: list[Row]
    older: int | None
    codes: list[tuple[str, str]]


def page_of(actor: Actor, filters: Filters, before: str) -> JournalPage:
    """The entries that answer `filters`, from the id `before` down."""
    found = _matching(journal.of(actor.provider), filters)
    if (last := whole(before)) is not None:
        found = found.filter(pk__lt=last)
    entries = list(found[: ROWS + 1])
    codes = JournalEntry.objects.filter(provider=actor.provider).values_list("code", flat=True).distinct()
    return JournalPage(
        rows=[_row(entry) for entry in entries[:ROWS]],
        older=entries[ROWS - 1].pk if len(entries) > ROWS else None,
        codes=sorted(((code, _act(code)) for code in codes), key=lambda pair: pair[1]),
    )


HEADINGS = (
    _("N°"),
    _("Quand"),
    _("Écrit"),
    _("Qui"),
    _("Rôle"),
    _("Acte"),
    _("Code"),
    _("Objet"),
    _("Ce qui est écrit"),
    _("Empreinte"),
)


def lines_of(actor: Actor, filters: Filters) -> Iterator[list[Any]]:
    """Every entry under `filters`, newest first, for a file; the columns are `HEADINGS`."""
    for entry in _matching(journal.of(actor.provider), filters).iterator(chunk_size=2000):
        row = _row(entry)
        seal = getattr(entry, "seal", None)
        yield [
            seal.position if seal else None,
            entry.at,
            entry.written_at,
            entry.actor_name,
            row.role,
            row.act,
            entry.code,
            entry.object_label,
            json.dumps(entry.data, ensure_ascii=False),
            seal.hash if seal else "",
        ]


def _matching(found: QuerySet[JournalEntry], filters: Filters) -> QuerySet[JournalEntry]:
    if filters.code:
        found = found.filter(code=filters.code)
    if filters.who:
        found = found.filter(actor_name__icontains=filters.who)
    kind, _sep, key = filters.about.partition(":")
    if (pk := whole(key)) is not None:
        found = found.filter(object_kind=kind, object_id=pk)
    elif filters.about:
        found = found.filter(Q(object_label__icontains=filters.about))
    if filters.backdated:
        found = found.filter(written_at__gt=F("at") + LATE)
    return found


def _row(entry: JournalEntry) -> Row:
    role = ROLE_NAMES.get(Role(entry.actor_role)) if entry.actor_role in set(Role) else entry.actor_role
    return Row(
        entry=entry,
        act=_act(entry.code),
        role=str(role),
        facts=tuple((key, _fact(value)) for key, value in entry.data.items()),
        is_backdated=entry.written_at - entry.at > LATE,
        about_query=f"{entry.object_kind}:{entry.object_id}",
    )


def _act(code: str) -> str:
    return str(ACTS.get(code, code))


def _fact(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
