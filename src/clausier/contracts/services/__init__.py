"""The acts on contracts: the one door for screens, API, imports and timers."""

from clausier.contracts.services.adoptions import (
    Adopted,
    accept_request,
    adopt_edition,
    adopt_for_many,
    ask_acceptance,
    bring_edition_into_force,
    withdraw_acceptance_request,
)
from clausier.contracts.services.amendments import (
    Line,
    agree_to_amendment,
    apply_amendment,
    countersign_amendment,
    record_agreement,
    send_amendment,
    withdraw_amendment,
    write_amendment,
)
from clausier.contracts.services.continuations import continue_service, settle_continuation
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
    undo_end,
)
from clausier.contracts.services.orders import (
    end_mandate,
    promise_opening,
    record_mandate,
    reopen_order_item,
    settle_order_item,
    validate_order,
)
from clausier.contracts.services.perimeter import cover_item, end_item
from clausier.contracts.services.renewals import keep_terms
from clausier.contracts.services.suspensions import (
    begin_suspension,
    lift_suspension,
    suspend_service,
    withdraw_suspension,
)

__all__ = [
    "DEROGATION_FORM",
    "Adopted",
    "Line",
    "accept_request",
    "accept_terms",
    "adopt_edition",
    "adopt_for_many",
    "agree_to_amendment",
    "apply_amendment",
    "ask_acceptance",
    "begin_suspension",
    "bring_edition_into_force",
    "checked_value",
    "continue_service",
    "countersign_amendment",
    "cover",
    "cover_item",
    "create_contract",
    "declare_force_majeure",
    "derogate",
    "end_contract",
    "end_force_majeure",
    "end_item",
    "end_mandate",
    "keep_terms",
    "lift_suspension",
    "promise_opening",
    "record_agreement",
    "record_mandate",
    "remove_contract",
    "reopen_order_item",
    "send_amendment",
    "settle_continuation",
    "settle_order_item",
    "suspend_service",
    "undo_end",
    "validate_order",
    "withdraw_acceptance_request",
    "withdraw_amendment",
    "withdraw_suspension",
    "write_amendment",
    "wrong_value",
]
