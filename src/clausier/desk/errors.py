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


class NotCorrectable(Refusal):
    """Only a validated session that was not corrected yet is corrected."""

    code = "not_correctable"


class NotContestable(Refusal):
    """The entries are not those of validated sessions of the ticket, or an answer on them is still due."""

    code = "not_contestable"


class TooLate(Refusal):
    """The time that the provider's terms leave for it is over."""

    code = "too_late"


class UnknownContestation(Refusal):
    """No such contestation for this actor."""

    code = "unknown_contestation"
    status = 404


class UnknownCustody(Refusal):
    """No such machine in the workshop, or no such loan, for this actor."""

    code = "unknown_custody"
    status = 404


class MachineGone(Refusal):
    """The machine left the workshop, or the loan is over."""

    code = "machine_gone"


class AgreementNeeded(Refusal):
    """A step that costs something is climbed with the client's agreement, and worked on once it is given."""

    code = "agreement_needed"


class BackupNeeded(Refusal):
    """Work on what bears data waits for the client's word on its backup (ims 6.5)."""

    code = "backup_needed"


class SiteConsentNeeded(Refusal):
    """Work at a third party's waits for that party's agreement (ims 8)."""

    code = "site_consent_needed"


class RemoteSessionOpen(Refusal):
    """Someone is still on a machine of the client."""

    code = "remote_session_open"
    status = 409


class UnknownSession(Refusal):
    """No such remote session on a ticket that one sees."""

    code = "unknown_session"
    status = 404


class NothingToTell(Refusal):
    """The client was told already, or is told by mail."""

    code = "nothing_to_tell"


class NewerMessage(Refusal):
    """Something was written on the ticket after the reply was begun: it is stopped once, to be read again."""

    code = "newer_message"
    status = 409


class OpenTasks(Refusal):
    """A ticket with tasks still to do is closed only by whoever says that they may be left."""

    code = "open_tasks"


class Merged(Refusal):
    """The ticket goes on in another one: the act belongs there, or the merge is undone first."""

    code = "ticket_merged"
    status = 409


class OtherWay(Refusal):
    """A merge never lengthens a promise: these two tickets merge in the other direction only."""

    code = "other_way"


class LivedSince(Refusal):
    """A merge is undone only while nothing happened on either ticket since."""

    code = "lived_since"
    status = 409


class UnknownCase(Refusal):
    """No such case at a supplier's among the tickets that one may see."""

    code = "unknown_case"
    status = 404


class CaseEnded(Refusal):
    """A case that ended takes nothing more until it is reopened."""

    code = "case_ended"
    status = 409


class NoAddress(Refusal):
    """The supplier has no address to write to, or the provider no mailbox to write from."""

    code = "no_address"


class SurveyOver(Refusal):
    """A mark is given and changed for some days only."""

    code = "survey_over"
    status = 409
