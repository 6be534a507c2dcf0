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


class AlreadyContinues(Refusal):
    """The service goes on past the contract's end already."""

    code = "already_continues"


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


class AnnouncedTooLate(Refusal):
    """A change of equipment is announced before the term (imri XII); facts: `notice_by`, `term_ends_on`,
    `next_effective_on`."""

    code = "announced_too_late"


class NotInThisState(Refusal):
    """The amendment or the order has gone on: this can no longer be done to it."""

    code = "not_in_this_state"
    status = 409


class NothingToAmend(Refusal):
    """An amendment has at least one line."""

    code = "nothing_to_amend"


class CoversTooLittle(Refusal):
    """More would be taken away than the contract covers; facts: `equipment_class`, `on`, `covered`."""

    code = "covers_too_little"


class AgreementMissing(Refusal):
    """A contract comes under another edition only with its client's agreement."""

    code = "agreement_missing"


class SilenceIsNotConsent(Refusal):
    """The contract says nowhere that silence is agreement, or the time given has not passed."""

    code = "silence_is_not_consent"


class AlreadyUnder(Refusal):
    """The contract is under this edition, or is about to come under another."""

    code = "already_under"
    status = 409


class AlreadyAsked(Refusal):
    """The client was asked, and has not answered yet."""

    code = "already_asked"
    status = 409


class OrderIncomplete(Refusal):
    """A hosted order is valid only whole (imri VII.4.1); facts: `lacks`, the keys that are missing."""

    code = "order_incomplete"


class NoChecklist(Refusal):
    """The terms of this contract ask for no checklist."""

    code = "no_checklist"
