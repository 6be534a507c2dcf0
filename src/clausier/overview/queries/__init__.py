"""Reading across the floors for one screen: what is burning, what is mine, what did we promise."""

from clausier.overview.queries.alerts import (
    AccountAlert,
    Alert,
    Alerts,
    NoCorrespondent,
    NotAccepted,
    NoticeAlert,
    alerts,
)
from clausier.overview.queries.hours import Calendars, DeskDay, Opening, calendars, desk_days, opening
from clausier.overview.queries.search import (
    KIND_NAMES,
    FoundClause,
    Group,
    Hit,
    kinds_of,
    recent,
    searched,
)
from clausier.overview.queries.standing import Day, Standing, day_of
from clausier.overview.queries.waiting import Waiting, waiting_for

__all__ = [
    "KIND_NAMES",
    "AccountAlert",
    "Alert",
    "Alerts",
    "Calendars",
    "Day",
    "DeskDay",
    "FoundClause",
    "Group",
    "Hit",
    "NoCorrespondent",
    "NotAccepted",
    "NoticeAlert",
    "Opening",
    "Standing",
    "Waiting",
    "alerts",
    "calendars",
    "day_of",
    "desk_days",
    "kinds_of",
    "opening",
    "recent",
    "searched",
    "waiting_for",
]
