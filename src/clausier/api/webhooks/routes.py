"""Webhooks: addresses that are told of acts, subscribed and removed by a machine."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, Given, Id, Shape, Word
from clausier.foundation import clock
from clausier.integrations import queries, services
from clausier.integrations.models import Webhook

routes = Router()


class WebhookOut(Shape):
    """A subscription."""

    id: int
    label: str
    url: str
    codes: list[str]
    is_active: bool
    created_at: At

    @classmethod
    def of(cls, webhook: Webhook) -> WebhookOut:
        return cls.model_validate(webhook)


class NewWebhook(WebhookOut):
    """A subscription just made, with the secret that signs; it is shown this once."""

    secret: str = Field(examples=["whsec_…"])


class WebhookGiven(Given):
    """Whom to tell, of what."""

    label: Word
    url: str = Field(max_length=500, examples=["https://supervision.example.org/clausier"])
    codes: Annotated[list[Word], Field(min_length=1, max_length=100)] = Field(
        examples=[["desk.*", "prepaid.credited"]],
        description=gettext_noop("Des événements, « desk.* » pour tout un domaine, ou « * » pour tout."),
    )


@reads(
    routes,
    "/webhooks",
    "integrations.write",
    answers=Page[WebhookOut],
    summary=gettext_noop("Lister les webhooks"),
)
def list_webhooks(request: ApiRequest, asked: Query[Asked]) -> Page[WebhookOut]:
    found = queries.webhooks(request.actor)
    return page(found, asked, lambda rows: [WebhookOut.of(row) for row in rows], newest_first=False)


@writes(
    routes,
    "POST",
    "/webhooks",
    "integrations.write",
    answers=NewWebhook,
    status=201,
    summary=gettext_noop("S’abonner à des événements"),
)
def create_webhook(request: ApiRequest, body: WebhookGiven) -> NewWebhook:
    webhook = services.create_webhook(by=request.actor, at=clock.now(), **body.model_dump())
    return NewWebhook(**WebhookOut.of(webhook).model_dump(), secret=services.secret_of(webhook))


@writes(
    routes,
    "DELETE",
    "/webhooks/{id}",
    "integrations.write",
    answers=WebhookOut,
    summary=gettext_noop("Se désabonner"),
)
def remove_webhook(request: ApiRequest, id: Path[Id]) -> WebhookOut:
    webhook = services.remove_webhook(
        by=request.actor, at=clock.now(), webhook=queries.webhooks(request.actor).get(pk=id)
    )
    return WebhookOut.of(webhook)
