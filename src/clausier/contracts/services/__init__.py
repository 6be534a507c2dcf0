"""The acts on contracts: the one door for screens, API, imports and timers."""

from clausier.contracts.services.contracts import (
    DEROGATION_FORM,
    accept_terms,
    checked_value,
    cover,
    create_contract,
    derogate,
    remove_contract,
    wrong_value,
)
from clausier.contracts.services.endings import (
    declare_force_majeure,
    end_contract,
    end_force_majeure,
    lift_suspension,
    suspend_service,
    undo_end,
)
from clausier.contracts.services.renewals import keep_terms

__all__ = [
    "DEROGATION_FORM",
    "accept_terms",
    "checked_value",
    "cover",
    "create_contract",
    "declare_force_majeure",
    "derogate",
    "end_contract",
    "end_force_majeure",
    "keep_terms",
    "lift_suspension",
    "remove_contract",
    "suspend_service",
    "undo_end",
    "wrong_value",
]
