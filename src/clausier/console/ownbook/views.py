"""A provider writes its own book: drafts, chapters with live examples, check, comparison, publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.books.addresses import edition_url
from clausier.console.doors import StaffRequest, page
from clausier.console.ownbook.forms import (
    ClauseForm,
    HeadForm,
    NewClauseForm,
    ReadingForm,
    StartForm,
    TakeUpForm,
    TermForm,
    UploadForm,
)
from clausier.console.ownbook.reading import OPEN_UP_TO, Work, diff_rows, dom
from clausier.contracts.queries import editions_readable_by
from clausier.editions import archive, queries, services
from clausier.editions.drafting import CLAUSE, HEAD, READING
from clausier.editions.models import BookDraft
from clausier.foundation import books, clock
from clausier.foundation.errors import Refusal
from clausier.foundation.models import InstalledBook
from clausier.pages.chapters import BY_KEY, OTHERS, Chapter, chapter_of
from clausier.pages.forms import ActForm, bound
from clausier.terms.days import add_months
from clausier.terms.differences import differences

GET_AND_POST = ["GET", "POST"]
UPLOAD, REMOVE = "upload", "remove"


@page("books.write")
@require_http_methods(GET_AND_POST)
def create(request: StaffRequest) -> HttpResponse:
    """Start a draft from an edition, or from a folder that was brought along."""
    bases = queries.starting_points(request.actor)
    first = add_months(clock.today().replace(day=1), 1)
    kind = request.POST.get("kind")
    start = StartForm(bases, request.POST if kind == "start" else None, initial={"effective_on": first})
    upload = (
        UploadForm(request.POST, request.FILES)
        if kind == UPLOAD
        else UploadForm(initial={"effective_on": first})
    )
    made = None
    if start.is_bound:
        made = start.act(services.start_draft, by=request.actor, at=clock.now())
    elif upload.is_bound:
        made = upload.act(services.upload_draft, by=request.actor, at=clock.now())
    if made:
        return redirect("book-draft", request.provider.slug, made.pk)
    context = {
        "section": "books",
        "crumbs": [*_crumbs(request), (_("Nouveau brouillon"), "")],
        "start": start,
        "upload": upload,
    }
    return render(request, "console/ownbook/new.html", context, status=max(start.status, upload.status))


@page("books.write")
@require_http_methods(GET_AND_POST)
def draft(request: StaffRequest, draft: int) -> HttpResponse:
    """A draft whole: what it changes, what the check says, the way to publication."""
    found = _draft(request, draft)
    work = Work(request.actor, found)
    title = work.book.title
    initial = {"title_fr": title.fr, "title_en": title.en, "effective_on": found.effective_on}
    form = bound(request, HeadForm, initial=initial)
    if form.is_bound:
        seen = request.POST.get("seen", "")
        act = services.settle_draft
        if form.act(act, by=request.actor, at=clock.now(), draft=found, seen=seen):
            messages.success(request, _("Brouillon enregistré."))
            return redirect("book-draft", request.provider.slug, found.pk)
    return _overview(request, work, form)


def _overview(
    request: StaffRequest, work: Work, form: ActForm, refusal: Refusal | None = None, status: int = 0
) -> HttpResponse:
    context = _frame(request, work) | {
        "form": form,
        "seen": work.seen(HEAD),
        "rows": work.diff_rows(),
        "remarks": work.remark_rows(),
        "may_publish": request.actor.may("books.publish"),
        "publishing": refusal,
        "edition": getattr(work.draft, "edition", None) if not work.draft.is_open else None,
    }
    return render(request, "console/ownbook/draft.html", context, status=status or form.status)


def _frame(request: StaffRequest, work: Work, chapter: Chapter | None = None) -> dict[str, Any]:
    """What every page of a draft shows: where one is, the chapters, the examples."""
    home = reverse("book-draft", args=[request.provider.slug, work.draft.pk])
    crumbs = [*_crumbs(request), (work.book.name, home if chapter else "")]
    return {
        "section": "books",
        "crumbs": [*crumbs, (chapter.title, "")] if chapter else crumbs,
        "work": work,
        "draft": work.draft,
        "book": work.book,
        "chapters": work.chapters(),
        "chapter": chapter,
        "examples": work.examples(chapter),
    }


@page("books.write")
@require_GET
def chapter(request: StaffRequest, draft: int, chapter: str) -> HttpResponse:
    """The terms of a chapter, each with its form, and the examples that it bears on."""
    found = BY_KEY.get(chapter)
    if found is None:
        raise Http404
    return _chapter(request, _work(request, draft), found, of=request.GET.get("terme", ""))


def _chapter(
    request: StaffRequest,
    work: Work,
    chapter: Chapter,
    typed: TermForm | None = None,
    of: str = "",
    taking: TakeUpForm | None = None,
) -> HttpResponse:
    cards = work.cards(chapter, typed, of)
    refused = typed or taking
    context = _frame(request, work, chapter) | {
        "cards": cards,
        "unfolded": len(cards) <= OPEN_UP_TO,
        "unfold": of,
        "taking": taking or _take_up_form(work, chapter),
    }
    return render(request, "console/ownbook/chapter.html", context, status=refused.status if refused else 200)


@page("books.write")
@require_POST
def term(request: StaffRequest, draft: int, term: str) -> HttpResponse:
    """Change a term, or leave it out; typed on, the answer is what stands beside the form."""
    work = _work(request, draft)
    if term not in work.book.terms or not work.book.terms[term].values:
        raise Http404
    chapter, seen = chapter_of(term), request.POST.get("seen", "")
    if request.POST.get("do") == REMOVE:
        act = services.remove_term
        act(by=request.actor, at=clock.now(), draft=work.draft, name=term, seen=seen)
        messages.success(request, _("Terme retiré de cette édition."))
        return redirect(work.chapter_url(chapter))
    form = work.form(term, request.POST)
    changed = form.act(
        services.change_term, by=request.actor, at=clock.now(), draft=work.draft, name=term, seen=seen
    )
    if changed:
        work = Work(request.actor, _draft(request, draft))
    if request.htmx:  # type: ignore[attr-defined]
        context = _frame(request, work, chapter) | {
            "card": work.card(term, None if changed else form),
            "saved": bool(changed),
        }
        return render(request, "console/ownbook/typed.html", context, status=form.status)
    if changed:
        return redirect(work.term_url(term))
    return _chapter(request, work, chapter, form, term)


@page("books.write")
@require_POST
def take_up(request: StaffRequest, draft: int) -> HttpResponse:
    """Take up a term that another book has."""
    work = _work(request, draft)
    chapter = BY_KEY.get(request.POST.get("chapter", ""), OTHERS)
    form = _take_up_form(work, chapter, request.POST)
    if form.is_valid():
        source, _sep, name = form.cleaned_data["term"].partition(":")
        given = {"source": _source(request, source), "name": name, "clause": form.cleaned_data["clause"]}
        act = services.take_up_term
        if form.attempt(lambda: act(by=request.actor, at=clock.now(), draft=work.draft, **given)):
            return redirect(work.term_url(name))
    else:
        form.status = 422
    return _chapter(request, work, chapter, taking=form)


def _source(request: StaffRequest, pk: str) -> InstalledBook:
    return get_object_or_404(InstalledBook, pk=pk)


def _take_up_form(work: Work, chapter: Chapter, *data: Any) -> TakeUpForm:
    """The terms of the other books that this one lacks and the chapter would show, book by book."""
    terms = []
    for source in queries.starting_points(work.actor):
        book = books.read(source)
        lacking = [
            (f"{source.pk}:{name}", one.label.to(work.language))
            for name, one in book.terms.items()
            if chapter_of(name) is chapter and name not in work.book.terms
        ]
        if lacking:
            terms.append((source.name, lacking))
    clauses = [
        (number, f"{number} {one.title.to(work.language)}") for number, one in work.book.clauses.items()
    ]
    return TakeUpForm(terms, clauses, *data)


# Clauses and readings


@page("books.write")
@require_http_methods(GET_AND_POST)
def clauses(request: StaffRequest, draft: int) -> HttpResponse:
    """The clauses with their numbers and titles; a new one is added here."""
    work = _work(request, draft)
    form = bound(request, NewClauseForm, list(work.book.clauses))
    if form.is_bound and form.act(services.add_clause, by=request.actor, at=clock.now(), draft=work.draft):
        messages.success(request, _("Clause ajoutée."))
        return redirect("book-draft-clauses", request.provider.slug, draft)
    return _clauses(request, work, adding=form)


def _clauses(
    request: StaffRequest,
    work: Work,
    *,
    adding: NewClauseForm | None = None,
    typed: ClauseForm | None = None,
    of: str = "",
) -> HttpResponse:
    rows = [
        {
            "number": row["number"],
            "title": row["title"][_lang()],
            "form": typed if row["number"] == of and typed else _clause_form(row),
            "seen": work.seen(CLAUSE + row["number"]),
            "touch": work.touch(CLAUSE + row["number"]),
            "refused": row["number"] == of,
            "remarks": [one for one in work.remark_rows() if one.clause == row["number"]],
        }
        for row in work.manuscript.clauses()
    ]
    refused = adding if adding is not None and adding.is_bound else typed
    context = _frame(request, work, Chapter("clauses", _("Clauses"), "", ("",))) | {
        "rows": rows,
        "adding": adding or NewClauseForm(list(work.book.clauses)),
        "examples": [],
    }
    return render(request, "console/ownbook/clauses.html", context, status=refused.status if refused else 200)


def _clause_form(row: dict[str, Any]) -> ClauseForm:
    initial = {"new_number": row["number"]} | _initial(row, "title", "gist")
    return ClauseForm(initial=initial, auto_id=f"clause-{dom(row['number'])}_%s".replace(" ", "-"))


def _initial(row: dict[str, Any], *names: str) -> dict[str, str]:
    return {f"{name}_{lang}": row[name][lang] for name in names for lang in ("fr", "en")}


@page("books.write")
@require_POST
def clause(request: StaffRequest, draft: int, clause: str) -> HttpResponse:
    """Another number, title or gist, or one clause less."""
    work = _work(request, draft)
    if clause not in {row["number"] for row in work.manuscript.clauses()}:
        raise Http404
    given: dict[str, Any] = {
        "draft": work.draft,
        "number": clause,
        "seen": request.POST.get("seen", ""),
    }
    form = ClauseForm(request.POST, auto_id=f"clause-{dom(clause)}_%s".replace(" ", "-"))
    if request.POST.get("do") == REMOVE:
        done = form.attempt(lambda: services.remove_clause(by=request.actor, at=clock.now(), **given))
    else:
        done = form.act(services.change_clause, by=request.actor, at=clock.now(), **given)
    if done:
        messages.success(request, _("Clauses enregistrées."))
        return redirect("book-draft-clauses", request.provider.slug, draft)
    return _clauses(request, work, typed=form, of=clause)


@page("books.write")
@require_GET
def readings(request: StaffRequest, draft: int) -> HttpResponse:
    """How the book reads doubtful words of its text."""
    return _readings(request, _work(request, draft))


def _readings(
    request: StaffRequest, work: Work, typed: ReadingForm | None = None, of: str = ""
) -> HttpResponse:
    rows = [
        {
            "key": row["key"],
            "clause": row["clause"],
            "words": row["words"][_lang()],
            "reading": row["reading"][_lang()],
            "form": typed
            if row["key"] == of and typed
            else ReadingForm(initial=_initial(row, "reading", "reason"), auto_id=f"{row['key']}_%s"),
            "seen": work.seen(READING + row["key"]),
            "touch": work.touch(READING + row["key"]),
            "refused": row["key"] == of,
        }
        for row in work.manuscript.readings()
    ]
    context = _frame(request, work, Chapter("lectures", _("Interprétations"), "", ("",)))
    context |= {"rows": rows, "examples": []}
    return render(request, "console/ownbook/readings.html", context, status=typed.status if typed else 200)


@page("books.write")
@require_POST
def reading(request: StaffRequest, draft: int, key: str) -> HttpResponse:
    """Read doubtful words otherwise."""
    work = _work(request, draft)
    if key not in {row["key"] for row in work.manuscript.readings()}:
        raise Http404
    form = ReadingForm(request.POST, auto_id=f"{key}_%s")
    given = {"draft": work.draft, "key": key, "seen": request.POST.get("seen", "")}
    if form.act(services.change_reading, by=request.actor, at=clock.now(), **given):
        messages.success(request, _("Interprétation enregistrée."))
        return redirect("book-draft-readings", request.provider.slug, draft)
    return _readings(request, work, form, key)


# Examples, folders


@page("books.write")
@require_GET
def example(request: StaffRequest, draft: int, example: str) -> HttpResponse:
    """Why the draft answers an example as it does."""
    panel = Work(request.actor, _draft(request, draft)).panel(example)
    if panel is None:
        raise Http404
    template = "console/why/panel.html" if request.htmx else "console/why_page.html"  # type: ignore[attr-defined]
    return render(request, template, {"panel": panel, "crumbs": [(panel.question, "")]})


@page("books.write")
@require_GET
def draft_zip(request: StaffRequest, draft: int) -> HttpResponse:
    """The draft as a folder, for `clausier book check` or one's own archive."""
    found = _draft(request, draft)
    return _zip(found.content, f"{request.provider.slug}-{found.effective_on:%Y-%m-%d}")


