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
from clausier.contracts.models.terms import ContractTerm

__all__ = [
    "Acceptance",
    "AcceptanceMeans",
    "Contract",
    "ContractSite",
    "ContractTerm",
    "CoveredClass",
    "Derogation",
    "EquipmentClass",
]
