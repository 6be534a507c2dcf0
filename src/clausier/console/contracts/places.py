"""The pages of one contract, as tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clausier.contracts import amending, ordering
from clausier.contracts.models import Contract
from clausier.foundation.actors import Actor


@dataclass(frozen=True, slots=True)
class Place:
    """A tab: its words, where it leads, whether one is there, how many wait."""

    label: Any
    url: str
    on: bool
    count: int = 0


NAMES = (
    ("contract", _("Contrat")),
    ("contract-terms", _("Ce qui s’applique")),
    ("contract-perimeter", _("Périmètre")),
    ("contract-amendments", _("Avenants")),
    ("contract-edition", _("Édition")),
    ("contract-order", _("Commande")),
)


def of(contract: Contract, actor: Actor, here: str) -> list[Place]:
    """The tabs of `contract`; `here` is the name of the address one is at."""
    slug = contract.provider.slug
    asks_papers = ordering.asked(contract) is not None
    waiting = {
        "contract-amendments": amending.open_amendments(actor).filter(contract=contract).count(),
    }
    return [
        Place(label, reverse(name, args=[slug, contract.number]), name == here, waiting.get(name, 0))
        for name, label in NAMES
        if name != "contract-order" or asks_papers
    ]
