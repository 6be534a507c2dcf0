"""What if this book had been in force? Its answers to the recorded facts, contract by contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.books.addresses import addresses
from clausier.console.doors import StaffRequest, page
from clausier.console.replay.forms import ReplayForm, query_of, words_of
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.overview import services
from clausier.overview.models import KeptReplay, ReplayState
from clausier.overview.replay import KINDS, Line, Question, Replay, explain
from clausier.pages.refusals import in_terms
from clausier.pages.replay.beside import beside, beside_lines, may_compare
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
@require_http_methods(["GET", "POST"])
def replayed(request: StaffRequest) -> HttpResponse:
    """The form, with what one asked for before; sent, a job is asked for the answer."""
    sent = request.POST if request.method == "POST" else request.GET
    form = ReplayForm(sent, actor=request.actor, today=clock.today())
    is_refused = False
    if request.method == "POST":
        if form.is_valid() and form.question:
            kept = services.ask_replay(by=request.actor, at=clock.now(), question=form.question)
            return redirect("replay-result", request.provider.slug, kept.pk)
        is_refused = True
    context: dict[str, Any] = {
        "section": "books",
        "crumbs": [_books(request), (_("Et si ?"), "")],
        "form": form,
        "kept": services.replays(request.actor),
        "most": services.MOST,
        "days": services.KEPT.days,
    }
    return render(request, "console/replay/page.html", context, status=422 if is_refused else 200)


@page("books.replay")
@require_GET
def result(request: StaffRequest, kept: int) -> HttpResponse:
    """What a replay found, once it is there; until then where it stands, asked again by itself."""
    held = _kept(request, kept)
    context: dict[str, Any] = {
        "section": "books",
        "crumbs": [_books(request), _asking(request), (held.book_name, "")],
        "held": held,
    }
    if held.state != ReplayState.READY:
        is_part = request.htmx  # type: ignore[attr-defined]
        return render(request, f"console/replay/{'state' if is_part else 'waiting'}.html", context)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
    found = _found(request, held)
    return render(request, "console/replay/found.html", context | _shown(request, held, found))


@page("books.replay")
@require_POST
def discard(request: StaffRequest, kept: int) -> HttpResponse:
    """Throw a replay away."""
    services.discard_replay(by=request.actor, at=clock.now(), kept=_kept(request, kept))
    messages.success(request, _("Rejeu effacé."))
    return redirect("replay", request.provider.slug)


@page("books.replay")
@require_GET
def compare(request: StaffRequest, kept: int, other: int) -> HttpResponse:
    """Two replays of the same days beside each other: what one book changes, and what the other."""
    held = [_kept(request, one) for one in (kept, other)]
    first, second = (_found(request, one) for one in held)
    if not may_compare(*held):
        raise Http404
    context = {
        "section": "books",
        "crumbs": [_books(request), _asking(request), (_("Deux rejeux"), "")],
        "held": held,
        "texts": [first.question.text, second.question.text],
        "figures": beside(first.total, second.total),
        "lines": beside_lines(first, second)[:LINES],
    }
    return render(request, "console/replay/two.html", context)


def _shown(request: StaffRequest, held: KeptReplay, whole: Replay) -> dict[str, Any]:
    found, kept = _narrow(request, whole)
    by = request.GET.get("tri", "")
    kind = request.GET.get("quoi", "")
    lines = sorted_lines(found.lines, by if by in SORTS else "changes")
    changes = found.changes_of(kind if kind in KINDS else "")
    most = MOST_FACTS if "plus" in request.GET else FACTS
    question = found.question
    draft = question.text.draft
    return {
        "question": question,
        "asked": [(name, value) for name, value in words_of(whole.question).items() if value],
        "found": found,
        "query": kept,
        "is_narrowed": bool(kept),
        "is_outdated": bool(draft and held.made_at and draft.changed_at > held.made_at),
        "others": [
            one
            for one in services.replays(request.actor).filter(state=ReplayState.READY)
            if one.pk != held.pk and may_compare(held, one)
        ],
        "figures": figures_of(found.total),
        "lines": [_line(request, held, line, found.total) for line in lines[:LINES]],
        "lines_left": max(0, len(lines) - LINES),
        "counted": len(lines),
        "sorts": [(key, label, key == (by or "changes")) for key, label in SORTS.items()],
        "kinds": kinds_in(found),
        "kind": kind,
        "facts": [_fact(request, whole.question, row) for row in rows_of(found, changes[:most])],
        "facts_left": max(0, len(changes) - most),
        "may_more": most < MOST_FACTS,
        "unruled": [(one, unruled_says(one)) for one in found.unruled],
    }


def _narrow(request: StaffRequest, found: Replay) -> tuple[Replay, str]:
    """What was found of the contract or the client that the address names, and the query that names it."""
    number, client = request.GET.get("contrat", ""), request.GET.get("client", "")
    for line in found.lines if number or client else ():
        if number and line.contract and line.contract.number == number:
            return services.narrowed(found, contract=line.contract), urlencode({"contrat": number})
        if client and not number and line.client and line.client.number == client:
            return services.narrowed(found, client=line.client), urlencode({"client": client})
    if number or client:
        raise Http404
    return found, ""


def _line(request: StaffRequest, held: KeptReplay, line: Line, total: Line) -> LineRow:
    assert line.client
    named = {"contrat": line.contract.number} if line.contract else {"client": line.client.number}
    own = {one.key: one for one in figures_of(line)}
    cells = [(one, own.get(one.key)) for one in figures_of(total)]
    url = reverse("replay-result", args=[request.provider.slug, held.pk])
    return LineRow(line, cells, f"{url}?{urlencode(named)}")


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
    context = {
        "section": "books",
        "crumbs": [_books(request), _asking(request), (_("Avant et avec le livre"), "")],
        "question": question,
        "found": found,
        "sides": sides,
    }
    return render(request, "console/replay/both.html", context)


@page("books.replay")
@require_GET
def replay_xlsx(request: StaffRequest, kept: int) -> HttpResponse:
    """Every table of the replay, a sheet each."""
    content = workbook_of(tables(_told(request, kept)))
    return _file(content, sheets.CONTENT_TYPES[sheets.XLSX], f"{_('rejeu')}.xlsx")


@page("books.replay")
@require_GET
def replay_csv(request: StaffRequest, kept: int, table: str) -> HttpResponse:
    """One table of the replay."""
    found = next((one for one in tables(_told(request, kept)) if one.key == table), None)
    if found is None:
        raise Http404
    content = sheets.csv_of(found.headings, found.rows)
    return _file(content, sheets.CONTENT_TYPES[sheets.CSV], f"{table}.csv")


def _told(request: StaffRequest, kept: int) -> Replay:
    return _narrow(request, _found(request, _kept(request, kept)))[0]


def _kept(request: StaffRequest, kept: int) -> KeptReplay:
    return get_object_or_404(services.replays(request.actor), pk=kept)


def _found(request: StaffRequest, held: KeptReplay) -> Replay:
    """Raises Http404 where nothing was found, or its book is no longer there to be read."""
    try:
        return services.read_replay(request.actor, held)
    except Refusal:
        raise Http404 from None


def _books(request: StaffRequest) -> tuple[str, str]:
    return _("Livres"), reverse("books", args=[request.provider.slug])


def _asking(request: StaffRequest) -> tuple[str, str]:
    return _("Et si ?"), reverse("replay", args=[request.provider.slug])


def _asked(request: StaffRequest) -> Question:
    form = ReplayForm(request.GET, actor=request.actor, today=clock.today())
    if not form.is_valid() or form.question is None:
        raise Http404
    return form.question


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
