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
