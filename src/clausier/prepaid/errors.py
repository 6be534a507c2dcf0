"""Why a movement of points is refused."""

from clausier.foundation.errors import Refusal


class UnknownAccount(Refusal):
    """No such account for this provider."""

    code = "unknown_account"
    status = 404


class AccountExists(Refusal):
    """A contract has one account of points."""

    code = "account_exists"


class AccountInUse(Refusal):
    """An account that moved is kept for good."""

    code = "account_in_use"
    status = 409


class BalanceAlreadyOpened(Refusal):
    """A balance comes from elsewhere once, into an account that has not moved."""

    code = "balance_already_opened"


class NotCorrectable(Refusal):
    """A reservation is lifted, not corrected; a counter-entry is not countered again."""

    code = "not_correctable"


class CorrectionTooLarge(Refusal):
    """A counter-entry gives back at most what the entry took, or takes back what it gave."""

    code = "correction_too_large"


class NotEnoughPoints(Refusal):
    """The contract does not let its account go below zero."""

    code = "not_enough_points"


class AccountClosed(Refusal):
    """The contract is over and what remained is settled."""

    code = "account_closed"
    status = 409


class ContractRunning(Refusal):
    """An account is closed once its contract is over."""

    code = "contract_running"


class PointsHeld(Refusal):
    """Work that is not validated holds points of the account."""

    code = "points_held"


class OfAnotherClient(Refusal):
    """Points stay with the client who bought them."""

    code = "of_another_client"


class TopUpEnded(Refusal):
    """That request was answered already."""

    code = "top_up_ended"
    status = 409


class NobodyToWriteTo(Refusal):
    """A letter needs a recipient and a mailbox to leave from."""

    code = "nobody_to_write_to"


class StatementMade(Refusal):
    """The statement of that month is filed."""

    code = "statement_made"
