"""Searching across the floors: everything that someone may see, by kind, best first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clausier.contracts import queries as contracts
from clausier.desk import queries as desk
from clausier.desk.models import EventKind, TicketEvent
from clausier.directory import queries as directory
from clausier.directory.models import Contact, Site
from clausier.directory.names import fold, highlights
from clausier.foundation import books, search
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.models import InstalledBook, JournalEntry
from clausier.foundation.search import Chunk, Word
from clausier.knowledge import queries as knowledge
from clausier.prepaid import queries as prepaid
from clausier.sales import queries as sales
from clausier.terms.book import LAW
from clausier.terms.entries import Clause

KIND_NAMES: Final[dict[str, Any]] = {
    "client": _("Clients"),
    "contact": _("Personnes"),
    "ticket": _("Tickets"),
    "contract": _("Contrats"),
    "quote": _("Devis"),
    "account": _("Comptes de points"),
    "site": _("Sites"),
    "supplier": _("Fournisseurs"),
    "document": _("Documents"),
    "article": _("Articles"),
    "clause": _("Clauses"),
}
"""What is found, in the order in which it is shown."""

PERMISSIONS: Final = {
    "client": "directory.read",
    "contact": "directory.read",
    "ticket": "desk.read",
    "contract": "contracts.read",
    "quote": "sales.read",
    "account": "prepaid.read",
    "site": "directory.read",
    "supplier": "directory.read",
    "document": "contracts.read",
    "article": "knowledge.read",
}

BY_NAME = frozenset({"client", "contact", "site", "supplier"})
"""Kinds of which one is as present as another: those whose name begins as typed come first."""

SHOWN_TO_CLIENTS = (EventKind.OPENED, EventKind.MESSAGE, EventKind.CLOSED, EventKind.REOPENED)
EXCERPT = 48
"""Characters of an excerpt on either side of the word that was found."""

OWN_ROWS: Final = 1000
"""A client's people are shown what they may read of so many entries of their client."""

REMEMBERED: Final = 1000
"""How many of the provider's last acts are looked through for those of one person."""


@dataclass(frozen=True, slots=True)
class FoundClause:
    """A clause and the edition it stands in."""

    edition: InstalledBook
    clause: Clause


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that answers: a row, or a `FoundClause`. `rank` is as in `search.Found`.

    `excerpt` is where a ticket's thread says what was sought, when its title does not.
    """

    kind: str
    thing: Any
    rank: int = 2
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The best of one kind. `count` is how many answer, or at least so many when there are `more`."""

    kind: str
    hits: tuple[Hit, ...]
    count: int
    more: bool = False

    @property
    def name(self) -> str:
        return str(KIND_NAMES[self.kind])


class Sought(str):
    """What was typed, with the stems of its words: a page marks by them what answers."""

    __slots__ = ("stems",)
    stems: list[str]


def as_sought(text: str) -> Sought:
    """`text` with its stems."""
    found = Sought(text)
    words = (word for chunk in search.chunks_of(text) for word in chunk.words)
    found.stems = [word.stem for word in words if len(word.stem) > 2]
    return found


def kinds_of(actor: Actor) -> tuple[str, ...]:
    """The kinds that `actor` may find at all."""
    found = [kind for kind in KIND_NAMES if kind in PERMISSIONS and actor.may(PERMISSIONS[kind])]
    return (*found, "clause") if actor.may(_reads_clauses(actor)) else tuple(found)


