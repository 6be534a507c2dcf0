"""What was signed: contracts, what they cover and depart from, how terms were accepted and changed."""

from clausier.contracts.models.adoptions import AcceptanceRequest, AdoptionBasis, EditionAdoption
from clausier.contracts.models.amendments import (
    Amendment,
    AmendmentApplication,
    AmendmentEffect,
    AmendmentLine,
    LinePeriod,
)
from clausier.contracts.models.continuations import Continuation
from clausier.contracts.models.contracts import (
    Acceptance,
    AcceptanceMeans,
    Contract,
    ContractSite,
    CoveredClass,
    Derogation,
    EquipmentClass,
)
from clausier.contracts.models.endings import (
    ContractEnd,
    EndCause,
    ForceMajeure,
    InstantSpan,
    Party,
    ServiceSuspension,
)
from clausier.contracts.models.orders import HostedOrder, Mandate, OrderItem
from clausier.contracts.models.perimeter import CoveredItem, ItemKind
from clausier.contracts.models.terms import ContractTerm

__all__ = [
    "Acceptance",
    "AcceptanceMeans",
    "AcceptanceRequest",
    "AdoptionBasis",
    "Amendment",
    "AmendmentApplication",
    "AmendmentEffect",
    "AmendmentLine",
    "Continuation",
    "Contract",
    "ContractEnd",
    "ContractSite",
    "ContractTerm",
    "CoveredClass",
    "CoveredItem",
    "Derogation",
    "EditionAdoption",
    "EndCause",
    "EquipmentClass",
    "ForceMajeure",
    "HostedOrder",
    "InstantSpan",
    "ItemKind",
    "LinePeriod",
    "Mandate",
    "OrderItem",
    "Party",
    "ServiceSuspension",
]
