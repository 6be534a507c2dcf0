"""What the pages of articles show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clausier.console.doors import StaffRequest
from clausier.contracts.models import EquipmentClass
from clausier.knowledge import queries, rendering
from clausier.knowledge.models import Article
from clausier.knowledge.states import ArticleState, Audience

MARKS = {ArticleState.DRAFT: "suspended", ArticleState.PUBLISHED: "met", ArticleState.WITHDRAWN: "lifted"}
AUDIENCE_ICONS = {Audience.EVERYONE: "globe", Audience.CHOSEN: "users", Audience.INTERNAL: "lock"}
EXCERPT = 140


def crumbs(request: StaffRequest, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page of knowledge."""
    return [(_("Connaissances"), reverse("knowledge", args=[request.provider.slug])), *more]


def tabs(request: StaffRequest, current: str) -> dict[str, Any]:
    """Articles and canned answers."""
    named = (("knowledge", _("Articles")), ("answers", _("Réponses types")))
    return {
        "section": "knowledge",
        "tabs": [
            {"label": label, "url": reverse(name, args=[request.provider.slug]), "on": name == current}
            for name, label in named
        ],
    }


def article_or_404(request: StaffRequest, number: int) -> Article:
    """The article of that number, with how it was used."""
    found = queries.with_uses(queries.articles_visible_to(request.actor)).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def row(article: Any, slug: str, today: date) -> dict[str, Any]:
    """An article in a list."""
    due = article.state == ArticleState.PUBLISHED and article.review_on and article.review_on <= today
    return {
        "article": article,
        "url": reverse("article", args=[slug, article.number]),
        "mark": MARKS[ArticleState(article.state)],
        "icon": AUDIENCE_ICONS[Audience(article.audience)],
        "excerpt": rendering.plain_of(article.body, EXCERPT),
        "review_due": bool(due),
    }


def rows(found: QuerySet[Article], slug: str, today: date) -> list[dict[str, Any]]:
    """These articles, in their order."""
    return [row(one, slug, today) for one in found]


def classes_in_words(article: Article) -> list[str]:
    """What it is about, in words."""
    return [str(EquipmentClass(one).label) for one in article.equipment_classes]


def html(article: Article, slug: str) -> SafeString:
    """Its text as it is read; the markup was cleaned by the renderer."""
    known = set(article.files.values_list("pk", flat=True))

    def url(pk: int) -> str | None:
        return reverse("article-file", args=[slug, article.number, pk]) if pk in known else None

    return mark_safe(rendering.html_of(article.body, url))  # noqa: S308
