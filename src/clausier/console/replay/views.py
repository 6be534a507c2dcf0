"""What if this book had been in force? Its answers to the recorded facts, contract by contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.console.books.addresses import addresses
from clausier.console.doors import StaffRequest, page
from clausier.console.replay.forms import ReplayForm, query_of
from clausier.foundation import clock
from clausier.overview.replay import KINDS, Line, Question, Replay, explain, replay
from clausier.pages.refusals import in_terms
from clausier.pages.replay.reading import (
    SORTS,
    Figure,
    Row,
    figures_of,
    kinds_in,
    rows_of,
    sorted_lines,
    unruled_says,
)
from clausier.pages.replay.sides import sides_of
from clausier.pages.replay.tables import tables
from clausier.pages.report.files import workbook_of
from clausier.terms.errors import TermsError
from clausier.transfer import sheets

LINES, FACTS, MOST_FACTS = 100, 25, 400


@dataclass(frozen=True, slots=True)
class LineRow:
    """A contract with a figure for each of those of the whole, if it has it; `url` asks for it alone."""

    line: Line
    cells: list[tuple[Figure, Figure | None]]
    url: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact that changes, and where each side says why; "" where it owes nothing."""

    row: Row
    before_why: str
    after_why: str
    both_url: str


@page("books.replay")
@require_GET
def replayed(request: StaffRequest) -> HttpResponse:
    """The form, and once a book is chosen, everything that it would have changed."""
    form = ReplayForm(request.GET, actor=request.actor, today=clock.today())
    question = form.question if form.is_valid() and "livre" in request.GET else None
    is_refused = "livre" in request.GET and question is None
    context: dict[str, Any] = {
        "section": "books",
        "crumbs": [(_("Livres"), reverse("books", args=[request.provider.slug])), (_("Et si ?"), "")],
        "form": form,
    }
    if question:
        context |= _shown(request, question)
    return render(request, "console/replay/page.html", context, status=422 if is_refused else 200)


def _shown(request: StaffRequest, question: Question) -> dict[str, Any]:
    found = replay(request.actor, question, clock.now())
    by = request.GET.get("tri", "")
    kind = request.GET.get("quoi", "")
    lines = sorted_lines(found.lines, by if by in SORTS else "changes")
    changes = found.changes_of(kind if kind in KINDS else "")
    most = MOST_FACTS if "plus" in request.GET else FACTS
    kept = query_of(question)
    return {
        "question": question,
        "found": found,
        "query": kept,
        "figures": figures_of(found.total),
        "lines": [_line(request, question, line, found.total) for line in lines[:LINES]],
        "lines_left": max(0, len(lines) - LINES),
        "counted": len(lines),
        "sorts": [(key, label, key == (by or "changes")) for key, label in SORTS.items()],
        "kinds": kinds_in(found),
        "kind": kind,
        "facts": [_fact(request, question, row) for row in rows_of(found, changes[:most])],
        "facts_left": max(0, len(changes) - most),
        "may_more": most < MOST_FACTS,
        "unruled": [(one, unruled_says(one)) for one in found.unruled],
    }


def _line(request: StaffRequest, question: Question, line: Line, total: Line) -> LineRow:
    assert line.client
    if line.contract:
        narrowed = query_of(question, contrat=line.contract.number, client="")
    else:
        narrowed = query_of(question, client=line.client.number)
    own = {one.key: one for one in figures_of(line)}
    cells = [(one, own.get(one.key)) for one in figures_of(total)]
    return LineRow(line, cells, f"{reverse('replay', args=[request.provider.slug])}?{narrowed}")


def _fact(request: StaffRequest, question: Question, row: Row) -> FactRow:
    slug, one = request.provider.slug, row.change
    asked = query_of(question, contrat="", client="", tous="on")
    both = f"{reverse('replay-why', args=[slug, one.kind, one.subject])}?{asked}"
    return FactRow(
        row=row,
        before_why=reverse("why", args=[slug, one.ruling]) if one.ruling else f"{both}&cote=avant",
        after_why=both,
        both_url=both,
    )


@page("books.replay")
@require_GET
def replay_why(request: StaffRequest, kind: str, subject: int) -> HttpResponse:
    """Both outcomes of one fact beside each other; in the panel, the side asked for (`cote`)."""
    question = _asked(request)
    try:
        found = explain(request.actor, question, kind, subject, clock.now()) if kind in KINDS else None
    except TermsError as refused:
        raise in_terms(refused) from None
    if found is None:
        raise Http404
    now = clock.now()
    sides = sides_of(found, question, addresses(request.provider.slug), now=now)
    panel = sides.before if request.GET.get("cote") == "avant" else sides.after
    if request.htmx and panel:  # type: ignore[attr-defined]
        return render(request, "console/why/panel.html", {"panel": panel})
    home = f"{reverse('replay', args=[request.provider.slug])}?{query_of(question)}"
    context = {
        "section": "books",
        "crumbs": [
            (_("Livres"), reverse("books", args=[request.provider.slug])),
            (_("Et si ?"), home),
            (_("Avant et avec le livre"), ""),
        ],
        "question": question,
        "found": found,
        "sides": sides,
    }
    return render(request, "console/replay/both.html", context)


@page("books.replay")
@require_GET
def replay_xlsx(request: StaffRequest) -> HttpResponse:
    """Every table of the replay, a sheet each."""
    content = workbook_of(tables(_replayed(request)))
    return _file(content, sheets.CONTENT_TYPES[sheets.XLSX], f"{_('rejeu')}.xlsx")


@page("books.replay")
@require_GET
def replay_csv(request: StaffRequest, table: str) -> HttpResponse:
    """One table of the replay."""
    found = next((one for one in tables(_replayed(request)) if one.key == table), None)
    if found is None:
        raise Http404
    content = sheets.csv_of(found.headings, found.rows)
    return _file(content, sheets.CONTENT_TYPES[sheets.CSV], f"{table}.csv")


def _replayed(request: StaffRequest) -> Replay:
    return replay(request.actor, _asked(request), clock.now())


def _asked(request: StaffRequest) -> Question:
    form = ReplayForm(request.GET, actor=request.actor, today=clock.today())
    if not form.is_valid() or form.question is None:
        raise Http404
    return form.question


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
