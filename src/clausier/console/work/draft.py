"""What was typed of a session so far: where, on what, how long, in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from clausier.console.tickets.sheets import Posted, shown
from clausier.console.typed import whole
from clausier.desk import policies
from clausier.desk import queries as desk
from clausier.desk.models import Ticket, WorkMode, WorkSession
from clausier.directory.models import Client
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput

MORE = 5
"""Further lines a session may have beside the first: more is another session."""

LONGEST = 7 * 24 * 60
"""Minutes of one session written by hand: beyond a week it is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: its domain, its minutes (None: what is left of the session), the words the client reads."""

    domain: str
    minutes: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A session about to be written. `values` is what the form shows."""

    values: Mapping[str, Any]
    mode: str
    domain: str
    more: int
    session: WorkSession | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    lines: Sequence[Line] = ()
    beneficiary: Client | None = None

    @property
    def minutes(self) -> int:
        """Whole minutes of the session; 0 while its hours are not known."""
        if self.started_at is None or self.ended_at is None:
            return 0
        return policies.whole_minutes(policies.elapsed_seconds(self.started_at, self.ended_at))

    @property
    def counted(self) -> list[dict[str, Any]]:
        """The entries with their minutes, the first taking what the others leave; empty when it cannot be."""
        others = sum(line.minutes or 0 for line in self.lines if line.minutes)
        left = self.minutes - others
        found = [
            {"domain": line.domain, "minutes": left if line.minutes is None else line.minutes}
            for line in self.lines
        ]
        return found if found and all(int(str(entry["minutes"])) >= 1 for entry in found) else []

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What the services take."""
        return [{"domain": line.domain, "minutes": line.minutes, "text": line.text} for line in self.lines]


def start(ticket: Ticket, session: WorkSession | None, now: datetime) -> dict[str, str]:
    """What the form shows first: the mode of the stopwatch, or the step that the ticket has reached."""
    mode = session.mode if session else (WorkMode.ONSITE if ticket.step == "onsite" else WorkMode.REMOTE)
    domain = policies.default_domain(mode, ticket.equipment_class)
    return {
        "cell": f"{mode}:{domain}" if domain else mode,
        "on": now.astimezone(PARIS).date().isoformat(),
        "beneficiary": str(ticket.beneficiary_id or ""),
    }


def read(
    data: QueryDict, ticket: Ticket, session: WorkSession | None, beneficiaries: Any, now: datetime
) -> Draft:
    """The draft that the form sent, as far as it can be read. Raises InvalidInput naming the field."""
    posted = Posted(data)
    values = start(ticket, session, now) | shown(data)
    mode, _sep, domain = values["cell"].partition(":")
    if session is not None:
        mode = session.mode
    if mode not in WorkMode.values:
        raise InvalidInput(_("Choisissez où le travail a été fait."), field="cell")
    more = min(MORE, posted.number("more") or 0)
    started_at, ended_at = _hours(posted, session, now)
    first = Line(domain, None, posted.text("text"))
    return Draft(
        values=values,
        mode=mode,
        domain=domain,
        more=more,
        session=session,
        started_at=started_at,
        ended_at=ended_at,
        lines=[first, *_further(posted, more)],
        beneficiary=_beneficiary(posted, beneficiaries),
    )


def loose(
    data: QueryDict, ticket: Ticket, session: WorkSession | None, beneficiaries: Any, now: datetime
) -> Draft:
    """As `read`, without what cannot be read: for showing the form again."""
    try:
        return read(data, ticket, session, beneficiaries, now)
    except InvalidInput:
        values = start(ticket, session, now) | shown(data)
        mode, _sep, domain = values["cell"].partition(":")
        more = min(MORE, whole(values.get("more")) or 0)
        return Draft(values=values, mode=mode, domain=domain, more=more, session=session)


def _hours(
    posted: Posted, session: WorkSession | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """From when to when: by the stopwatch, by two hours, or by minutes (up to now, or from an hour)."""
    if session is not None:
        return _later(now, seconds=-desk.session_seconds(session, now)), now
    minutes = posted.number("minutes")
    if minutes is not None and minutes < 1:
        raise InvalidInput(_("Une séance dure au moins une minute."), field="minutes")
    if minutes is not None and minutes > LONGEST:
        raise InvalidInput(_("Une séance dure au plus sept jours."), field="minutes")
    if posted.text("starts_at") and posted.text("ends_at"):
        return posted.span("on", "starts_at", "ends_at")
    if minutes is None:
        return None, None
    if posted.text("starts_at"):
        starts_at = posted.on_day("on", "starts_at")
        return starts_at, _later(starts_at, minutes=minutes)
    ends_at = (
        posted.on_day("on", "ends_at") if posted.text("ends_at") else now.replace(second=0, microsecond=0)
    )
    return _later(ends_at, minutes=-minutes), ends_at


def _later(at: datetime, **elapsed: float) -> datetime:
    """`at` and so much time: elapsed time, for Python adds wall time where the clocks change."""
    return (at.astimezone(UTC) + timedelta(**elapsed)).astimezone(PARIS)


def _further(posted: Posted, more: int) -> list[Line]:
    """The lines beside the first; one left wholly empty is passed over."""
    found = []
    for index in range(1, more + 1):
        minutes, text = posted.number(f"minutes-{index}"), posted.text(f"text-{index}")
        if minutes is None and not text:
            continue
        if minutes is None or minutes < 1:
            raise InvalidInput(_("Indiquez les minutes de cette ligne."), field=f"minutes-{index}")
        found.append(Line(posted.text(f"domain-{index}"), minutes, text))
    return found


def _beneficiary(posted: Posted, beneficiaries: Any) -> Client | None:
    chosen = posted.number("beneficiary")
    return beneficiaries.filter(pk=chosen).first() if chosen else None


def must_be_complete(draft: Draft) -> tuple[datetime, datetime]:
    """The session's hours. Raises InvalidInput naming the field that still lacks something."""
    if draft.started_at is None or draft.ended_at is None:
        raise InvalidInput(
            _("Indiquez l’heure de début et l’heure de fin, ou les minutes."), field="starts_at"
        )
    for index, line in enumerate(draft.lines):
        if not line.text:
            field = f"text-{index}" if index else "text"
            raise InvalidInput(_("Dites ce qui a été fait : le client le lit."), field=field)
    if not draft.counted:
        raise InvalidInput(_("Les lignes comptent plus de minutes que la séance."), field="minutes-1")
    return draft.started_at, draft.ended_at
