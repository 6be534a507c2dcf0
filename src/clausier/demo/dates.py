"""Terms kept through the year, duties looked at, and the reminders of the day of loading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from clausier.agenda import duties as reading
from clausier.agenda import queries, services
from clausier.agenda.models import DutyState, ReminderLetter
from clausier.contracts import services as contracts
from clausier.contracts.models import Contract
from clausier.demo.clockwork import Script
from clausier.demo.world import Customer, World
from clausier.foundation.actors import program
from clausier.foundation.models import Provider

LOOKS: Final = (360, 1)
"""How many days ago the terms of all contracts were looked at: what came between was renewed on its day."""
UNMET: Final = {
    "premises": "La baie est dans le local de ménage, sans ventilation.",
    "documentation": "Deux licences introuvables ; la facture est demandée au fournisseur.".replace(
        " ;", "\u202f;"
    ),
    "operating-procedures": "Aucune procédure écrite depuis le départ du gérant.",
    "backup-before-work": "La dernière sauvegarde relue date de trois mois.",
}
MOST_CHECKED: Final = 9


def dates(world: World) -> Iterator[Script]:
    """One script for the terms, one for the duties of two clients."""
    yield _terms(world)
    yield from (_duties(world, number) for number in range(2))


def _present(world: World) -> list[Customer]:
    return [one for one in world.customers.values() if one.accounts and one.client.ended_on is None]


def _terms(world: World) -> Script:
    for days_ago in LOOKS:
        at = yield world.day(days_ago, 1)
        for contract in Contract.objects.filter(provider=world.provider).order_by("pk"):
            contracts.keep_terms(by=program(world.provider), at=at, contract=contract)


def _duties(world: World, number: int) -> Script:
    """What somebody found when going round the client's place, some months ago and again lately."""
    at = yield world.day(200, 10)
    by, client = world.the("manager"), _present(world)[number].client
    services.settle_client_reminders(by=by, at=at, client=client, is_on=True)
    for days_ago, found_unmet in ((170, False), (12, True)):
        at = yield world.day(days_ago, 11)
        known = reading.duties_of(client, at.date())[1]
        for duty in [one for one in known if reading.key_of(one) != reading.CORRESPONDENT][:MOST_CHECKED]:
            key = reading.key_of(duty)
            note = UNMET.get(key, "") if found_unmet else ""
            if found_unmet and not note:
                continue
            state = DutyState.UNMET if note else DutyState.MET
            services.check_duty(by=by, at=at, client=client, duty=key, state=state, note=note)


def reminded(provider: Provider, at: datetime) -> None:
    """The reminders of the day; one of them is confirmed."""
    services.remind(by=program(provider), at=at)
    first = ReminderLetter.objects.filter(provider=provider).order_by("pk").first()
    if first is not None:
        letter = ReminderLetter.objects.select_related("provider", "person", "contact").get(pk=first.pk)
        services.confirm_reminder(by=queries.holder_of(letter), at=at, letter=letter)