def searched(
    actor: Actor, text: str, *, kinds: Sequence[str] | None = None, most: int = 8
) -> tuple[Group, ...]:
    """What answers `text` among what `actor` may see, grouped: where an identifier answers first.

    `kinds` narrows; `most` bounds each group.
    """
    allowed = [kind for kind in kinds_of(actor) if kinds is None or kind in kinds]
    chunks = search.chunks_of(text)
    wanted = OWN_ROWS if actor.is_client_side else most
    finding = search.find_chunks(actor, chunks, [kind for kind in allowed if kind != "clause"], wanted)
    ranks = {(one.kind, one.object_id): one.rank for one in finding.found}
    words = [word for chunk in chunks for word in chunk.words]
    groups: list[Group] = []
    for kind in allowed:
        if kind == "clause":
            groups += _clauses(actor, chunks, most)
            continue
        if kind == "article" and actor.is_client_side:
            groups += _articles(actor, text, most)
            continue
        rows = _rows(actor, kind, finding.ids(kind))
        hits = [Hit(kind, row, ranks[kind, row.pk]) for row in rows]
        if hits:
            count = len(hits) if actor.is_client_side else finding.counts[kind]
            best = _by_name(hits, words) if kind in BY_NAME else hits
            groups.append(Group(kind, tuple(best[:most]), count, kind in finding.more))
    groups = [_with_excerpts(actor, group, words) if group.kind == "ticket" else group for group in groups]
    return tuple(sorted(groups, key=lambda group: group.hits[0].rank > 1))


def recent(actor: Actor, most: int = 8) -> tuple[Hit, ...]:
    """What `actor` last acted upon and may still see, latest first."""
    if actor.person is None:
        return ()
    last = JournalEntry.objects.filter(provider=actor.provider).order_by("-pk").values("pk")[:REMEMBERED]
    oldest = list(last[REMEMBERED - 1 :])
    entries = JournalEntry.objects.filter(provider=actor.provider, actor=actor.person)
    if oldest:
        entries = entries.filter(pk__gte=oldest[0]["pk"])
    named = entries.filter(object_kind__in=_KINDS_IN_JOURNAL).order_by("-pk")
    things = dict.fromkeys(
        (kind, pk) for kind, pk in named.values_list("object_kind", "object_id") if pk is not None
    )
    allowed = kinds_of(actor)
    wanted = [(_KINDS_IN_JOURNAL[kind], pk) for kind, pk in things if _KINDS_IN_JOURNAL[kind] in allowed]
    rows = {
        (kind, row.pk): row
        for kind in KIND_NAMES
        if kind != "clause"
        for row in _rows(actor, kind, [pk for other, pk in wanted[: 2 * most] if other == kind])
    }
    return tuple(Hit(kind, rows[kind, pk]) for kind, pk in wanted if (kind, pk) in rows)[:most]


_KINDS_IN_JOURNAL = {
    "client": "client",
    "contact": "contact",
    "site": "site",
    "supplier": "supplier",
    "contract": "contract",
    "quote": "quote",
    "pointaccount": "account",
    "ticket": "ticket",
    "document": "document",
    "article": "article",
}


# The rows themselves, as the actor may see them

_VISIBLE: Final[dict[str, Callable[[Actor], QuerySet[Any]]]] = {
    "client": directory.clients_visible_to,
    "contact": lambda actor: _of_clients(actor, Contact.objects),
    "site": lambda actor: _of_clients(actor, Site.objects),
    "supplier": directory.suppliers,
    "contract": contracts.contracts_visible_to,
    "quote": sales.latest,
    "account": prepaid.accounts_visible_to,
    "ticket": desk.tickets_visible_to,
    "document": foundation.documents_visible_to,
    "article": knowledge.articles_visible_to,
}


def _of_clients(actor: Actor, rows: Any) -> QuerySet[Any]:
    seen = directory.clients_visible_to(actor).order_by()
    found: QuerySet[Any] = rows.filter(provider=actor.provider, client__in=seen).select_related("client")
    return found


def _rows(actor: Actor, kind: str, ids: Sequence[int]) -> list[Any]:
    """The rows of these ids that `actor` may see, in their order."""
    if not ids:
        return []
    rows = {row.pk: row for row in _VISIBLE[kind](actor).filter(pk__in=ids)}
    return [rows[pk] for pk in ids if pk in rows]


def _by_name(hits: Iterable[Hit], words: Sequence[Word]) -> list[Hit]:
    first = words[0].text if words else ""

    def place(hit: Hit) -> tuple[int, bool]:
        return hit.rank, not fold(str(hit.thing)).startswith(first)

    return sorted(hits, key=place)


# Where a ticket says it


