"""What the pages of the telephone show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clausier.console.doors import StaffRequest
from clausier.desk import queries
from clausier.desk.models import CallState, PhoneCall
from clausier.desk.services.phone import waits

MARKS = {
    CallState.RINGING: "on-time",
    CallState.ANSWERED: "met",
    CallState.MISSED: "at-risk",
    CallState.VOICEMAIL: "at-risk",
}


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as a line; `due_at` is by when to call back, None where the terms do not say."""

    call: PhoneCall
    who: str
    second: str
    state: str
    label: str
    waits: bool
    due_at: datetime | None
    why_url: str
    form_url: str
    audio_url: str


def row_of(call: PhoneCall, slug: str, now: datetime) -> CallRow:
    """One call, with the form that takes it up."""
    due = getattr(call, "callback", None)
    waiting = waits(call)
    late = due is not None and waiting and due.due_at < now
    contact, client = call.contact, call.client
    return CallRow(
        call=call,
        who=contact.full_name if contact else client.name if client else _("Appelant inconnu"),
        second=client.name if contact and client else "",
        state="late" if late else "met" if call.settled_at else MARKS[CallState(call.state)],
        label=label_of(call, now),
        waits=waiting,
        due_at=due.due_at if due else None,
        why_url=reverse("why", args=[slug, due.ruling_id]) if due else "",
        form_url=f"{reverse('call', args=[slug])}?appel={call.pk}",
        audio_url=reverse("phone-audio", args=[slug, call.pk]) if call.audio_id else "",
    )


def label_of(call: PhoneCall, now: datetime) -> str:
    """« manqué », « émis », « message vocal », « manqué, rappelé »."""
    label = str(CallState(call.state).label)
    if call.state == CallState.RINGING and (call.ticket_id or call.settled_at):
        return _("pris")
    if call.state == CallState.RINGING and call.changed_at <= now - queries.LIVE_FOR:
        return _("a sonné")
    if call.is_outgoing:
        return _("émis") if call.state == CallState.ANSWERED else _("émis, sans réponse")
    if call.settled_at and call.state in {CallState.MISSED, CallState.VOICEMAIL}:
        return _("%(state)s, rappelé") % {"state": label}
    return label


def rows_to_return(request: StaffRequest, now: datetime, most: int) -> list[CallRow]:
    """Whom to call back, what is due first."""
    slug = request.provider.slug
    return [row_of(one, slug, now) for one in queries.calls_to_return(request.actor)[:most]]


def tabs(request: StaffRequest, current: str) -> dict[str, Any]:
    """The parts of the telephone, and how many people wait for a callback."""
    slug = request.provider.slug
    allowed = [
        ("phone", _("À rappeler"), "phone.read"),
        ("phone-log", _("Journal des appels"), "phone.read"),
        ("phone-link", _("Réglages"), "integrations.write"),
    ]
    count = queries.calls_to_return(request.actor).count()
    return {
        "section": "phone",
        "tabs": [
            {
                "label": label,
                "url": reverse(name, args=[slug]),
                "on": name == current,
                "count": count if name == "phone" else 0,
            }
            for name, label, permission in allowed
            if request.actor.may(permission)
        ],
    }
