"""Searching everything that the token may read, as the palette of the console does."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import get_language, gettext_noop
from ninja import Query, Router
from pydantic import Field, StringConstraints

from clausier.api.doors import ApiRequest, reads
from clausier.api.shapes import Given, Shape
from clausier.foundation import search
from clausier.overview import queries
from clausier.overview.queries import Group, Hit

routes = Router()

Kind = Literal[
    "client",
    "contact",
    "ticket",
    "contract",
    "quote",
    "account",
    "site",
    "supplier",
    "document",
    "article",
    "clause",
]


class SearchAsked(Given):
    """What is sought."""

    q: Annotated[str, StringConstraints(max_length=search.LONGEST)] = Field(
        description=gettext_noop(
            "Des mots ou leur début, un numéro, un téléphone, un SIREN : l’écriture ne compte pas."
        ),
        examples=["imprimante"],
    )
    kind: Kind | Literal[""] = Field("", description=gettext_noop("Une seule sorte ; vide pour toutes."))
    limit: int = Field(10, ge=1, le=50, description=gettext_noop("Combien de chaque sorte."))


class FoundOut(Shape):
    """A thing that answers."""

    kind: Kind
    key: str = Field(
        description=gettext_noop("Sous quoi l’API la lit : son numéro, ou son identifiant."),
        examples=["1158"],
    )
    title: str
    client: str | None = Field(description=gettext_noop("Le numéro du client dont c’est."))
    exact: bool = Field(description=gettext_noop("Vrai si un de ses identifiants est ce qui fut cherché."))
    excerpt: str = Field(
        description=gettext_noop("Où le fil d’un ticket le dit, si son titre ne le dit pas.")
    )


class CountOut(Shape):
    """How many of a kind answer."""

    kind: Kind
    count: int
    more: bool = Field(
        description=gettext_noop("Vrai si d’autres répondent encore, qui ne sont pas comptées.")
    )


class SearchOut(Shape):
    """What answers, the best first within each kind."""

    items: list[FoundOut]
    counts: list[CountOut]


@reads(
    routes,
    "/search",
    "search.use",
    answers=SearchOut,
    summary=gettext_noop("Chercher"),
    about=gettext_noop(
        "Parmi ce que le jeton peut lire : clients, personnes, sites, fournisseurs, contrats, devis, comptes "
        "de points, tickets et leurs messages, documents, clauses. Un identifiant exact vient d’abord, "
        "puis les titres, puis le reste."
    ),
)
def search_everything(request: ApiRequest, asked: Query[SearchAsked]) -> SearchOut:
    kinds = [asked.kind] if asked.kind else None
    groups = queries.searched(request.actor, asked.q, kinds=kinds, most=asked.limit)
    return SearchOut(
        items=[_found(hit) for group in groups for hit in group.hits], counts=[_count(one) for one in groups]
    )


def _count(group: Group) -> CountOut:
    return CountOut(kind=_kind(group.kind), count=group.count, more=group.more)


def _found(hit: Hit) -> FoundOut:
    key, title, client = _named(hit)
    return FoundOut(
        kind=_kind(hit.kind), key=key, title=title, client=client, exact=hit.rank == 0, excerpt=hit.excerpt
    )


def _kind(kind: str) -> Any:
    return kind


def _named(hit: Hit) -> tuple[str, str, str | None]:
    """The key of a thing in the API, what it is called, the number of its client."""
    thing = hit.thing
    match hit.kind:
        case "client":
            return thing.number, thing.name, thing.number
        case "ticket":
            return str(thing.number), thing.title, thing.client.number
        case "contract":
            return thing.number, thing.title or thing.kind, thing.client.number
        case "quote":
            return thing.number, thing.title, thing.client.number
        case "account":
            return thing.contract.number, str(thing.contract), thing.client.number
        case "supplier":
            return str(thing.pk), thing.name, None
        case "article":
            return str(thing.number), thing.title, None
        case "document":
            return thing.number, thing.title, None
        case "clause":
            title = thing.clause.title.to(get_language() or "fr")
            return f"{thing.edition.name}#{thing.clause.number}", title, None
    return str(thing.pk), str(thing), thing.client.number
