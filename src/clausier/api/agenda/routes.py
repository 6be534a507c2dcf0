"""What is due: obligations, the terms of a contract, duties of clients, reminders, calendar addresses."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.agenda import duties as reading
from clausier.agenda import queries, services
from clausier.agenda.models import ReminderLetter
from clausier.agenda.obligations import Obligation
from clausier.agenda.queries import Filter
from clausier.api.agenda.shapes import (
    CheckGiven,
    CheckOut,
    ContractTermOut,
    DutiesOut,
    DutyOut,
    FeedGiven,
    FeedMade,
    FeedOut,
    ObligationOut,
    ObligationsAsked,
    ReminderLetterOut,
    TimelineOut,
)
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Given, Id, Key, Word
from clausier.contracts import ladder
from clausier.contracts import queries as contracts
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput

routes = Router()


class NothingOfFeeds(Given):
    """Nothing needs to be said."""


@reads(
    routes,
    "/obligations",
    "agenda.read",
    answers=Page[ObligationOut],
    summary=gettext_noop("Lister les échéances des deux parties"),
    about=gettext_noop("Dans l’ordre des jours, à 800 jours d’écart au plus."),
)
def list_obligations(request: ApiRequest, asked: Query[ObligationsAsked]) -> Page[ObligationOut]:
    now = clock.now()
    usual = queries.usual_days(now)
    since, until = asked.since or usual[0], asked.until or max(usual[1], asked.since or usual[1])
    if not since <= until <= since + queries.FARTHEST:
        raise InvalidInput(_("La fin suit le début, de 800 jours au plus."), field="until")
    narrowed = Filter(
        client=asked.client or "",
        kind=asked.kind or "",
        owed_by=asked.owed_by or "",
        state=asked.state or "",
        clause=asked.clause or "",
        mine=asked.mine,
    )
    found = sorted(queries.obligations(request.actor, since, until, now, narrowed), key=_place)
    if asked.cursor:
        after = _read(asked.cursor)
        found = [one for one in found if _place(one) > after]
    items, more = found[: asked.limit], len(found) > asked.limit
    return Page(items=[ObligationOut.of(one) for one in items], next=_written(items[-1]) if more else None)


def _place(one: Obligation) -> str:
    """Where it stands in the list, as words in the same order."""
    at = one.due_at.astimezone(UTC).isoformat() if one.due_at else "~"
    return f"{one.due_on.isoformat()} {at} {one.client.sort_key} {one.key}"


def _written(one: Obligation) -> str:
    return base64.urlsafe_b64encode(_place(one).encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise InvalidInput(_("Ce curseur ne vient pas d’une page d’ici."), field="cursor") from None


@reads(
    routes,
    "/contracts/{number}/timeline",
    "contracts.read",
    answers=TimelineOut,
    summary=gettext_noop("Lire les termes d’un contrat"),
    about=gettext_noop("Aucun terme : rien ne donne de durée à ce contrat."),
)
def read_timeline(request: ApiRequest, number: Path[Key]) -> TimelineOut:
    contract = contracts.contract_by_number(request.actor, number)
    today = clock.today()
    kept = {row.as_of: row for row in ladder.kept(contract)}
    told = ladder.walk(contract, today)
    follows = ladder.walk(contract, told[-1].ends_on + ladder.ONE_DAY)[-1] if told else None
    return TimelineOut(
        contract=contract.number,
        ends_on=contract.ends_on,
        terms=[ContractTermOut.of(one, kept.get(one.as_of)) for one in told],
        next=ContractTermOut.of(follows, None) if follows and follows.ordinal > told[-1].ordinal else None,
        replayed=bool(kept) and ladder.replay(contract, today).is_equal,
    )


@reads(
    routes,
    "/clients/{number}/duties",
    "agenda.read",
    answers=DutiesOut,
    summary=gettext_noop("Lire les devoirs d’un client"),
)
def list_duties(request: ApiRequest, number: Path[Key]) -> DutiesOut:
    client = directory.client_by_number(request.actor, number)
    return DutiesOut(items=[DutyOut.of(row) for row in reading.checklist(client, clock.today())])


@writes(
    routes,
    "POST",
    "/clients/{number}/duties/{duty}/checks",
    "agenda.check",
    answers=CheckOut,
    status=201,
    summary=gettext_noop("Noter le contrôle d’un devoir"),
    about=gettext_noop("Sans « next_on » : un an plus tard s’il est respecté, un mois plus tard sinon."),
)
def check_duty(request: ApiRequest, number: Path[Key], duty: Path[Word], body: CheckGiven) -> CheckOut:
    client = directory.client_by_number(request.actor, number)
    row = services.check_duty(by=request.actor, at=clock.now(), client=client, duty=duty, **body.model_dump())
    return CheckOut.of(row)


@reads(
    routes,
    "/reminders",
    "agenda.read",
    answers=Page[ReminderLetterOut],
    summary=gettext_noop("Lister les rappels envoyés, avec leur preuve"),
)
def list_reminders(request: ApiRequest, asked: Query[Asked]) -> Page[ReminderLetterOut]:
    def shown(rows: Sequence[ReminderLetter]) -> list[ReminderLetterOut]:
        lines = queries.reminders_in(rows)
        return [ReminderLetterOut.of(row, lines.get(row.pk, [])) for row in rows]

    return page(queries.letters(request.actor), asked, shown)


@reads(
    routes,
    "/calendar-feeds",
    "agenda.read",
    answers=Page[FeedOut],
    summary=gettext_noop("Lister les adresses d’agenda"),
)
def list_feeds(request: ApiRequest, asked: Query[Asked]) -> Page[FeedOut]:
    return page(queries.feeds(request.actor), asked, lambda rows: [FeedOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/calendar-feeds",
    "agenda.read",
    answers=FeedMade,
    status=201,
    summary=gettext_noop("Donner une adresse d’agenda"),
    about=gettext_noop("Au nom de la personne du jeton. Le secret n’est répondu que cette fois."),
)
def make_feed(request: ApiRequest, body: FeedGiven) -> FeedMade:
    about = directory.client_by_number(request.actor, body.about) if body.about else None
    made = services.make_feed(
        by=request.actor, at=clock.now(), scope=body.scope, about=about, label=body.label
    )
    route = "portal-agenda-feed" if request.actor.is_client_side else "agenda-feed"
    where = reverse(route, args=[request.actor.provider.slug, made.secret])
    shown = FeedOut.of(queries.feeds(request.actor).get(pk=made.feed.pk))
    return FeedMade(**shown.model_dump(), url=request.build_absolute_uri(where))


@writes(
    routes,
    "POST",
    "/calendar-feeds/{id}/revocation",
    "agenda.read",
    answers=FeedOut,
    summary=gettext_noop("Retirer une adresse d’agenda"),
)
def revoke_feed(request: ApiRequest, id: Path[Id], body: NothingOfFeeds) -> FeedOut:
    found = queries.feeds(request.actor).get(pk=id)
    return FeedOut.of(services.revoke_feed(by=request.actor, at=clock.now(), feed=found))
