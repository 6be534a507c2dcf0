"""What was found, in words: the same lines in the palette, on the page of results and in the portal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.foundation import clock, wording
from clausier.foundation.clock import PARIS
from clausier.knowledge.states import ArticleState
from clausier.overview.queries import FoundClause, Group, Hit
from clausier.pages.sales import mark_of

ICONS: Final = {
    "client": "users",
    "contact": "user-round",
    "ticket": "ticket",
    "contract": "file-text",
    "quote": "file-pen",
    "account": "coins",
    "site": "map-pin",
    "supplier": "factory",
    "document": "file-badge",
    "article": "lightbulb",
    "clause": "book-open",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A thing that was found: where it is, what it is called, what tells it from its like.

    `excerpt` quotes where it says what was sought. `key` is pressed to go there from anywhere.
    """

    url: str
    icon: str
    title: str
    second: str = ""
    tail: str = ""
    excerpt: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; `count` is in words, `all_url` leads to more of the kind."""

    name: str
    lines: tuple[Line, ...]
    count: str = ""
    all_url: str = ""


def section_of(group: Group, url_of: Callable[[Hit], str], all_url: str = "", name: str = "") -> Section:
    """A group in words; `all_url` is offered where not all of it is shown."""
    hidden = group.more or group.count > len(group.hits)
    return Section(
        name=name or group.name,
        lines=tuple(line_of(hit, url_of(hit)) for hit in group.hits),
        count=count_in_words(group),
        all_url=all_url if hidden else "",
    )


def count_in_words(group: Group) -> str:
    """« 12 », or « plus de 1 000 » where not all were counted."""
    number = wording.number(group.count, get_language() or "fr")
    return _("plus de %(number)s") % {"number": number} if group.more else number


def answers_in_words(groups: tuple[Group, ...]) -> str:
    """How many answers there are in all, said to whoever cannot see them come."""
    count = sum(group.count for group in groups)
    return ngettext("%(count)s réponse", "%(count)s réponses", count) % {
        "count": wording.number(count, get_language() or "fr")
    }


def line_of(hit: Hit, url: str) -> Line:
    """One thing in words."""
    title, second, tail = _WORDS[hit.kind](hit.thing)
    return Line(
        url=url,
        icon=ICONS[hit.kind],
        title=title,
        second=" · ".join(word for word in second if word),
        tail=tail,
        excerpt=hit.excerpt,
    )


Words = tuple[str, tuple[str, ...], str]


def _client(row: Any) -> Words:
    former = _("ancien nom : %(name)s") % {"name": row.former_name} if row.former_name else ""
    siren = wording.identifier(row.siren) if row.siren else ""
    return row.name, (row.number, siren, former), wording.phone(row.phone) if row.phone else ""


def _contact(row: Any) -> Words:
    number = row.phone or row.mobile
    left = _("n’y travaille plus") if row.left_on else ""
    return row.full_name, (row.client.name, row.job_title, left), wording.phone(number) if number else ""


def _site(row: Any) -> Words:
    return row.name, (row.client.name, " ".join(filter(None, (row.address, row.postcode, row.city)))), ""


def _supplier(row: Any) -> Words:
    gone = _("on ne lui écrit plus") if row.ended_on else ""
    what = str(row.get_kind_display())
    return row.name, (what, row.customer_number, gone), wording.phone(row.phone) if row.phone else ""


def _contract(row: Any) -> Words:
    kind = contracts.kind_name(row, get_language() or "fr")
    return f"{row.number} {row.title or kind}", (row.client.name, row.book.name), ""


def _quote(row: Any) -> Words:
    return row.title, (row.reference, row.client.name, mark_of(row, clock.today()).word), ""


def _account(row: Any) -> Words:
    return _("Points du contrat %(contract)s") % {"contract": row.contract.number}, (row.client.name,), ""


def _ticket(row: Any) -> Words:
    on = wording.day(row.called_at.astimezone(PARIS).date(), get_language() or "fr", year=True, weekday=False)
    return row.title, (str(row), row.client.name, str(row.get_state_display())), on


def _document(row: Any) -> Words:
    on = wording.day(row.made_at.astimezone(PARIS).date(), get_language() or "fr", year=True, weekday=False)
    return row.title, (row.number,), on


def _article(row: Any) -> Words:
    state = "" if row.state == ArticleState.PUBLISHED else str(row.get_state_display())
    return row.title, (row.category, state), ""


def _clause(found: FoundClause) -> Words:
    language = get_language() or "fr"
    clause = found.clause
    return f"{clause.number} {clause.title.to(language)}", (found.edition.name, clause.gist.to(language)), ""


_WORDS: Final[dict[str, Callable[[Any], Words]]] = {
    "client": _client,
    "contact": _contact,
    "site": _site,
    "supplier": _supplier,
    "contract": _contract,
    "quote": _quote,
    "account": _account,
    "ticket": _ticket,
    "document": _document,
    "article": _article,
    "clause": _clause,
}
