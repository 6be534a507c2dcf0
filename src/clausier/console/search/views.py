"""Searching and acting from anywhere: the palette, and the same on a page of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.console.books.addresses import clause_url
from clausier.console.doors import StaffRequest, page
from clausier.console.search import acts
from clausier.overview import queries
from clausier.overview.queries import Group, Hit
from clausier.pages.search import Section, answers_in_words, line_of, section_of

IN_PALETTE = 5
ON_PAGE = 10
OF_ONE_KIND = 50


@page("search.use")
@require_GET
def search(request: StaffRequest) -> HttpResponse:
    """Everything that answers `q`; `?genre=` shows more of one kind."""
    text, kind = _text(request), request.GET.get("genre", "")
    known = kind in queries.kinds_of(request.actor)
    groups = queries.searched(
        request.actor,
        acts.sought(text),
        kinds=[kind] if known else None,
        most=OF_ONE_KIND if known else ON_PAGE,
    )
    context = {
        "crumbs": [(_("Recherche"), "")],
        "text": queries.as_sought(text),
        "kind": kind if known else "",
        "everything_url": _address(request, text),
        "sections": _sections(request, text, groups, with_acts=not known),
        "answers": answers_in_words(groups),
        "is_cut": known and any(group.more or group.count > len(group.hits) for group in groups),
        "shown": OF_ONE_KIND,
    }
    part = "console/search/results.html" if request.htmx else "console/search/page.html"  # type: ignore[attr-defined]
    return render(request, part, context)


@page("search.use")
@require_GET
def palette(request: StaffRequest) -> HttpResponse:
    """What the palette shows under its field: answers while one types, before that what one was at."""
    text = _text(request)
    groups = queries.searched(request.actor, acts.sought(text), most=IN_PALETTE) if text else ()
    sections = _sections(request, text, groups) if text else _beginning(request)
    context = {
        "text": queries.as_sought(text),
        "sections": sections,
        "answers": answers_in_words(groups) if text else "",
        "page_url": _address(request, text),
    }
    return render(request, "console/search/palette.html", context)


def _text(request: StaffRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()


def _address(request: StaffRequest, text: str, **more: str) -> str:
    return f"{reverse('search', args=[request.provider.slug])}?{urlencode({'q': text, **more})}"


def _sections(
    request: StaffRequest, text: str, groups: tuple[Group, ...], *, with_acts: bool = True
) -> list[Section]:
    """What was found; then what can be done; a page whose name was typed comes first."""
    actor, slug = request.actor, request.provider.slug
    found = [
        section_of(group, lambda hit: url_of(hit, slug), _address(request, text, genre=group.kind))
        for group in groups
    ]
    if not with_acts:
        return found
    opened, done = acts.pages(actor, text), acts.for_found(actor, groups)
    return [
        *([Section(_("Aller à"), tuple(opened))] if opened else ()),
        *found[:1],
        *([Section(_("Agir"), tuple(done))] if done else ()),
        *found[1:],
    ]


def _beginning(request: StaffRequest) -> list[Section]:
    """Before anything is typed: what one was at, and what one may begin."""
    actor, slug = request.actor, request.provider.slug
    last = tuple(line_of(hit, url_of(hit, slug)) for hit in queries.recent(actor, IN_PALETTE))
    first = tuple(acts.beginnings(actor))
    return [
        *([Section(_("Récemment"), last)] if last else ()),
        *([Section(_("Agir"), first)] if first else ()),
    ]


def url_of(hit: Hit, slug: str) -> str:
    """Where the console shows it."""
    thing = hit.thing
    match hit.kind:
        case "client":
            return reverse("client", args=[slug, thing.number])
        case "contact" | "site":
            return reverse("client", args=[slug, thing.client.number])
        case "supplier":
            return reverse("supplier", args=[slug, thing.pk])
        case "ticket":
            return reverse("ticket", args=[slug, thing.number])
        case "contract":
            return reverse("contract", args=[slug, thing.number])
        case "quote":
            return reverse("quote", args=[slug, thing.number])
        case "account":
            return reverse("points-account", args=[slug, thing.contract.number])
        case "article":
            return reverse("article", args=[slug, thing.number])
        case "document":
            return reverse("paper", args=[slug, thing.pk])
    return clause_url(slug, thing.edition.digest, thing.clause.number)