@page("books.read")
@require_GET
def edition_zip(request: StaffRequest, digest: str) -> HttpResponse:
    """An edition as a folder."""
    found = get_object_or_404(editions_readable_by(request.actor), digest=digest)
    return _zip(found.content, found.name.replace("/", "-"))


def _zip(files: dict[str, str], name: str) -> HttpResponse:
    response = HttpResponse(archive.zipped(files, name), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


# The end of a draft


@page("books.publish")
@require_POST
def publish(request: StaffRequest, draft: int) -> HttpResponse:
    """Make an edition of the draft."""
    found = _draft(request, draft)
    accepted = request.POST.get("accepted") == "on"
    try:
        edition = services.publish_draft(by=request.actor, at=clock.now(), draft=found, accepted=accepted)
    except Refusal as refused:
        work = Work(request.actor, _draft(request, draft))
        title = work.book.title
        initial = {"title_fr": title.fr, "title_en": title.en, "effective_on": found.effective_on}
        return _overview(request, work, HeadForm(initial=initial), refused, refused.status)
    messages.success(request, _("« %(name)s » est publiée.") % {"name": edition.book.name})
    return redirect("own-edition", request.provider.slug, edition.pk)


@page("books.write")
@require_POST
def discard(request: StaffRequest, draft: int) -> HttpResponse:
    """Give the draft up; it stays readable."""
    services.discard_draft(by=request.actor, at=clock.now(), draft=_draft(request, draft))
    messages.success(request, _("Brouillon abandonné."))
    return redirect("books", request.provider.slug)


@page("books.read")
@require_GET
def edition(request: StaffRequest, edition: int) -> HttpResponse:
    """An edition of the provider's own: what it changed, from when on."""
    found = get_object_or_404(queries.editions(request.actor), pk=edition)
    language = get_language() or "fr"
    former, book = books.read(found.former), books.read(found.book)
    context = {
        "section": "books",
        "crumbs": [*_crumbs(request), (found.book.name, "")],
        "edition": found,
        "book": book,
        "rows": diff_rows(differences(former, book, found.effective_on), language),
        "is_present": found.book_id == request.provider.book_id,
        "is_coming": found.effective_on > clock.today(),
        "may_replay": request.actor.may("books.replay"),
        "book_url": edition_url(request.provider.slug, found.book.digest),
        "former_url": edition_url(request.provider.slug, found.former.digest),
    }
    return render(request, "console/ownbook/edition.html", context)


def _draft(request: StaffRequest, pk: int) -> BookDraft:
    return get_object_or_404(queries.drafts(request.actor), pk=pk)


def _work(request: StaffRequest, pk: int) -> Work:
    """A draft that may be written in; a closed one has no chapters any more."""
    return Work(request.actor, get_object_or_404(queries.open_drafts(request.actor), pk=pk))


def _crumbs(request: StaffRequest) -> list[tuple[Any, str]]:
    return [(_("Livres"), reverse("books", args=[request.provider.slug]))]


def _lang() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"
