"""Reading agreements, tools, and who was on a client's machines."""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.db.models import QuerySet

from clausier.access import policies
from clausier.access.models import Agreement, AgreementKind, RemoteSession, RemoteTool
from clausier.access.states import AgreementState
from clausier.directory.models import Client
from clausier.foundation.actors import Actor
from clausier.foundation.permissions import Role

SALT = "clausier.access.agreement"


def agreements_visible_to(actor: Actor) -> QuerySet[Agreement]:
    """The agreements that `actor` may read, the last first.

    A client's people see their client's; those of tickets are cut again by whoever knows which tickets one
    sees. A plain user sees none that stands for the whole client.
    """
    if not actor.may("access.read"):
        return Agreement.objects.none()
    found = (
        Agreement.objects.filter(provider=actor.provider)
        .select_related("client", "answered_by", "asked_of", "asked_by", "document", "ruling")
        .order_by("-pk")
    )
    if not actor.is_client_side:
        return found
    own = found.filter(client_id=actor.client_id or 0)
    return own.exclude(ticket_id=None) if actor.role == Role.USER else own


def standing(actor: Actor, client: Client) -> QuerySet[Agreement]:
    """What the client agreed to once for all, withdrawn ones included."""
    return agreements_visible_to(actor).filter(client=client, ticket_id=None)


def of_ticket(ticket_id: int) -> QuerySet[Agreement]:
    """All that was asked on a ticket, the last first; who may read the ticket may read these."""
    return (
        Agreement.objects.filter(ticket_id=ticket_id)
        .select_related("client", "answered_by", "asked_of", "asked_by", "document", "ruling")
        .order_by("-pk")
    )


def consent_for(
    client: Client, ticket_id: int, at: datetime, *, since: datetime | None = None
) -> Agreement | None:
    """The consent to a remote session that holds at `at`: the ticket's, else the standing one.

    A ticket's consent given before `since` has lapsed: the ticket was reopened after it. A refusal on the
    ticket later than a yes outweighs it, a standing one included.
    """
    own = Agreement.objects.filter(ticket_id=ticket_id, kind=AgreementKind.REMOTE)
    if since is not None:
        own = own.exclude(answered_at__lt=since)
    answered = policies.latest(own.exclude(state=AgreementState.ASKED))
    if answered is not None and answered.state == AgreementState.REFUSED:
        return None
    if answered is not None and policies.stands(answered, at):
        return answered
    general = Agreement.objects.filter(
        client=client, ticket_id=None, kind=AgreementKind.REMOTE, state=AgreementState.GIVEN
    )
    return policies.latest(one for one in general if policies.stands(one, at))


def tools(actor: Actor) -> QuerySet[RemoteTool]:
    """The provider's tools, those in use first."""
    return RemoteTool.objects.filter(provider=actor.provider).order_by("-is_active", "name")


def sessions_of_ticket(ticket_id: int) -> QuerySet[RemoteSession]:
    """Who was on which machine for a ticket, the last first."""
    found = RemoteSession.objects.filter(ticket_id=ticket_id)
    return found.select_related("tool", "technician", "consent", "client").order_by("-started_at", "-pk")


def sessions_visible_to(actor: Actor) -> QuerySet[RemoteSession]:
    """Who was on which machine, the last first; a plain user finds it on the tickets only."""
    if not actor.may("access.read") or actor.role == Role.USER:
        return RemoteSession.objects.none()
    found = RemoteSession.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0)
    return found.select_related("tool", "technician", "consent", "client").order_by("-started_at", "-pk")


def link_token(agreement: Agreement) -> str:
    """What the link of the mail bears: only we can make it, and it opens this one question."""
    return signing.dumps(agreement.pk, salt=SALT)


def by_link(token: str) -> Agreement | None:
    """The question that a link opens; None for a link that is not ours."""
    try:
        pk = int(signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return Agreement.objects.filter(pk=pk).select_related("provider", "client", "asked_of", "ruling").first()
