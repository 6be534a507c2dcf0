"""The demonstration: two invented providers, one on each book, loaded once, dated from that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random

from django.db import transaction
from django.utils import translation

from clausier.demo import present_clairpoint, present_houlemont
from clausier.demo.arriving import called, written
from clausier.demo.cast import CLAIRPOINT, HOULEMONT, ProviderPlan
from clausier.demo.clockwork import Script, play
from clausier.demo.dates import dates, reminded
from clausier.demo.disputes import disputes
from clausier.demo.drafts import thought_of
from clausier.demo.endings import endings
from clausier.demo.founding import BEFORE_EVERYTHING, arrivals, departures, found
from clausier.demo.knowledge import known
from clausier.demo.reversals import reversals
from clausier.demo.rounds import rounds
from clausier.demo.sales import sold
from clausier.demo.signing import signed_papers
from clausier.demo.world import World
from clausier.demo.year import year
from clausier.foundation import books, clock, isolation, journal
from clausier.foundation.actors import program
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Provider
from clausier.post import services as post

PROVIDERS: tuple[tuple[ProviderPlan, Callable[[World], Iterator[Script]], int], ...] = (
    (HOULEMONT, present_houlemont.present, 2013),
    (CLAIRPOINT, present_clairpoint.present, 2018),
)
"""Each provider with the tickets of the moment and the seed that its past is drawn by."""

MAILBOXES = {HOULEMONT.slug: "support", CLAIRPOINT.slug: "assistance"}


@isolation.everything("the demonstration makes two providers and plays them together")
def load_once(*, at: datetime, share: float = 1.0, large: bool = False) -> int:
    """Make the demo's world as it stands at `at`, unless it is there already; return how many acts it took.

    `share` is how much of the year's tickets is told; `large`: one client has thousands. All of it or
    nothing: what is cut short begins again from nothing.
    """
    now = at.astimezone(PARIS).replace(second=0, microsecond=0)
    with transaction.atomic(), translation.override("fr"):
        if Provider.objects.filter(slug__in=[plan.slug for plan, _, _ in PROVIDERS]).exists():
            return 0
        with clock.held_at(now - BEFORE_EVERYTHING):
            books.install_shipped(at=now - BEFORE_EVERYTHING)
        scripts = (
            script
            for plan, present, seed in PROVIDERS
            for script in _told(found(plan, now=now), present, Random(seed), share, large)  # noqa: S311 (a plausible past, not a secret)
        )
        acts = play(scripts, now)
        with clock.held_at(now):
            _open_mailboxes(now)
            for plan, _present, _seed in PROVIDERS:
                reminded(Provider.objects.get(slug=plan.slug), now)
            journal.seal_all()
    return acts


def _open_mailboxes(at: datetime) -> None:
    """A mailbox each, fed by hand (`clausier mail ingest`), with a message that waits.

    Last, so that none of the past is sent.
    """
    for plan, _present, _seed in PROVIDERS:
        provider = Provider.objects.get(slug=plan.slug)
        name = MAILBOXES[plan.slug]
        address = f"{name}@{plan.slug}.example"
        written(post.create_mailbox(by=program(provider), at=at, name=name, address=address), at)


def _told(
    world: World, present: Callable[[World], Iterator[Script]], chance: Random, share: float, large: bool
) -> Iterator[Script]:
    yield from arrivals(world)
    yield from departures(world)
    yield from year(world, chance, share=share, large=large)
    yield from present(world)
    yield from called(world)
    yield from rounds(world)
    yield from endings(world)
    yield from disputes(world)
    yield from reversals(world)
    yield from dates(world)
    yield from sold(world)
    yield from known(world, chance)
    yield from signed_papers(world)
    yield from thought_of(world)
