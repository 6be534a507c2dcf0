"""What a ground rests on: tickets of the desk and documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clausier.contracts.models import Contract
from clausier.desk import queries as desk
from clausier.desk.models import Ticket
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle.errors import EvidenceMissing
from clausier.lifecycle.models import Evidence
from clausier.lifecycle.services.letters import Paper, filed

MOST_TICKETS = 50


@dataclass(frozen=True, slots=True)
class Given:
    """Evidence as it is given: numbers of tickets of the client, and a paper."""

    tickets: Sequence[int] = ()
    paper: Paper | None = None


def tickets_of(given: Given, contract: Contract, by: Actor) -> list[Ticket]:
    """The tickets named. Raises InvalidInput naming `tickets`."""
    numbers = list(dict.fromkeys(given.tickets))
    if len(numbers) > MOST_TICKETS:
        raise InvalidInput(_("Cinquante tickets au plus."), field="tickets")
    found = {
        one.number: one
        for one in desk.tickets_visible_to(by).filter(client_id=contract.client_id, number__in=numbers)
    }
    for number in numbers:
        if number not in found:
            raise InvalidInput(
                _("Le ticket %(number)s n’est pas de ce client.") % {"number": number}, field="tickets"
            )
    return [found[number] for number in numbers]


def must_be(given: Given, clause: tuple[str, str] | None) -> None:
    """Raises EvidenceMissing when nothing is given."""
    if not given.tickets and not (given.paper and given.paper.content):
        raise EvidenceMissing(
            _("Ce motif se prouve : citez un ticket ou joignez une pièce."),
            field="tickets",
            clause=clause,
        )


def labels(given: Given, contract: Contract, by: Actor) -> list[str]:
    """How the letter names the evidence."""
    said = [
        _("Ticket %(number)s du %(day)s : %(title)s")
        % {"number": one, "day": f"{one.called_at:%d/%m/%Y}", "title": one.title}
        for one in tickets_of(given, contract, by)
    ]
    if given.paper and given.paper.content:
        said.append(given.paper.name)
    return said


def keep(given: Given, contract: Contract, *, by: Actor, at: datetime, **matter: Any) -> list[Evidence]:
    """Inside an act: keep the evidence with its matter (`formal_notice` or `end`)."""
    common = {"provider": by.provider, "client_id": contract.client_id, "added_at": at, "added_by": by.name}
    rows = [
        Evidence(
            **common,
            **matter,
            object_kind="ticket",
            object_id=one.pk,
            object_label=f"{one} {one.title}"[:200],
        )
        for one in tickets_of(given, contract, by)
    ]
    title = _("Pièce, %(number)s") % {"number": contract.number}
    paper = filed(given.paper, "ending-evidence", title, contract, by=by, at=at)
    if paper is not None:
        label = given.paper.name if given.paper else ""
        rows.append(Evidence(**common, **matter, document=paper, object_label=label[:200]))
    Evidence.objects.bulk_create(rows)
    return rows
