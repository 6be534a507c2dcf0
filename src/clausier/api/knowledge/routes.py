"""The knowledge base and canned answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.knowledge.shapes import (
    Answered,
    ArticleChanged,
    ArticleFileOut,
    ArticleGiven,
    ArticleLine,
    ArticleOfAnswer,
    ArticleOut,
    ArticlesAsked,
    ArticleSuggestions,
    CannedGiven,
    CannedOut,
    CannedRemoved,
    Done,
    FileAdded,
    Opinion,
    SuggestionsAsked,
    VersionOut,
    Versions,
)
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Id, Number
from clausier.desk import queries as desk
from clausier.desk import services as desk_services
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock, files
from clausier.foundation.errors import InvalidInput
from clausier.knowledge import queries, services
from clausier.knowledge.models import Article

routes = Router()
MOST_FOUND = 500


def _article(request: ApiRequest, number: int) -> Article:
    found: Article = queries.with_uses(queries.articles_visible_to(request.actor)).get(number=number)
    return found


def _said(request: ApiRequest, body: ArticleGiven) -> dict[str, Any]:
    """The fields as the services take them. Raises InvalidInput naming `clients`."""
    return body.model_dump(exclude={"clients"}) | {"clients": _clients(request, body.clients)}


def _clients(request: ApiRequest, numbers: list[str]) -> list[Client]:
    found = list(directory.clients_visible_to(request.actor).filter(number__in=numbers))
    missing = set(numbers) - {one.number for one in found}
    if missing:
        raise InvalidInput(
            _("Aucun client ne porte le numéro %(number)s.") % {"number": min(missing)}, field="clients"
        )
    return found


@reads(
    routes,
    "/articles",
    "knowledge.read",
    answers=Page[ArticleLine],
    summary=gettext_noop("Lister les articles"),
    about=gettext_noop("Un jeton de client ne trouve que ce qui est publié pour lui."),
)
def list_articles(request: ApiRequest, asked: Query[ArticlesAsked]) -> Page[ArticleLine]:
    found = queries.articles_visible_to(request.actor)
    if asked.q:
        matching = queries.answering(request.actor, asked.q, MOST_FOUND)
        found = found.filter(pk__in=[one.pk for one in matching])
    if asked.category:
        found = found.filter(category=asked.category)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.review:
        found = queries.to_review(found, clock.today())
    return page(found, asked, lambda rows: [ArticleLine.of(row) for row in rows])


@reads(
    routes,
    "/articles/suggestions",
    "knowledge.read",
    answers=ArticleSuggestions,
    summary=gettext_noop("Proposer des articles"),
    about=gettext_noop("Ce qui répond sans doute à ce que quelqu’un raconte, le plus probable d’abord."),
)
def suggest_articles(request: ApiRequest, asked: Query[SuggestionsAsked]) -> ArticleSuggestions:
    found = queries.suggested(request.actor, asked.text, equipment_class=asked.equipment_class)
    return ArticleSuggestions(items=[ArticleLine.of(one) for one in found])


@reads(
    routes,
    "/articles/{number}",
    "knowledge.read",
    answers=ArticleOut,
    summary=gettext_noop("Lire un article"),
)
def read_article(request: ApiRequest, number: Path[Number]) -> ArticleOut:
    return ArticleOut.whole(_article(request, number), request.actor)


@writes(
    routes,
    "POST",
    "/articles",
    "knowledge.write",
    status=201,
    answers=ArticleOut,
    summary=gettext_noop("Écrire un article"),
    about=gettext_noop("Un brouillon, que l’équipe seule lit."),
)
def write_article(request: ApiRequest, body: ArticleGiven) -> ArticleOut:
    made = services.write_article(by=request.actor, at=clock.now(), **_said(request, body))
    return ArticleOut.whole(_article(request, made.number), request.actor)


@writes(
    routes,
    "PUT",
    "/articles/{number}",
    "knowledge.write",
    answers=ArticleOut,
    summary=gettext_noop("Modifier un article"),
    about=gettext_noop("D’autres mots font une autre version. Ce qui est publié change aussitôt."),
)
def change_article(request: ApiRequest, number: Path[Number], body: ArticleChanged) -> ArticleOut:
    found = _article(request, number)
    services.change_article(by=request.actor, at=clock.now(), article=found, **_said(request, body))
    return ArticleOut.whole(_article(request, number), request.actor)


@writes(
    routes,
    "POST",
    "/articles/{number}/publication",
    "knowledge.publish",
    answers=ArticleOut,
    summary=gettext_noop("Publier un article"),
)
def publish_article(request: ApiRequest, number: Path[Number], body: Answered) -> ArticleOut:
    services.publish_article(by=request.actor, at=clock.now(), article=_article(request, number))
    return ArticleOut.whole(_article(request, number), request.actor)


@writes(
    routes,
    "POST",
    "/articles/{number}/withdrawal",
    "knowledge.publish",
    answers=ArticleOut,
    summary=gettext_noop("Retirer un article"),
)
def withdraw_article(request: ApiRequest, number: Path[Number], body: Answered) -> ArticleOut:
    services.withdraw_article(by=request.actor, at=clock.now(), article=_article(request, number))
    return ArticleOut.whole(_article(request, number), request.actor)


@reads(
    routes,
    "/articles/{number}/versions",
    "knowledge.write",
    answers=Versions,
    summary=gettext_noop("Les versions d’un article"),
)
def list_versions(request: ApiRequest, number: Path[Number]) -> Versions:
    found = queries.versions(_article(request, number))
    return Versions(items=[VersionOut.of(one) for one in found])


@writes(
    routes,
    "POST",
    "/articles/{number}/opinion",
    "knowledge.read",
    answers=Done,
    summary=gettext_noop("Dire si un article a aidé"),
)
def give_opinion(request: ApiRequest, number: Path[Number], body: Opinion) -> Done:
    services.give_opinion(
        by=request.actor, at=clock.now(), article=_article(request, number), helpful=body.helpful
    )
    return Done(number=number)


@writes(
    routes,
    "POST",
    "/articles/{number}/answered",
    "knowledge.read",
    answers=Done,
    summary=gettext_noop("Dire qu’un article a évité une demande"),
    about=gettext_noop("Une fois par personne et par jour."),
)
def spare_request(request: ApiRequest, number: Path[Number], body: Answered) -> Done:
    services.spare_request(by=request.actor, at=clock.now(), article=_article(request, number))
    return Done(number=number)


@writes(
    routes,
    "POST",
    "/articles/{number}/files",
    "knowledge.write",
    status=201,
    answers=ArticleFileOut,
    summary=gettext_noop("Ajouter une image ou un fichier"),
    about=gettext_noop("Le texte la montre ensuite par file: suivi de son identifiant."),
)
def add_article_file(request: ApiRequest, number: Path[Number], body: FileAdded) -> ArticleFileOut:
    made = services.add_file(
        by=request.actor,
        at=clock.now(),
        article=_article(request, number),
        name=body.file.name,
        content_type=body.file.content_type,
        content=body.file.read(),
    )
    return ArticleFileOut.of(made)


@reads(
    routes,
    "/articles/{number}/files/{id}",
    "knowledge.read",
    answers=None,
    summary=gettext_noop("Les octets d’un fichier d’article"),
)
def read_article_file(request: ApiRequest, number: Path[Number], id: Path[Id]) -> HttpResponse:
    found = _article(request, number).files.get(pk=id)
    response = HttpResponse(files.read(queries.stored(found)), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response


@writes(
    routes,
    "POST",
    "/articles/{number}/files/{id}/removal",
    "knowledge.write",
    answers=Done,
    summary=gettext_noop("Ôter un fichier d’un article"),
)
def remove_article_file(request: ApiRequest, number: Path[Number], id: Path[Id], body: Answered) -> Done:
    found = _article(request, number).files.get(pk=id)
    services.remove_file(by=request.actor, at=clock.now(), file=found)
    return Done(number=number)


@writes(
    routes,
    "POST",
    "/tickets/{number}/article",
    "knowledge.write",
    status=201,
    answers=ArticleOut,
    summary=gettext_noop("Faire un article d’une réponse"),
    about=gettext_noop("Un brouillon sans le nom du client, ceux de ses personnes, ni leurs adresses."),
)
def make_article(request: ApiRequest, number: Path[Number], body: ArticleOfAnswer) -> ArticleOut:
    ticket = desk.tickets_visible_to(request.actor).get(number=number)
    event = desk.thread(ticket, request.actor).get(pk=body.event)
    made = desk_services.article_of_answer(by=request.actor, at=clock.now(), event=event)
    return ArticleOut.whole(_article(request, made.number), request.actor)


# Canned answers


@reads(
    routes,
    "/canned-answers",
    "knowledge.write",
    answers=Page[CannedOut],
    summary=gettext_noop("Lister les réponses types"),
    about=gettext_noop("Celles de l’équipe, et celles de qui porte le jeton."),
)
def list_canned_answers(request: ApiRequest, asked: Query[Asked]) -> Page[CannedOut]:
    found = queries.answers(request.actor)
    return page(found, asked, lambda rows: [CannedOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/canned-answers",
    "knowledge.write",
    status=201,
    answers=CannedOut,
    summary=gettext_noop("Écrire une réponse type"),
)
def write_canned_answer(request: ApiRequest, body: CannedGiven) -> CannedOut:
    made = services.write_answer(by=request.actor, at=clock.now(), **body.model_dump())
    return CannedOut.of(made)


@writes(
    routes,
    "PUT",
    "/canned-answers/{id}",
    "knowledge.write",
    answers=CannedOut,
    summary=gettext_noop("Modifier une réponse type"),
)
def change_canned_answer(request: ApiRequest, id: Path[Id], body: CannedGiven) -> CannedOut:
    found = queries.answers(request.actor).get(pk=id)
    held = services.change_answer(by=request.actor, at=clock.now(), answer=found, **body.model_dump())
    return CannedOut.of(held)


@writes(
    routes,
    "POST",
    "/canned-answers/{id}/removal",
    "knowledge.write",
    answers=CannedRemoved,
    summary=gettext_noop("Retirer une réponse type"),
)
def remove_canned_answer(request: ApiRequest, id: Path[Id], body: Answered) -> CannedRemoved:
    found = queries.answers(request.actor).get(pk=id)
    services.remove_answer(by=request.actor, at=clock.now(), answer=found)
    return CannedRemoved(id=id, removed=True)
