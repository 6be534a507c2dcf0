"""Where dated promises come from: a source for each app whose rows carry some."""

from typing import Final

from clausier.agenda.obligations import Source
from clausier.agenda.sources.contracts import terms_of_contracts
from clausier.agenda.sources.desk import callbacks, loans, promises, visits
from clausier.agenda.sources.disputes import disputes
from clausier.agenda.sources.duties import duties
from clausier.agenda.sources.endings import endings
from clausier.agenda.sources.points import expiring_points, statements
from clausier.agenda.sources.recurring import recurring_work
from clausier.agenda.sources.reversals import reversals
from clausier.agenda.sources.sales import openings, quotes

SOURCES: Final[tuple[Source, ...]] = (
    terms_of_contracts,
    promises,
    visits,
    callbacks,
    loans,
    recurring_work,
    statements,
    expiring_points,
    duties,
    endings,
    disputes,
    reversals,
    quotes,
    openings,
)

__all__ = ["SOURCES"]
