"""Whom the token acts as, and what it may do."""

from __future__ import annotations

from django.utils.translation import gettext_noop
from ninja import Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads
from clausier.api.shapes import At, Shape

routes = Router()


class Me(Shape):
    """A token, seen by itself."""

    provider: str = Field(description=gettext_noop("Le mot du prestataire dans les adresses."))
    provider_name: str
    book: str = Field(examples=["imri/2013"])
    person: str
    role: str
    client: str | None = Field(description=gettext_noop("Le numéro du client pour qui le jeton agit."))
    label: str
    scopes: list[str] = Field(description=gettext_noop("Ce que le jeton peut, parmi ce que peut le rôle."))
    expires_at: At


@reads(routes, "/me", "rulings.read", answers=Me, summary=gettext_noop("Ce qu’est ce jeton"))
def me(request: ApiRequest) -> Me:
    actor, token = request.actor, request.token
    return Me(
        provider=actor.provider.slug,
        provider_name=actor.provider.name,
        book=actor.provider.book.name,
        person=actor.name,
        role=actor.role,
        client=token.client.number if token.client else None,
        label=token.label,
        scopes=[scope for scope in token.scopes if actor.may(scope)],
        expires_at=token.expires_at,
    )
