"""What the demo's providers know and write again, and what their clients think of what was done."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from clausier.demo.clockwork import Script
from clausier.demo.world import Customer, World
from clausier.desk import services as desk
from clausier.desk import surveys
from clausier.desk.models import Mark, Survey, Ticket
from clausier.foundation.actors import program
from clausier.knowledge import queries
from clausier.knowledge import services as knowledge

WRITTEN_DAYS_AGO: Final = 150
ASKED_SINCE: Final = 120  # days
PERCENT: Final = 12
LOOK_EVERY: Final = 3  # days
ANSWERING: Final = 70  # of a hundred who are asked
MARKS: Final = ((Mark.GOOD, 84), (Mark.FAIR, 11), (Mark.BAD, 5))
SITE_URL: Final = "http://127.0.0.1:8000/"


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "knowledge.toml").read_text(encoding="utf-8"))


def known(world: World, chance: Random) -> Iterator[Script]:
    """Articles and canned answers from one day on; marks from then on, week after week."""
    yield _written(world)
    yield _asked(world, chance)


def _written(world: World) -> Script:
    told, later = _told(), []
    for place, one in enumerate(told["article"]):
        at = yield world.day(WRITTEN_DAYS_AGO - 6 * place, 17, 10)
        given = {
            "title": one["title"],
            "category": one["category"],
            "keywords": one.get("keywords", ""),
            "equipment_classes": one.get("classes", []),
            "audience": one["audience"],
            "clients": [_first(world).client] if one["audience"] == "chosen" else [],
            "review_on": (world.now + timedelta(days=one.get("review_in", 200))).date(),
        }
        by = world.the("manager")
        article = knowledge.write_article(by=by, at=at, body=one["body"], **given)
        if one.get("published", True):
            knowledge.publish_article(by=by, at=at, article=article)
        if "again" in one:
            later.append((article, given, one))
    for one in told["answer"]:
        at = yield world.day(80, 17, 40)
        knowledge.write_answer(
            by=world.the("dispatcher"),
            at=at,
            title=one["title"],
            category=one["category"],
            body_fr=one["fr"],
            body_en=one.get("en", ""),
            shared=True,
        )
    for article, given, one in later:
        at = yield world.day(20, 16, 30)
        body, note = f"{one['body']}\n\n{one['again']}", one["because"]
        knowledge.change_article(
            by=world.the("manager"), at=at, article=article, body=body, note=note, **given
        )
    at = yield world.day(9, 11, 20)
    for customer in world.customers.values():
        for account in customer.accounts.values():
            for article in queries.articles_visible_to(account)[:2]:
                knowledge.give_opinion(by=account, at=at, article=article, helpful=True)
                knowledge.spare_request(by=account, at=at, article=article)


def _first(world: World) -> Customer:
    return next(iter(world.customers.values()))


def _asked(world: World, chance: Random) -> Script:
    """A look every few days at what was closed since: some are asked, most of them answer."""
    at = yield world.day(ASKED_SINCE, 8, 0)
    desk.settle_surveys(
        by=world.the("manager"),
        at=at,
        is_on=True,
        percent=PERCENT,
        quiet_days=7,
        changeable_days=14,
        site_url=SITE_URL,
    )
    days = ASKED_SINCE
    while days > 0:
        days -= LOOK_EVERY
        since, at = at, (yield min(world.day(max(days, 0), 17, 50), world.now))
        closed = Ticket.objects.filter(provider=world.provider, closed_at__gt=since, closed_at__lte=at)
        for ticket in closed.order_by("closed_at", "pk"):
            survey = desk.ask_opinion(by=program(world.provider), at=at, ticket=ticket)
            if survey is not None and chance.randrange(100) < ANSWERING:
                _marked(survey, chance, at)


def _marked(survey: Survey, chance: Random, at: datetime) -> None:
    mark = chance.choices([one for one, _weight in MARKS], [weight for _one, weight in MARKS])[0]
    comment = chance.choice(_told()["comment"][str(mark.value)])
    desk.give_mark(by=surveys.holder_of(survey), at=at, survey=survey, mark=mark, comment=comment)
