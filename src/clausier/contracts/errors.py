"""Why an act on a contract may not happen."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class UnknownKind(Refusal):
    """The book has no such kind of contract; facts: `kinds`, those it has."""

    code = "unknown_kind"


class UnknownTerm(Refusal):
    """The book has no such term to derogate from."""

    code = "unknown_term"


class WrongValue(Refusal):
    """The value is not of the type that the term takes; facts: `unit`."""

    code = "wrong_value"


class NotBeforehand(Refusal):
    """A derogation is agreed before it applies (ims 1)."""

    code = "not_beforehand"


class PaperMissing(Refusal):
    """A derogation or a signed acceptance rests on its paper."""

    code = "paper_missing"


class OfAnother(Refusal):
    """The thing belongs to another provider or another client."""

    code = "of_another"
    status = 404


class AlreadyEnds(Refusal):
    """The contract has an end already; facts: `ends_on`."""

    code = "already_ends"


class DoesNotEnd(Refusal):
    """There is no end to undo."""

    code = "does_not_end"


class NoSuchGround(Refusal):
    """The terms of the contract give no such right."""

    code = "no_such_ground"


class AlreadyStopped(Refusal):
    """The service is suspended, or an impediment declared, for some of that time already."""

    code = "already_stopped"


class NotStopped(Refusal):
    """It is over already."""

    code = "not_stopped"
