"""Promises as the pages draw them: from the desk's view of one, or from an outcome that is not kept yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clausier.desk.models import PromiseKind
from clausier.desk.queries import PromiseView
from clausier.foundation import wording
from clausier.foundation.clock import PARIS
from clausier.pages.addresses import Addresses
from clausier.pages.parts.clock import Clock, OpenPeriod
from clausier.pages.why.reading import AS_IT_STANDS
from clausier.terms.outcome import Outcome

MOST_LABELS = 3
"""From that many open periods on, only the first and the last are named under the bar."""

_HOW = {
    "onsite": gettext_lazy("sur site le"),
    "solved": gettext_lazy("résolu le"),
    "answered": gettext_lazy("répondu le"),
}
"""How a kept promise was kept, in the words that stand above its hour."""

Stretch = tuple[datetime, datetime]


def clock_of(view: PromiseView, addresses: Addresses, now: datetime) -> Clock:
    """The clock of a promise or of a target as it stands."""
    labels = _labels([(segment.starts_at, segment.ends_at) for segment in view.segments])
    return replace(
        brief_clock_of(view, now),
        periods=[
            OpenPeriod(segment.seconds, segment.used_seconds, label)
            for segment, label in zip(view.segments, labels, strict=True)
        ],
        subject=_subject(view.kind, view.promised_seconds),
        why_url=f"{addresses.why_url(view.ruling_id)}?{AS_IT_STANDS}=1" if view.ruling_id else "",
    )


def brief_clock_of(view: PromiseView, now: datetime) -> Clock:
    """The same for a row of a list, without what only larger clocks show: subject, names of hours, why."""
    due = view.due_at and view.due_at.astimezone(PARIS)
    return Clock(
        state=view.state,
        due_at=due,
        promised=view.promised_seconds,
        left=view.left_seconds,
        periods=[OpenPeriod(segment.seconds, segment.used_seconds) for segment in view.segments],
        margin=view.left_seconds,
        met_at=view.ended_at and view.ended_at.astimezone(PARIS),
        met_how=str(_HOW.get(view.how, "")),
        resumes_at=view.resumes_at and view.resumes_at.astimezone(PARIS),
        same_day=due is not None and due.date() == now.astimezone(PARIS).date(),
    )


def clock_of_outcome(outcome: Outcome, kind: str, now: datetime, why_url: str = "") -> Clock:
    """The clock that would start now, from the outcome of its rule; nothing of it is used yet."""
    value: Any = outcome.value["due_at"] if isinstance(outcome.value, Mapping) else outcome.value
    due = value.astimezone(PARIS)
    ahead = list(_ahead(outcome))
    seconds = [int((end - start).total_seconds()) for start, end in ahead]
    return Clock(
        state="on-time",
        due_at=due,
        promised=sum(seconds),
        left=sum(seconds),
        periods=[OpenPeriod(length, 0, label) for length, label in zip(seconds, _labels(ahead), strict=True)],
        subject=_subject(kind, sum(seconds)),
        why_url=why_url,
        same_day=due.date() == now.astimezone(PARIS).date(),
    )


def _ahead(outcome: Outcome) -> Iterator[Stretch]:
    """The open time that the outcome counts, day by day; nothing where it is too long to be drawn."""
    for part in outcome.parts:
        if part.kind == "day":
            for span in (*part.facts["counted"], *part.facts.get("left", ())):
                start, end = (datetime.fromisoformat(instant) for instant in span)
                yield start, end


def _labels(stretches: Sequence[Stretch]) -> list[str]:
    """What stands under each open period: « lun. 9:00 à 12:30 », under a short first one « ven. » alone."""
    last = len(stretches) - 1
    lengths = [end - start for start, end in stretches]
    short = last > 0 and lengths[0] < sum(lengths, timedelta()) / 3
    return [
        _label(*stretch, bare=index == 0 and short) if index in (0, last) or last < MOST_LABELS else ""
        for index, stretch in enumerate(stretches)
    ]


def _label(start: datetime, end: datetime, *, bare: bool) -> str:
    language = get_language() or "fr"
    here, there = start.astimezone(PARIS), end.astimezone(PARIS)
    day = wording.day(here.date(), language).split(wording.NBSP)[0]
    if bare:
        return day
    hours = {"day": day, "start": wording.hour(here), "end": wording.hour(there)}
    return (_("%(day)s %(start)s à %(end)s") % hours).replace(" ", wording.NBSP)


def _subject(kind: str, seconds: int) -> str:
    hours = wording.span(seconds) if seconds % 3600 else f"{seconds // 3600}{wording.NBSP}h"
    if kind == PromiseKind.TARGET:
        return _("première réponse, %(hours)s ouvrées") % {"hours": hours}
    return _("sur site, %(hours)s ouvrées") % {"hours": hours}