def _with_excerpts(actor: Actor, group: Group, words: Sequence[Word]) -> Group:
    unseen = [hit.thing.pk for hit in group.hits if hit.rank == 3]
    if not unseen:
        return group
    said = TicketEvent.objects.filter(ticket__in=unseen).exclude(text="").order_by("-at", "-pk")
    if actor.is_client_side:
        said = said.filter(is_internal=False, kind__in=SHOWN_TO_CLIENTS)
    excerpts: dict[int, str] = {}
    for ticket, text in said.values_list("ticket", "text"):
        excerpts[ticket] = excerpts.get(ticket) or excerpt(text, words)
    hits = (Hit(hit.kind, hit.thing, hit.rank, excerpts.get(hit.thing.pk, "")) for hit in group.hits)
    return Group(group.kind, tuple(hits), group.count, group.more)


def excerpt(text: str, words: Iterable[Word]) -> str:
    """A line of `text` around the first of `words` that it holds; "" when it holds none."""
    line = " ".join(text.split())
    marks = highlights(line, [start for word in words for start in (word.text, word.stem) if len(start) > 2])
    if not marks:
        return ""
    first, length = marks[0]
    begins = max(0, first - EXCERPT)
    ends = first + length + EXCERPT
    before, after = line[begins:first], line[first:ends]
    if begins:
        before = "…" + before[before.find(" ") + 1 :]
    if ends < len(line):
        after = after[: max(after.rfind(" "), length)] + "…"
    return before + after


def _articles(actor: Actor, text: str, most: int) -> Iterator[Group]:
    """What a client's people read: an article has several clients, its entry of search none."""
    found = knowledge.answering(actor, text, OWN_ROWS)
    if found:
        yield Group("article", tuple(Hit("article", row) for row in found[:most]), len(found))


# Clauses: few enough to be looked through in memory


@dataclass(frozen=True, slots=True)
class _Held:
    """A clause with the words it is found by."""

    clause: Clause
    code: str
    title: frozenset[str]
    words: frozenset[str]


def _reads_clauses(actor: Actor) -> str:
    return "contracts.read" if actor.is_client_side else "books.read"


def _clauses(actor: Actor, chunks: Sequence[Chunk], most: int) -> Iterator[Group]:
    if not any(word.stem for chunk in chunks for word in chunk.words):
        return
    editions = contracts.editions_readable_by(actor).order_by("-installed_at", "-pk")
    if actor.is_client_side:
        editions = editions.exclude(name=LAW)
    hits = []
    for edition in editions:
        ranked = ((held, _rank(held, chunks)) for held in _held(edition.digest))
        hits += [
            Hit("clause", FoundClause(edition, held.clause), rank)
            for held, rank in ranked
            if rank is not None
        ]
    if hits:
        hits.sort(key=lambda hit: hit.rank)
        yield Group("clause", tuple(hits[:most]), len(hits))


@lru_cache(maxsize=32)
def _held(digest: str) -> tuple[_Held, ...]:
    # An edition never changes.
    book = books.read(InstalledBook.objects.get(digest=digest))
    clauses = list(book.clauses.values())
    titles = search.lexemes_of(f"{one.title.fr} {one.title.en}" for one in clauses)
    texts = search.lexemes_of(
        f"{book.name} {one.number} {one.title.fr} {one.title.en} {one.gist.fr} {one.gist.en}"
        for one in clauses
    )
    return tuple(
        _Held(one, fold(one.number).replace(" ", ""), title, text)
        for one, title, text in zip(clauses, titles, texts, strict=True)
    )


def _rank(held: _Held, chunks: Sequence[Chunk]) -> int | None:
    """How well a clause answers, as entries do; None when it does not."""
    if "".join(chunk.compact for chunk in chunks) == held.code:
        return 0
    if not all(_answers(chunk, held.code, held.words) for chunk in chunks):
        return None
    return 2 if all(_answers(chunk, held.code, held.title) for chunk in chunks) else 3


def _answers(chunk: Chunk, code: str, held: frozenset[str]) -> bool:
    return chunk.compact == code or all(_said(word, held) for word in chunk.words)


def _said(word: Word, held: frozenset[str]) -> bool:
    if not word.stem or word.text in held or word.stem in held:
        return True  # what is too common to tell anything is in every text
    return len(word.text) >= search.FEWEST and any(one.startswith(word.text) for one in held)
