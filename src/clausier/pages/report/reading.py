"""A report ready to be shown: each figure with the address of the list it was counted from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.desk.states import ContestationState
from clausier.foundation import wording
from clausier.foundation.models import InstalledBook
from clausier.overview.queries import Asked, PromiseLine, Report, Taken, Tally, Times
from clausier.pages.parts.columns import Columns, Series, Slice, columns_of
from clausier.pages.report import MEASURES
from clausier.pages.templatetags.words import language
from clausier.prepaid.queries import Used

HOUR: Final = 3600
QUARTER: Final = 900
LEVELS: Final = 5
DESK_OPENS, DESK_CLOSES = 8, 18
"""Hours always shown in the table of load; earlier and later ones where somebody called."""
MONDAY: Final = date(2026, 11, 16)


@dataclass(frozen=True, slots=True)
class Opens:
    """Where a face shows what stands behind a figure; "" where it does not.

    `tickets` takes the filters of the list, named as its address does.
    """

    tickets: Callable[[dict[str, str]], str] = lambda filters: ""
    clause: Callable[[InstalledBook, str], str] = lambda book, clause: ""
    account: Callable[[Used], str] = lambda used: ""
    contestations: Callable[[dict[str, str]], str] = lambda filters: ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A count, and the list of what it counts."""

    n: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class TallyRow:
    """A row of promises: a clause, a slice of the period, or all."""

    says: str
    chip: str
    chip_url: str
    cells: list[tuple[str, Figure]]
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class TimesRow:
    """A slice of one measure."""

    says: str
    taken: Taken
    url: str


@dataclass(frozen=True, slots=True)
class TimesShown:
    """One measure: what it means, its figures, the slowest tickets, its plot."""

    name: str
    note: str
    taken: Taken
    url: str
    slowest_url: str
    plot: Columns
    rows: list[TimesRow]


@dataclass(frozen=True, slots=True)
class LoadCell:
    figure: Figure
    level: int
    says: str


@dataclass(frozen=True, slots=True)
class LoadRow:
    hour: str
    cells: list[LoadCell]
    total: int


