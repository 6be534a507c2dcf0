"""Why an act on absences, assignment or the on-call is refused."""

from clausier.foundation.errors import Refusal


class AlreadyAbsent(Refusal):
    """The person has an absence in that time already."""

    code = "already_absent"


class UnknownAbsence(Refusal):
    """No such absence here, or it was taken back before."""

    code = "unknown_absence"
    status = 404


class NobodyToPropose(Refusal):
    """Nobody who works on tickets is there."""

    code = "nobody_to_propose"


class UnknownRota(Refusal):
    """No such rota here, or it has ended."""

    code = "unknown_rota"
    status = 404


class UnknownSwap(Refusal):
    """No such replacement here, or it was taken back before."""

    code = "unknown_swap"
    status = 404


class AlreadyCalledOut(Refusal):
    """The on-call was already called for this, and nobody has answered yet."""

    code = "already_called_out"


class CallOutOver(Refusal):
    """The call-out was answered, or has ended."""

    code = "call_out_over"


class UnknownFeed(Refusal):
    """No such calendar address here, or it was revoked before."""

    code = "unknown_feed"
    status = 404


class NotAWay(Refusal):
    """Nothing can be sent that way: the address, the headers or the text are not usable."""

    code = "not_a_way"
