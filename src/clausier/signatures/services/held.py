"""What the acts on a request share: the row that is held, its trail, what the journal keeps."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
from clausier.signatures import policies, queries
from clausier.signatures.errors import AlreadySettled, SignatureExpired, UnknownRequest
from clausier.signatures.models import SignatureLink, SignatureRequest, TrailEntry
from clausier.signatures.states import REQUEST_MOVES, RequestState

LINK_DAYS: Final = 365
LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Trace:
    """From where something was done: the address, and the program by its own words."""

    address: str = ""
    agent: str = ""


NOWHERE: Final = Trace()


def hold(request: SignatureRequest, by: Actor) -> SignatureRequest:
    """The request as it stands, held until the act ends. Raises UnknownRequest."""
    seen = queries.visible_to(by).filter(pk=request.pk)
    held = seen.select_for_update(of=("self",)).first()
    if held is None:
        raise UnknownRequest(_("Cette demande de signature n’existe pas, ou vous n’y avez pas accès."))
    return held


def hold_as_signer(request: SignatureRequest, by: Actor) -> SignatureRequest:
    """The request, for who was asked to sign and nobody else. Raises UnknownRequest."""
    held = hold(request, by)
    if not policies.is_signer(held, by):
        raise UnknownRequest(
            _("Ce document est à signer par %(name)s.") % {"name": held.signer_name},
            way_out=_("Le lien est parti à son adresse."),
        )
    return held


def must_be_open(request: SignatureRequest, at: datetime) -> None:
    """Raises AlreadySettled, SignatureExpired."""
    if request.state == RequestState.EXPIRED or (
        request.state in (RequestState.ASKED, RequestState.OPENED) and policies.is_late(request, at)
    ):
        raise SignatureExpired(
            _("Ce document ne peut plus être signé : son échéance est passée."),
            way_out=_("Demandez un nouveau document à votre prestataire."),
        )
    if not policies.is_open(request, at):
        raise settled(request)


def settled(request: SignatureRequest) -> AlreadySettled:
    """That the request is answered, and how."""
    says = {
        RequestState.SIGNED: _("Ce document est signé : rien n’y change plus."),
        RequestState.DECLINED: _("La signature a été refusée."),
        RequestState.WITHDRAWN: _("Cette demande de signature a été retirée."),
        RequestState.EXPIRED: _("Ce document ne peut plus être signé."),
    }
    return AlreadySettled(
        says.get(RequestState(request.state), _("Ce document est déjà dans un autre état.")),
        way_out=_("Faites un autre document, et demandez qu’il soit signé."),
    )


def move(request: SignatureRequest, to: str, **changes: Any) -> None:
    """The move to `to`, from the state in which the request was read. Raises AlreadySettled."""
    former = request.state
    allowed = to in REQUEST_MOVES[former]
    here = SignatureRequest.objects.filter(pk=request.pk, state=former)
    if not allowed or not here.update(state=to, **changes):
        raise settled(request)
    request.state = to
    for name, value in changes.items():
        setattr(request, name, value)


def note(
    request: SignatureRequest,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    trace: Trace = NOWHERE,
    name: str = "",
) -> None:
    """One more line of the trail."""
    TrailEntry.objects.create(
        provider=by.provider,
        client_id=request.client_id,
        request=request,
        kind=kind,
        at=at,
        name=(name or by.name)[:120],
        note=note[:500],
        address=trace.address[:45],
        agent=trace.agent[:300],
    )


def write(request: SignatureRequest, *, code: str, by: Actor, at: datetime, **data: Any) -> None:
    """The journal's entry of an act on a request: what it is about stands in each."""
    journal.write(
        by=by,
        at=at,
        code=code,
        about=request,
        client_id=request.client_id,
        data={
            "about": {"kind": request.about_kind, "id": request.about_id, "label": request.about_label},
            "document": request.document.number,
            "sha256": request.sha256,
            "signer": request.signer_name,
            **data,
        },
    )


def new_link(request: SignatureRequest, at: datetime) -> str:
    """The secret of one more link to the request; it is kept nowhere."""
    token = secrets.token_urlsafe(32)
    SignatureLink.objects.create(
        provider_id=request.provider_id,
        client_id=request.client_id,
        request=request,
        digest=queries.digest_of(token),
        made_at=at,
        expires_at=at + timedelta(days=LINK_DAYS),
    )
    return token


def reason_of(text: str, *, required: bool) -> str:
    """Words of a reason. Raises InvalidInput naming `reason`."""
    said = " ".join(text.split())
    if required and not said:
        raise InvalidInput(_("Dites pourquoi, en une phrase."), field="reason")
    if len(said) > LONGEST:
        raise InvalidInput(_("Ce texte fait plus de 500 signes."), field="reason")
    return said
