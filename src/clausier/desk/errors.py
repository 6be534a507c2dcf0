"""Why an act of the desk is refused."""

from clausier.foundation.errors import Refusal


class UnknownTicket(Refusal):
    """No such ticket for this actor: it is another provider's, another client's or another user's."""

    code = "unknown_ticket"
    status = 404


class NoSuchContract(Refusal):
    """The contract is not the client's, or is not in force on the day of the call."""

    code = "no_such_contract"


class InTheFuture(Refusal):
    """A call, a session or an exchange cannot have happened later than now."""

    code = "in_the_future"


class TicketClosed(Refusal):
    """A closed ticket takes no more work until it is reopened."""

    code = "ticket_closed"


class NotTheCreator(Refusal):
    """On the client's side, only whoever created the ticket closes or reopens it (ims 6.4)."""

    code = "not_the_creator"
    status = 403


class NothingChanged(Refusal):
    """The act would leave everything as it is."""

    code = "nothing_changed"


class ReasonNeeded(Refusal):
    """What departs from the rule's proposal, or climbs a step, says why."""

    code = "reason_needed"


class StepDown(Refusal):
    """A ticket climbs from phone to remote to on site; it does not come down."""

    code = "step_down"


class PrediagnosisIncomplete(Refusal):
    """No appointment before the pre-diagnosis is answered (imri VI.3)."""

    code = "prediagnosis_incomplete"


class StopwatchRunning(Refusal):
    """A stopwatch still runs on the ticket, or already runs for this person."""

    code = "stopwatch_running"


class MinutesExceedSession(Refusal):
    """The entries count more minutes than the session lasted."""

    code = "minutes_exceed_session"


class NoPointAccount(Refusal):
    """The work is paid in points, but the contract has no account of points."""

    code = "no_point_account"


class WorkInHand(Refusal):
    """Someone leaves with tickets or visits in their name, and nobody is named to take them over."""

    code = "work_in_hand"


class TicketsNumbered(Refusal):
    """Where ticket numbers begin is chosen before the first ticket."""

    code = "tickets_numbered"
    status = 409


class TakenUpSince(Refusal):
    """A ticket taken over from another tool was worked on since: it is not given back."""

    code = "taken_up_since"
    status = 409


class UnknownCall(Refusal):
    """No such phone call among those that one may see."""

    code = "unknown_call"
    status = 404


class CallSettled(Refusal):
    """Nobody waits for an answer to that call any more, or it stands on another ticket."""

    code = "call_settled"
    status = 409


class SurveyOver(Refusal):
    """A mark is given and changed for some days only."""

    code = "survey_over"
    status = 409
