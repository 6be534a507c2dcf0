"""A draft as its pages show it: terms as cards, what the check says beside them, what changes, examples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.console.ownbook.forms import TermForm
from clausier.console.ownbook.values import alternatives
from clausier.editions import drafting, queries
from clausier.editions import examples as asking
from clausier.editions.models import BookDraft
from clausier.foundation import books, clock
from clausier.foundation.actors import Actor
from clausier.pages.books import RemarkRow, remark_row
from clausier.pages.chapters import CHAPTERS, Chapter, chapter_of, named
from clausier.pages.parts.why import ClauseNote, Edition, Panel, panel_of
from clausier.terms.book import Book
from clausier.terms.differences import Difference
from clausier.terms.manuscript import Manuscript
from clausier.terms.telling import told

KINDS = {
    "added": _("ajouté"),
    "removed": _("retiré"),
    "changed": _("changé"),
}
RANKS = {"fault": 0, "legal": 1, "reference": 2, "wording": 3}
OPEN_UP_TO = 6
"""Cards of a chapter that stand open; of a longer one they unfold."""


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One thing that the edition changes, term by term, its clause cited."""

    kind: str
    kind_word: Any
    what: str
    label: str
    before: str
    after: str
    clause: str
    clause_before: str
    url: str


@dataclass(frozen=True, slots=True)
class Touch:
    """Who changed something last, and when."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A term with its form."""

    name: str
    dom: str
    label: str
    told: str
    before: str
    clause: str
    is_practice: bool
    is_changed: bool
    touch: Touch | None
    remarks: tuple[RemarkRow, ...]
    form: TermForm
    seen: str
    url: str


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """A question, its answer under the draft, and under the edition before when it differs."""

    key: str
    says: str
    value: str
    before: str
    refusal: str
    is_changed: bool
    url: str


@dataclass(frozen=True, slots=True)
class ChapterRow:
    """A chapter in the list of them."""

    chapter: Chapter
    url: str
    terms: int
    changes: int
    remarks: int


