"""What is sold: the catalogue, quotes, orders."""

from clausier.sales.models.catalogue import CatalogueItem, ItemKind, Period, Price, Unit, Vat
from clausier.sales.models.orders import (
    ChangeKind,
    ChangeLine,
    Order,
    OrderChange,
    OrderLine,
    Side,
)
from clausier.sales.models.quotes import (
    LineChoice,
    LineCost,
    ProposedDerogation,
    Quote,
    QuoteLine,
    Reception,
    ReceptionMeans,
    Standing,
)

__all__ = [
    "CatalogueItem",
    "ChangeKind",
    "ChangeLine",
    "ItemKind",
    "LineChoice",
    "LineCost",
    "Order",
    "OrderChange",
    "OrderLine",
    "Period",
    "Price",
    "ProposedDerogation",
    "Quote",
    "QuoteLine",
    "Reception",
    "ReceptionMeans",
    "Side",
    "Standing",
    "Unit",
    "Vat",
]
