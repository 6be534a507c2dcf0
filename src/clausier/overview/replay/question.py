"""What a replay asks: which book, over which days, of whose contracts."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from clausier.contracts import adopting
from clausier.contracts.models import Contract
from clausier.directory.models import Client
from clausier.editions import drafting
from clausier.editions import queries as editions
from clausier.editions.models import BookDraft, Edition
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import InstalledBook
from clausier.terms import book as terms_book
from clausier.terms.book import Book

LONGEST: Final = timedelta(days=3 * 366)
FIRST_YEAR, LAST_YEAR = 2000, 2199
DRAFT: Final = "draft-"
"""How a draft is named where an edition goes by its digest: « draft-12 »."""
SHORTEST_DIGEST: Final = 8


@dataclass(frozen=True, slots=True)
class Text:
    """A book to replay. `key` names it in an address; "" for a folder, which nobody but its sender has.

    `start` is the edition that a draft was written from, or the edition itself; None for a folder.
    """

    key: str
    book: Book
    start: InstalledBook | None = None
    draft: BookDraft | None = None

    @property
    def name(self) -> str:
        return self.book.name


@dataclass(frozen=True, slots=True)
class Choice:
    """A book that may be replayed, as it is offered."""

    key: str
    name: str
    draft: BookDraft | None = None


def choices(actor: Actor) -> list[Choice]:
    """Open drafts first, the latest changed before the others; then editions, the provider's own first."""
    drafts = editions.open_drafts(actor).defer("content", "base__content")
    found = [Choice(f"{DRAFT}{one.pk}", one.base.name, one) for one in drafts]
    return found + [Choice(one.digest, one.name) for one in _editions(actor)]


def _editions(actor: Actor) -> list[InstalledBook]:
    known = [*adopting.candidates(actor), *editions.starting_points(actor)]
    unique = {one.pk: one for one in known}
    return sorted(unique.values(), key=lambda one: (one.provider_id is None, one.name, -one.pk))


def text_of(actor: Actor, said: str) -> Text:
    """The draft (`draft-12`) or the edition (its digest, the beginning of it, or its name) that `said` names.

    Of several editions of one name the newest. Raises InvalidInput naming `book`.
    """
    if said.startswith(DRAFT):
        number = said.removeprefix(DRAFT)
        draft = editions.drafts(actor).filter(pk=int(number)).first() if number.isdecimal() else None
        if draft is not None:
            return Text(said, drafting.book_of(draft), draft.base, draft)
    found = next(_named(actor, said), None)
    if found is None:
        known = ", ".join(one.key if one.draft else one.name for one in choices(actor))
        raise InvalidInput(
            _("Aucun livre « %(said)s ». Choix : %(known)s.") % {"said": said[:80], "known": known},
            field="book",
        )
    return Text(found.digest, books.read(found), found)


def _named(actor: Actor, said: str) -> Iterator[InstalledBook]:
    known = sorted(_editions(actor), key=lambda one: -one.pk)
    yield from (one for one in known if one.name == said)
    if len(said) >= SHORTEST_DIGEST:
        yield from (one for one in known if one.digest.startswith(said))


def text_of_files(files: Mapping[str, str]) -> Text:
    """A book that stands in no database. Raises `BookFaults` with all its faults."""
    return Text("", terms_book.from_files(files))


@dataclass(frozen=True, slots=True)
class Question:
    """The facts of the days `first` to `last`, both included, of a client or a contract if asked.

    Contracts of another family than the book's are left alone unless `all_books`.
    """

    text: Text
    first: date
    last: date
    client: Client | None = None
    contract: Contract | None = None
    all_books: bool = False

    def __post_init__(self) -> None:
        """Raises InvalidInput naming `to_on` for a period that ends before it starts, or is too long."""
        if not FIRST_YEAR <= self.first.year <= self.last.year <= LAST_YEAR or self.last < self.first:
            raise InvalidInput(_("La fin de la période précède son début."), field="to_on")
        if self.last - self.first > LONGEST:
            raise InvalidInput(_("Trois ans au plus se rejouent à la fois."), field="to_on")

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), PARIS)

    @property
    def end(self) -> datetime:
        """The first instant after the period."""
        return datetime.combine(self.last + timedelta(days=1), time(), PARIS)


def family(actor: Actor, text: Text) -> set[int]:
    """The editions that are of one family with `text`, by id.

    What the package brings is of one family by the first word of its name; an edition of the provider's own
    is of the family of what it was written from.
    """
    nodes: dict[Hashable, set[Hashable]] = defaultdict(set)

    def link(one: Hashable, other: Hashable) -> None:
        nodes[one].add(other)
        nodes[other].add(one)

    known = InstalledBook.objects.filter(Q(provider=None) | Q(provider=actor.provider))
    names = {pk: (name, provider) for pk, name, provider in known.values_list("pk", "name", "provider_id")}
    for pk, (name, provider) in names.items():
        if provider is None:
            link(pk, _word(name))
    own = Edition.objects.filter(provider=actor.provider).values_list("book_id", "draft__base_id")
    for edition, base in own:
        link(edition, base)
    found = _reached(nodes, text.start.pk if text.start else _place(text.name, names))
    return {one for one in found if isinstance(one, int)}


def _word(name: str) -> str:
    return name.partition("/")[0]


def _place(name: str, names: Mapping[int, tuple[str, int | None]]) -> Hashable:
    """Where a folder of that name stands: beside the newest edition of a like name, if there is one."""
    like = [pk for pk, (other, _provider) in names.items() if _word(other) == _word(name)]
    return max(like, default=_word(name))


def _reached(nodes: Mapping[Hashable, set[Hashable]], start: Hashable) -> set[Hashable]:
    seen, waiting = {start}, deque([start])
    while waiting:
        for other in nodes.get(waiting.popleft(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen
