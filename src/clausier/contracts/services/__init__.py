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
from clausier.contracts.services.renewals import keep_terms

__all__ = [
    "DEROGATION_FORM",
    "accept_terms",
    "checked_value",
    "cover",
    "create_contract",
    "derogate",
    "keep_terms",
    "remove_contract",
    "wrong_value",
]