@dataclass(frozen=True, slots=True)
class PointsRow:
    used: Used
    share: float  # percent of the most that one account gave
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A whole report."""

    report: Report
    called: Figure
    closed: Figure
    promises: list[TallyRow]
    total: TallyRow
    kept_plot: Columns
    kept_rows: list[TallyRow]
    times: list[TimesShown]
    weekdays: list[tuple[str, int]]
    load: list[LoadRow]
    points: list[PointsRow]
    contestations: list[tuple[str, Figure]]


def shown(report: Report, opens: Opens) -> Shown:
    """The report in the words of the language spoken."""
    asked = report.asked
    return Shown(
        report=report,
        called=Figure(report.called, opens.tickets(_days(asked) | {"etat": "all"})),
        closed=Figure(report.closed, opens.tickets(_days(asked) | {"etat": "closed"})),
        promises=[_clause_row(line, asked, opens) for line in report.promises],
        total=_tally_row(_("Toutes"), report.kept, _days(asked), opens),
        kept_plot=_kept_plot(report, opens),
        kept_rows=[
            _tally_row(slice_name(asked, on), tally, _days(asked, on), opens)
            for on, tally in report.kept_by_slice.items()
        ],
        times=[_times(one, asked, opens) for one in report.times],
        weekdays=[
            (wording.weekday_name(_weekday(day), language()), _called_on(report, day)) for day in range(1, 8)
        ],
        load=_load(report, opens),
        points=_points(report.points, opens),
        contestations=[
            (
                str(ContestationState(state).label),
                Figure(count, opens.contestations(_days(asked) | {"etat": state})),
            )
            for state, count in sorted(report.contestations.items())
        ],
    )


def slice_name(asked: Asked, slice_: date) -> str:
    """« nov. 2026 », « 16 nov. »: a slice in a few signs; a week by the first of its days."""
    if asked.step == "month":
        return wording.month(slice_, language(), year=True)
    return wording.day(asked.days_of(slice_)[0], language(), weekday=False)


def _label(asked: Asked, slice_: date) -> str:
    """The same under a column: a month without its year, but for the first and each January."""
    if asked.step == "month":
        return wording.month(slice_, language(), year=slice_.month == 1 or slice_ == asked.slices()[0])
    return slice_name(asked, slice_)


def period(asked: Asked) -> str:
    """« du 1er septembre au 20 novembre 2026 »."""
    first, last = (wording.day(on, language(), year=True, weekday=False) for on in (asked.first, asked.last))
    return _("du %(first)s au %(last)s") % {"first": first, "last": last}


def _days(asked: Asked, slice_: date | None = None) -> dict[str, str]:
    """The filters of the list for the tickets of a report, or of a slice of it."""
    first, last = asked.days_of(slice_) if slice_ else (asked.first, asked.last)
    found = {"du": first.isoformat(), "au": last.isoformat()}
    if asked.agency is not None:
        found["agence"] = str(asked.agency.pk)
    if asked.client is not None:
        found["client"] = asked.client.number
    if asked.tag is not None:
        found["etiquette"] = str(asked.tag.pk)
    return found


# Promises


def tally_words() -> dict[str, str]:
    """The columns of a table of promises, in order."""
    return {
        "met": _("Tenues"),
        "met_late": _("Tenues en retard"),
        "late": _("En retard, en cours"),
        "running": _("En cours"),
        "suspended": _("Suspendues"),
        "lifted": _("Sans objet"),
    }


ENDED_AS: Final = {"met": "met", "met_late": "met-late", "lifted": "lifted"}
STANDS_AS: Final = {"late": "late", "running": "running", "suspended": "suspended"}


def _clause_row(line: PromiseLine, asked: Asked, opens: Opens) -> TallyRow:
    filters = _days(asked) | {"clause": f"{line.book.pk}:{line.commitment}"}
    chip = f"{line.book.name.partition('/')[0].upper()} {line.clause}"
    words = line.label.to(language())
    return _tally_row(words, line.tally, filters, opens, chip, opens.clause(line.book, line.clause))


def _tally_row(
    says: str, tally: Tally, filters: dict[str, str], opens: Opens, chip: str = "", chip_url: str = ""
) -> TallyRow:
    cells = []
    for name, label in tally_words().items():
        ended = ENDED_AS.get(name)
        asked = {"etat": "all", "promesse": ended} if ended else {"promesse": STANDS_AS[name]}
        cells.append((label, _figure(getattr(tally, name), filters | asked, opens)))
    return TallyRow(says, chip, chip_url, cells, tally.rate)


def _figure(n: int, filters: dict[str, str], opens: Opens) -> Figure:
    """A count of nothing opens nothing."""
    return Figure(n, opens.tickets(filters) if n else "")


def _kept_plot(report: Report, opens: Opens) -> Columns:
    asked = report.asked
    slices = [
        Slice(
            _label(asked, on),
            (tally.met, tally.missed, tally.running + tally.suspended),
            opens.tickets(_days(asked, on) | {"etat": "all", "promesse": "any"}) if tally.made else "",
        )
        for on, tally in report.kept_by_slice.items()
    ]
    series = (
        Series(_("tenues"), "met"),
        Series(_("manquées"), "missed"),
        Series(_("en cours ou suspendues"), "running"),
    )
    return columns_of(slices, series, lambda n: wording.number(n, language()))


# Times


def _times(times: Times, asked: Asked, opens: Opens) -> TimesShown:
    def opened(slice_: date | None = None, **further: str) -> str:
        return opens.tickets(_days(asked, slice_) | {"etat": "all", "mesure": times.measure} | further)

    slices = {on: times.slices.get(on, Taken()) for on in asked.slices()}
    longest = max((taken.ninetieth or 0 for taken in slices.values()), default=0)
    plot = columns_of(
        [
            Slice(
                _label(asked, on),
                (taken.median or 0, (taken.ninetieth or 0) - (taken.median or 0)),
                opened(on) if taken.count else "",
            )
            for on, taken in slices.items()
        ],
        (Series(_("la moitié des tickets"), "median"), Series(_("neuf sur dix"), "beyond")),
        wording.duration,
        unit=HOUR if longest > 2 * HOUR else QUARTER,
    )
    slowest = str(times.taken.ninetieth) if times.taken.ninetieth is not None else ""
    return TimesShown(
        name=str(MEASURES[times.measure]),
        note=_notes()[times.measure],
        taken=times.taken,
        url=opened() if times.taken.count else "",
        slowest_url=opened(duree=slowest) if slowest else "",
        plot=plot,
        rows=[
            TimesRow(slice_name(asked, on), taken, opened(on) if taken.count else "")
            for on, taken in slices.items()
        ],
    )


def _notes() -> dict[str, str]:
    return {
        "answer": _("De l’appel à la première réponse, sur les horaires de l’assistance : objectif interne."),
        "onsite": _("De l’appel au début du travail sur place ou à la résolution, sur les horaires promis."),
        "closing": _("Du dernier appel à la clôture, sur les horaires d’assistance du contrat."),
    }


# Load


def _called_on(report: Report, weekday: int) -> int:
    return sum(n for (day, _hour), n in report.load.items() if day == weekday)


def _load(report: Report, opens: Opens) -> list[LoadRow]:
    if not report.load:
        return []
    hours = [hour for _day, hour in report.load]
    most = max(report.load.values())
    shown = range(min(DESK_OPENS, *hours), max(DESK_CLOSES, *(hour + 1 for hour in hours)))
    return [
        LoadRow(
            hour=f"{hour}:00",
            cells=[_load_cell(report, day, hour, most, opens) for day in range(1, 8)],
            total=sum(report.load.get((day, hour), 0) for day in range(1, 8)),
        )
        for hour in shown
    ]


def _load_cell(report: Report, weekday: int, hour: int, most: int, opens: Opens) -> LoadCell:
    n = report.load.get((weekday, hour), 0)
    filters = _days(report.asked) | {"etat": "all", "jour": str(weekday), "heure": str(hour)}
    level = -(-n * LEVELS // most)
    return LoadCell(_figure(n, filters, opens), level, wording.weekday_name(_weekday(weekday), language()))


def _weekday(weekday: int) -> date:
    return MONDAY.replace(day=15 + weekday)


# Points


def _points(points: Sequence[Used], opens: Opens) -> list[PointsRow]:
    most = max((used.points for used in points), default=Decimal(0))
    share: Any = 100 / most if most > 0 else Decimal(0)
    return [
        PointsRow(used, round(float(max(used.points, Decimal(0)) * share), 2), opens.account(used))
        for used in points
    ]
