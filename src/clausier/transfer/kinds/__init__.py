"""The kinds of lines that can be brought in: one module each, in the order in which files build."""

from __future__ import annotations

from typing import Final

from clausier.transfer.kinds.clients import CLIENTS
from clausier.transfer.kinds.contacts import CONTACTS
from clausier.transfer.kinds.contracts import CONTRACTS
from clausier.transfer.kinds.points import POINTS
from clausier.transfer.kinds.shape import LineKind
from clausier.transfer.kinds.sites import SITES
from clausier.transfer.kinds.suppliers import SUPPLIERS
from clausier.transfer.kinds.tickets import TICKETS

KINDS: Final[dict[str, LineKind]] = {
    kind.key: kind for kind in (CLIENTS, SITES, CONTACTS, SUPPLIERS, CONTRACTS, POINTS, TICKETS)
}
