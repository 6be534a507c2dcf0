"""The plan that a reversibility starts with: the usual steps, by what kind of service ends.

A plan is the provider's own text, in French like all that it writes; every step can be changed or left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from clausier.contracts.models import Party

HOSTED: Final = "hosted"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step before it is stored. `share` is how much of the delay has passed by its day, in percent."""

    title: str
    party: str
    share: int


OURS, THEIRS = Party.PROVIDER.value, Party.CLIENT.value

BEGINS: Final = (
    PlannedStep("Confirmer le périmètre des données à rendre et la date souhaitée", THEIRS, 10),
    PlannedStep("Dresser la liste des données, comptes, licences et supports", OURS, 20),
    PlannedStep("Fournir le support sur lequel les données sont rendues", THEIRS, 30),
    PlannedStep("Vérifier le paiement des factures d’approvisionnement des licences", OURS, 40),
)
OF_HOSTING: Final = (
    PlannedStep("Exporter les machines virtuelles et les bases de données", OURS, 60),
    PlannedStep("Rendre les noms de domaine, certificats et codes de transfert", OURS, 70),
)
OF_THE_REST: Final = (
    PlannedStep("Copier les données et les sauvegardes sur le support du client", OURS, 60),
    PlannedStep("Rendre les comptes d’administration et la documentation", OURS, 70),
)
ENDS: Final = (
    PlannedStep("Transférer les licences", OURS, 80),
    PlannedStep("Vérifier ce qui a été rendu", THEIRS, 90),
    PlannedStep("Signer le bordereau de restitution", THEIRS, 100),
)
AFTER: Final = PlannedStep("Effacer les disques, les sauvegardes et les NAS", OURS, 100)
WIPED_WITHIN: Final = timedelta(days=15)
"""The clause gives the wiping no day of its own: our plan proposes one."""


def usual_steps(kind: str, received_on: date, due_on: date) -> Iterator[tuple[PlannedStep, date]]:
    """The steps for a contract of that kind, each with the day by which it is done."""
    middle = OF_HOSTING if kind == HOSTED else OF_THE_REST
    for step in (*BEGINS, *middle, *ENDS):
        yield step, received_on + (due_on - received_on) * step.share // 100
    yield AFTER, due_on + WIPED_WITHIN
