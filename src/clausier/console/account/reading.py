"""A browser's description of itself, made short enough to recognise one's own machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

# The first that matches wins: Edge and Opera call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """A session as its owner sees it."""

    pk: int
    name: str
    icon: str
    ip: str
    since: datetime
    seen: datetime
    current: bool


def device_of(session: UserSession) -> Device:
    """Where a session is open."""
    agent = session.user_agent
    system = _first(SYSTEMS, agent)
    names = [name for name in (_first(BROWSERS, agent), system) if name]
    return Device(
        pk=session.pk,
        name=", ".join(names) or _("Navigateur inconnu"),
        icon="smartphone" if system in {"iPhone", "iPad", "Android"} else "monitor",
        ip=session.ip,
        since=session.created_at,
        seen=session.last_seen_at,
        current=session.is_current(),
    )


def _first(table: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in table if mark in agent), "")
