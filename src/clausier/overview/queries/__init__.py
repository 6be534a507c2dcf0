"""Reading across the floors for one screen: what is burning, what is mine, what did we promise."""

from clausier.overview.queries.alerts import (
    AccountAlert,
    Alert,
    Alerts,
    BadMark,
    NoCorrespondent,
    NotAccepted,
    NoticeAlert,
    alerts,
)
from clausier.overview.queries.hours import Calendars, DeskDay, Opening, calendars, desk_days, opening
from clausier.overview.queries.report import (
    Asked,
    PromiseLine,
    Report,
    Taken,
    Tally,
    Times,
    called,
    measured,
    report,
)
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
from clausier.overview.queries.wall import Wall, wall_of

__all__ = [
    "KIND_NAMES",
    "AccountAlert",
    "Alert",
    "Alerts",
    "Asked",
    "BadMark",
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
    "PromiseLine",
    "Report",
    "Standing",
    "Taken",
    "Tally",
    "Times",
    "Waiting",
    "Wall",
    "alerts",
    "calendars",
    "called",
    "day_of",
    "desk_days",
    "kinds_of",
    "measured",
    "opening",
    "recent",
    "report",
    "searched",
    "waiting_for",
    "wall_of",
]
