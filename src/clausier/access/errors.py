"""Why an act on agreements and access is refused."""

from clausier.foundation.errors import Refusal


class UnknownAgreement(Refusal):
    """No such agreement for this actor."""

    code = "unknown_agreement"
    status = 404


class AlreadyAnswered(Refusal):
    """An agreement is answered once; what changes afterwards is a withdrawal, or a new one."""

    code = "already_answered"
    status = 409


class AlreadyAsked(Refusal):
    """The same is asked already, and nobody has answered yet."""

    code = "already_asked"
    status = 409


class NoPrevious(Refusal):
    """Only an agreement that stands is withdrawn."""

    code = "agreement_not_given"
    status = 409


class ToolExists(Refusal):
    """A tool of that name is in the list."""

    code = "tool_exists"
    status = 409


class NoSuchTool(Refusal):
    """The tool is not in the provider's list, or was taken out of it."""

    code = "no_such_tool"


class ConsentNeeded(Refusal):
    """Nobody touches a client's system without its consent (imri VII.3.3)."""

    code = "consent_needed"
