"""Why an act on the end of a contract may not happen."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class UnknownMatter(Refusal):
    """The thing does not exist here, or the actor may not see it."""

    code = "unknown_matter"
    status = 404


class NoNotice(Refusal):
    """The terms give this contract no end that a notice could bring about."""

    code = "no_notice"


class NoticeGiven(Refusal):
    """A notice stands already."""

    code = "notice_given"


class NotJudged(Refusal):
    """The letter was not presented yet: nobody can say whether the notice is in time."""

    code = "not_judged"


class Withdrawn(Refusal):
    """It was withdrawn, or settled, already."""

    code = "withdrawn"


class EvidenceMissing(Refusal):
    """Such an act rests on evidence: a ticket or a document."""

    code = "evidence_missing"


class PaperMissing(Refusal):
    """What both agree on is written."""

    code = "paper_missing"


class TooEarly(Refusal):
    """A delay that a clause gives has not run out; facts: `until`, its last day."""

    code = "too_early"


class NoFormalNotice(Refusal):
    """The terms know no formal notice on such a ground."""

    code = "no_formal_notice"


class ReasonNeeded(Refusal):
    """What was recorded is only changed with a reason."""

    code = "reason_needed"


class NobodyToWriteTo(Refusal):
    """No mailbox to write from, or no address to write to."""

    code = "nobody_to_write_to"


class NoProcedure(Refusal):
    """The terms know no amicable procedure: such a step has no place in this dispute."""

    code = "no_procedure"


class NotYet(Refusal):
    """A step of the amicable procedure comes before; facts: `since` or `until`, a day."""

    code = "not_yet"


class TooLong(Refusal):
    """An extension beyond what the clause allows; facts: `until`, its last day."""

    code = "too_long"


class ExtendedAlready(Refusal):
    """The clause allows no further extension; facts: `until`, the day of the one there was."""

    code = "extended_already"


class DisputeOver(Refusal):
    """The dispute ended: its facts do not change any more."""

    code = "dispute_over"
    status = 409


class NoReversibility(Refusal):
    """The terms of the contract know no reversibility."""

    code = "no_reversibility"


class OnlyAPartEnds(Refusal):
    """Data are given back when the whole service ends; here a part of it does."""

    code = "only_a_part_ends"


class NothingEnds(Refusal):
    """Data are given back when the whole service ends; nothing ends it."""

    code = "nothing_ends"


class AlreadyReversed(Refusal):
    """The contract has its reversibility already; facts: `number`."""

    code = "already_reversed"


class NotInThisState(Refusal):
    """The file has gone too far for it, or not far enough."""

    code = "not_in_this_state"


class SupplyUnpaid(Refusal):
    """A licence is transferred once its supply invoices are paid, and its licensor lets us."""

    code = "supply_unpaid"


class NothingToReturn(Refusal):
    """A delivery record lists what was returned."""

    code = "nothing_to_return"


class NotReturnedYet(Refusal):
    """Nothing is wiped before the client has signed for what was returned."""

    code = "not_returned_yet"


class NotWipedYet(Refusal):
    """A certificate speaks for every device that is listed; facts: `devices`, those not wiped."""

    code = "not_wiped_yet"
