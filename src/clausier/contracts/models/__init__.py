"""What was signed: contracts, what they cover and depart from, how terms were accepted."""

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
from clausier.contracts.models.terms import ContractTerm

__all__ = [
    "Acceptance",
    "AcceptanceMeans",
    "Contract",
    "ContractEnd",
    "ContractSite",
    "ContractTerm",
    "CoveredClass",
    "Derogation",
    "EndCause",
    "EquipmentClass",
    "ForceMajeure",
    "InstantSpan",
    "Party",
    "ServiceSuspension",
]