class Work:
    """A draft being worked on, read once for a page."""

    def __init__(self, actor: Actor, draft: BookDraft) -> None:
        self.actor, self.draft = actor, draft
        self.language = get_language() or "fr"
        self.slug = actor.provider.slug
        self.manuscript = Manuscript(draft.content)
        found = drafting.checked(draft.content)
        assert found.book is not None, draft.pk
        self.book: Book = found.book
        self.remarks = found.remarks
        self.former = books.read(draft.base)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What the draft changes."""
        return drafting.compared(self.draft, self.book)

    @cached_property
    def _changed(self) -> dict[str, Difference]:
        return {one.key: one for one in self.differences if one.what == "term"}

    @property
    def title(self) -> str:
        """The title of the edition."""
        return self.book.title.to(self.language)

    @property
    def faults(self) -> int:
        """How many remarks keep the draft from being published."""
        return sum(one.severity == "fault" for one in self.remarks)

    @property
    def must_accept(self) -> bool:
        """True when something is left that has to be read before publishing."""
        return any(one.is_error for one in self.remarks)

    def remark_rows(self) -> list[RemarkRow]:
        """Everything that the check found, the worst first."""
        ranked = sorted(self.remarks, key=lambda one: RANKS.get(one.severity, len(RANKS)))
        return [remark_row(one, self.language) for one in ranked]

    def diff_rows(self) -> list[DiffRow]:
        """What changes, in words."""
        return diff_rows(self.differences, self.language, self._place)

    def _place(self, one: Difference) -> str:
        if one.what == "term":
            return self.term_url(one.key)
        page = {"clause": "book-draft-clauses", "reading": "book-draft-readings"}.get(one.what)
        return reverse(page, args=[self.slug, self.draft.pk]) if page else ""

    def chapter_url(self, chapter: Chapter) -> str:
        """Where a chapter is written."""
        return reverse("book-draft-chapter", args=[self.slug, self.draft.pk, chapter.key])

    def term_url(self, name: str) -> str:
        """Where a term is written, its card unfolded."""
        return f"{self.chapter_url(chapter_of(name))}?terme={name}#{dom(name)}"

    def chapters(self) -> list[ChapterRow]:
        """Every chapter that has terms, with what changes in it and what is said of it."""
        rows = []
        for chapter in CHAPTERS:
            names = set(named(self.book.terms, chapter))
            if names:
                rows.append(
                    ChapterRow(
                        chapter,
                        self.chapter_url(chapter),
                        len(names),
                        len(names & set(self._changed)),
                        sum(_term_of(one.place) in names for one in self.remarks),
                    )
                )
        return rows

    # Cards

    def cards(self, chapter: Chapter, typed: TermForm | None = None, of: str = "") -> list[Card]:
        """The terms of a chapter; `typed` is the form of the term `of` that was refused."""
        names = [name for name in named(self.book.terms, chapter) if self.book.terms[name].values]
        return [self.card(name, typed if name == of else None) for name in names]

    def card(self, name: str, typed: TermForm | None = None) -> Card:
        """One term with its form."""
        reading = self.book.timeline(name)[-1]
        change = self._changed.get(name)
        return Card(
            name=name,
            dom=dom(name),
            label=reading.label.to(self.language),
            told=told(self.book, reading).to(self.language),
            before=change.before.to(self.language) if change and change.before else "",
            clause=reading.clause or "" if reading.source != "practice" else "",
            is_practice=reading.source == "practice",
            is_changed=change is not None,
            touch=self.touch(name),
            remarks=tuple(self.remarks_of(name)),
            form=typed or self.form(name),
            seen=self.seen(name),
            url=reverse("book-draft-term", args=[self.slug, self.draft.pk, name]),
        )

    def form(self, name: str, *data: Any) -> TermForm:
        """The form of a term, with what was sent or with what it says."""
        return TermForm(self.book, name, alternatives(name, self._others), *data)

    @cached_property
    def _others(self) -> list[Book]:
        return [self.book, self.former, *(books.read(one) for one in queries.starting_points(self.actor))]

    def seen(self, what: str) -> str:
        """The fingerprint that a form keeps of what it shows."""
        return drafting.fingerprint(self.manuscript, what)

    def touch(self, what: str) -> Touch | None:
        """Who changed it last in this draft."""
        last = self.draft.touched.get(what)
        return Touch(last["name"], clock.read(last["at"])) if last else None

    def remarks_of(self, term: str) -> Iterable[RemarkRow]:
        """What the check says of one term."""
        return (remark_row(one, self.language) for one in self.remarks if _term_of(one.place) == term)

    # Examples

    def examples(self, chapter: Chapter | None = None) -> list[ExampleRow]:
        """Questions that the chapter bears on; without one, all that changed, or the first ones."""
        book = queries.under_law(self.book, self.actor.provider)
        former = queries.under_law(self.former, self.actor.provider)
        starts = chapter.starts if chapter else ("",)
        found = {
            one.question.key: one
            for start in starts
            for one in asking.examples(book, former, self.draft.effective_on, start)
        }
        return [self._example(one) for one in found.values()]

    def _example(self, one: asking.Example) -> ExampleRow:
        return ExampleRow(
            key=one.question.key,
            says=one.question.says.to(self.language),
            value=one.outcome.shown.to(self.language) if one.outcome else "",
            before=one.before.to(self.language) if one.before else "",
            refusal=one.refusal.to(self.language) if one.refusal else "",
            is_changed=one.is_changed,
            url=reverse("book-draft-example", args=[self.slug, self.draft.pk, one.question.key]),
        )

    def panel(self, key: str) -> Panel | None:
        """The "why?" of one example under the draft; None when there is no such question or no answer."""
        book = queries.under_law(self.book, self.actor.provider)
        asked = asking.question(book, self.draft.effective_on, key)
        outcome = asking.answered(asked, book)[0] if asked else None
        if outcome is None:
            return None
        return panel_of(
            outcome.as_json(),
            language=self.language,
            today=clock.today(),
            clauses=self._note,
            edition=Edition(book=self.book.name),
        )

    def _note(self, book: str, number: str) -> ClauseNote:
        source = self.book if book == self.book.name else self.book.law
        clause = source.clauses.get(number)
        return ClauseNote(gist=clause.gist.to(self.language)) if clause else ClauseNote()


def diff_rows(found: Iterable[Difference], language: str, place: Any = lambda one: "") -> list[DiffRow]:
    """Differences in one language; `place` says where each is changed."""
    return [
        DiffRow(
            kind=one.kind,
            kind_word=KINDS[one.kind],
            what=one.what,
            label=one.label.to(language),
            before=one.before.to(language) if one.before else "",
            after=one.after.to(language) if one.after else "",
            clause=one.clause_after or one.clause_before,
            clause_before=one.clause_before if one.clause_before != one.clause_after else "",
            url=place(one),
        )
        for one in found
    ]


def dom(name: str) -> str:
    """The name of a term as the id of an element."""
    return "t-" + name.replace(".", "-")


def _term_of(place: str) -> str:
    """The term that a remark is about: its place begins with the name."""
    return place.split(",")[0]
