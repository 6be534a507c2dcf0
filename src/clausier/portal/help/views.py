"""What the provider wrote for its clients: found, read, and said to have helped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clausier.directory.models import PortalSection
from clausier.foundation import clock, files
from clausier.knowledge import queries, rendering, services
from clausier.knowledge.errors import NothingChanged
from clausier.knowledge.models import Article, ArticleUse
from clausier.knowledge.states import OPINIONS
from clausier.portal.doors import ClientRequest, page

SECTION = PortalSection.HELP
EXCERPT = 140
MOST_FOUND = 50
LONGEST = 1000  # signs of what is typed into a request that are read


@dataclass(frozen=True, slots=True)
class Row:
    """An article in a list."""

    article: Article
    excerpt: str


@page("knowledge.read", SECTION)
@require_GET
def articles(request: ClientRequest) -> HttpResponse:
    """Every article for this client by category, or those that answer `q`."""
    text = request.GET.get("q", "").replace("\x00", "").strip()
    if text:
        groups = [("", _rows(queries.answering(request.actor, text, MOST_FOUND)))]
        groups = groups if groups[0][1] else []
    else:
        groups = _by_category(queries.articles_visible_to(request.actor).order_by("title"))
    context = {"section": SECTION, "text": text, "groups": groups}
    return render(request, "portal/help/list.html", context)


def _by_category(found: Iterable[Article]) -> list[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = {}
    for row in _rows(found):
        groups.setdefault(row.article.category, []).append(row)
    return sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold()))


def _rows(found: Iterable[Article]) -> list[Row]:
    return [Row(one, rendering.plain_of(one.body, EXCERPT)) for one in found]


@page("knowledge.read", SECTION)
@require_GET
def suggested(request: ClientRequest) -> HttpResponse:
    """What may answer the request being typed; nothing when nothing does."""
    given = (request.GET.get(name, "").replace("\x00", "") for name in ("title", "description"))
    found = queries.suggested(
        request.actor,
        " ".join(given)[:LONGEST],
        equipment_class=request.GET.get("equipment_class", ""),
    )
    return render(request, "portal/help/suggested.html", {"rows": _rows(found), "provider": request.provider})


@page("knowledge.read", SECTION)
@require_GET
def article(request: ClientRequest, article: int) -> HttpResponse:
    """One article, and whether it helped."""
    found = _article(request, article)
    slug = request.provider.slug
    known = set(found.files.values_list("pk", flat=True))

    def url(pk: int) -> str | None:
        return reverse("portal-article-file", args=[slug, found.number, pk]) if pk in known else None

    own = ArticleUse.objects.filter(article=found, person=request.actor.person, kind__in=OPINIONS).first()
    context = {
        "section": SECTION,
        "article": found,
        # The renderer lets no markup of the writer's own through.
        "html": mark_safe(rendering.html_of(found.body, url)),  # noqa: S308
        "files": [one for one in found.files.order_by("pk") if not one.is_picture],
        "opinion": own.kind if own else "",
        "asking": request.GET.get("depuis") == "demande",
    }
    return render(request, "portal/help/article.html", context)


@page("knowledge.read", SECTION)
@require_POST
def opinion(request: ClientRequest, article: int) -> HttpResponse:
    """Whether it helped; the last word counts."""
    found = _article(request, article)
    try:
        services.give_opinion(
            by=request.actor, at=clock.now(), article=found, helpful=request.POST.get("utile") == "1"
        )
        messages.success(request, _("Merci, c’est noté."))
    except NothingChanged as refusal:
        messages.info(request, refusal.says)
    return redirect("portal-article", request.provider.slug, article)


@page("knowledge.read", SECTION)
@require_POST
def answered(request: ClientRequest, article: int) -> HttpResponse:
    """It answered: no request is needed, and what was typed is forgotten."""
    services.spare_request(by=request.actor, at=clock.now(), article=_article(request, article))
    messages.success(request, _("Tant mieux ! Aucune demande n’a été ouverte."))
    return redirect("portal-help", request.provider.slug)


@page("knowledge.read", SECTION)
@require_GET
def file(request: ClientRequest, article: int, file: int) -> HttpResponse:
    """A file of an article. Only pictures are shown; anything else is saved."""
    one = get_object_or_404(_article(request, article).files, pk=file)
    kind = one.content_type if one.is_picture else "application/octet-stream"
    response = HttpResponse(files.read(queries.stored(one)), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(not one.is_picture, one.name) or "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _article(request: ClientRequest, number: int) -> Article:
    found = queries.articles_visible_to(request.actor).filter(number=number).first()
    if found is None:
        raise Http404
    return found
