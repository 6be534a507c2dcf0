"""Reading signature requests and what the provider seals with."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urljoin

from django.db.models import Exists, OuterRef, Q, QuerySet

from clausier.foundation import outside
from clausier.foundation.actors import Actor
from clausier.foundation.models import Document, Provider
from clausier.foundation.permissions import Role
from clausier.signatures import policies
from clausier.signatures.models import (
    SealingCertificate,
    SignatureLink,
    SignatureRequest,
    TrailEntry,
    TrailKind,
)
from clausier.signatures.states import WAITING, RequestState


def visible_to(actor: Actor) -> QuerySet[SignatureRequest]:
    """The requests that `actor` may read, the last first: of a client's people, its correspondents."""
    if not actor.may("signatures.read"):
        return SignatureRequest.objects.none()
    found = (
        SignatureRequest.objects.filter(provider=actor.provider)
        .select_related(
            "client", "document__file", "signer", "asked_by", "signature", "countersignature__document"
        )
        .order_by("-pk")
    )
    if not actor.is_client_side:
        return found
    own = found.filter(client_id=actor.client_id or 0)
    return own if actor.role == Role.IT_CORRESPONDENT else own.none()


def of_document(actor: Actor, document: Document) -> QuerySet[SignatureRequest]:
    """The requests for one paper, the last first."""
    return visible_to(actor).filter(document=document)


def about(actor: Actor, kind: str, pk: int) -> QuerySet[SignatureRequest]:
    """The requests about a thing of a higher floor, the last first."""
    return visible_to(actor).filter(about_kind=kind, about_id=pk)


def waiting(actor: Actor) -> QuerySet[SignatureRequest]:
    """Those that the client has not answered."""
    return visible_to(actor).filter(state__in=WAITING)


def to_countersign(actor: Actor) -> QuerySet[SignatureRequest]:
    """Those that wait for the provider."""
    return visible_to(actor).filter(state=RequestState.SIGNED, countersignature=None)


def signed_about(kind: str) -> QuerySet[SignatureRequest]:
    """The requests that the client signed about the row that an outer question reads, of that kind."""
    return SignatureRequest.objects.filter(
        provider=OuterRef("provider"), about_kind=kind, about_id=OuterRef("pk"), state=RequestState.SIGNED
    )


def pressing(actor: Actor, at: datetime) -> QuerySet[SignatureRequest]:
    """Those that wait for the provider, and those that the client soon cannot sign any more; oldest first."""
    ours = Q(state=RequestState.SIGNED, countersignature=None)
    near = Q(state__in=WAITING, valid_until__gt=at, valid_until__lte=at + policies.REMIND_BEFORE)
    return visible_to(actor).filter(ours | near).order_by("pk")


def last_reminder(request: SignatureRequest) -> datetime | None:
    """When the signer was last reminded by the program."""
    reminded = request.trail.filter(kind=TrailKind.REMINDED).order_by("-pk")
    return reminded.values_list("at", flat=True).first()


def to_remind(at: datetime) -> QuerySet[SignatureRequest]:
    """The requests of every provider whose signer may have to be reminded at `at`."""
    near = Q(valid_until__gt=at, valid_until__lte=at + policies.REMIND_BEFORE)
    reminded = TrailEntry.objects.filter(request=OuterRef("pk"), kind=TrailKind.REMINDED)
    endless = Q(valid_until=None, asked_at__lte=at - policies.REMIND_AFTER) & ~Exists(reminded)
    return SignatureRequest.objects.filter(near | endless, state__in=WAITING).order_by("pk")


def digest_of(token: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_link(token: str, at: datetime) -> SignatureRequest | None:
    """The request that a link opens; None for one that is not ours, or too old."""
    found = SignatureLink.objects.filter(digest=digest_of(token), expires_at__gt=at)
    link = found.select_related("request__provider").first()
    return link.request if link else None


def certificate_of(provider: Provider) -> SealingCertificate | None:
    """What the provider seals with; None before the first seal."""
    return SealingCertificate.objects.filter(provider=provider, retired_at=None).first()


def certificates(actor: Actor) -> QuerySet[SealingCertificate]:
    """All that the provider ever sealed with, the present one first."""
    return SealingCertificate.objects.filter(provider=actor.provider).order_by("-pk")


def site_url_of(provider: Provider) -> str:
    """Where the installation was last reached from for a request; "" when that is nowhere known."""
    known = SignatureRequest.objects.filter(provider=provider).exclude(site_url="")
    return known.order_by("-pk").values_list("site_url", flat=True).first() or ""


def address_of(provider: Provider, path: str, site_url: str = "") -> str:
    """The whole address of a path, for a letter: at `site_url`, where that is known; "" when nothing is."""
    known = "" if site_url else outside.address(path)
    base = site_url or site_url_of(provider)
    return known or (urljoin(base, path) if base else "")
