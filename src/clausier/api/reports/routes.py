"""The figures of a report: promises by clause, times, load, points."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads
from clausier.api.shapes import ClientRef, Day, Given, Id, Key, Shape
from clausier.desk import queries as desk
from clausier.desk.models import Tag
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
from clausier.overview import queries as overview
from clausier.overview.queries import Asked, PromiseLine, Report, Taken, Tally, Times
from clausier.prepaid.queries import Used

routes = Router()


class TallyOut(Shape):
    """Promises by how they stand."""

    met: int
    met_late: int
    late: int = Field(description=gettext_noop("Celles qui courent encore, passé leur échéance."))
    running: int
    suspended: int
    lifted: int = Field(description=gettext_noop("Celles qu’une requalification a rendues sans objet."))
    kept_percent: Decimal | None = Field(
        description=gettext_noop("La part tenue de celles qui sont échues ou tenues.")
    )

    @classmethod
    def of(cls, tally: Tally) -> TallyOut:
        return cls(
            met=tally.met,
            met_late=tally.met_late,
            late=tally.late,
            running=tally.running,
            suspended=tally.suspended,
            lifted=tally.lifted,
            kept_percent=tally.rate,
        )


class ReportClauseOut(Shape):
    """The promises of one clause."""

    book: str
    clause: str
    commitment: str
    label_fr: str
    label_en: str
    promises: TallyOut

    @classmethod
    def of(cls, line: PromiseLine) -> ReportClauseOut:
        return cls(
            book=line.book.name,
            clause=line.clause,
            commitment=line.commitment,
            label_fr=line.label.fr,
            label_en=line.label.en,
            promises=TallyOut.of(line.tally),
        )


class TakenOut(Shape):
    """Open seconds: half of the tickets took the median at most, nine in ten the other."""

    tickets: int
    median_seconds: int | None
    ninetieth_seconds: int | None

    @classmethod
    def of(cls, taken: Taken) -> TakenOut:
        return cls(tickets=taken.count, median_seconds=taken.median, ninetieth_seconds=taken.ninetieth)


class SliceOut(Shape):
    """A day, a week or a month of the period, by its first day."""

    from_on: date
    taken: TakenOut


class TimesOut(Shape):
    """One measure over the period and in each of its slices."""

    measure: str = Field(examples=["closing"])
    taken: TakenOut
    slices: list[SliceOut]

    @classmethod
    def of(cls, times: Times) -> TimesOut:
        slices = [
            SliceOut(from_on=on, taken=TakenOut.of(taken)) for on, taken in sorted(times.slices.items())
        ]
        return cls(measure=times.measure, taken=TakenOut.of(times.taken), slices=slices)


class KeptOut(Shape):
    """The promises of the calls of one slice."""

    from_on: date
    promises: TallyOut


class LoadOut(Shape):
    """Calls of one hour of one weekday, Monday being 1."""

    weekday: int
    hour: int
    calls: int


class UsedOut(Shape):
    """What one account gave for the work of the period."""

    client: ClientRef
    contract: str
    points: Decimal
    deductions: int

    @classmethod
    def of(cls, used: Used) -> UsedOut:
        client = used.account.client
        return cls(
            client=ClientRef(number=client.number, name=client.name),
            contract=used.account.contract.number,
            points=used.points,
            deductions=used.deductions,
        )


class ReportOut(Shape):
    """A report about the tickets called in the period."""

    from_on: date
    to_on: date
    step: str = Field(description=gettext_noop("Ce que dure une tranche."), examples=["month"])
    calls: int
    closed: int
    promises: TallyOut
    clauses: list[ReportClauseOut]
    slices: list[KeptOut]
    times: list[TimesOut]
    load: list[LoadOut]
    points: list[UsedOut]
    contestations: dict[str, int] = Field(
        description=gettext_noop("Faites pendant la période, selon ce qu’elles sont devenues.")
    )

    @classmethod
    def of(cls, report: Report) -> ReportOut:
        return cls(
            from_on=report.asked.first,
            to_on=report.asked.last,
            step=report.asked.step,
            calls=report.called,
            closed=report.closed,
            promises=TallyOut.of(report.kept),
            clauses=[ReportClauseOut.of(line) for line in report.promises],
            slices=[
                KeptOut(from_on=on, promises=TallyOut.of(tally)) for on, tally in report.kept_by_slice.items()
            ],
            times=[TimesOut.of(times) for times in report.times],
            load=[
                LoadOut(weekday=weekday, hour=hour, calls=calls)
                for (weekday, hour), calls in sorted(report.load.items())
            ],
            points=[UsedOut.of(used) for used in report.points],
            contestations=report.contestations,
        )


class ReportAsked(Given):
    """The days of the calls, both included; of one agency, of one client, of one tag."""

    from_on: Day
    to_on: Day
    agency: Id | None = None
    client: Key | None = None
    tag: Id | None = None


@reads(
    routes,
    "/report",
    "reports.read",
    answers=ReportOut,
    summary=gettext_noop("Lire les chiffres du service"),
    about=gettext_noop(
        "Promesses tenues et manquées par clause, délais en temps ouvert, appels par heure et jour, points. "
        "Cinq ans au plus."
    ),
)
def read_report(request: ApiRequest, asked: Query[ReportAsked]) -> ReportOut:
    return ReportOut.of(overview.report(request.actor, _asked(request.actor, asked), clock.now()))


def _asked(actor: Actor, asked: ReportAsked) -> Asked:
    return Asked(
        asked.from_on,
        asked.to_on,
        directory.agencies(actor).get(pk=asked.agency) if asked.agency else None,
        directory.client_by_number(actor, asked.client) if asked.client else None,
        _tag(actor, asked.tag),
    )


def _tag(actor: Actor, pk: int | None) -> Tag | None:
    """The tag of that id. Raises InvalidInput for a client: tags are the staff's."""
    if pk is None:
        return None
    if actor.is_client_side:
        raise InvalidInput(_("Les étiquettes sont internes."), field="tag")
    return desk.tags(actor).get(pk=pk)
