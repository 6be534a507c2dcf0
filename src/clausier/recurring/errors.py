"""Why an act on recurring work is refused."""

from clausier.foundation.errors import Refusal


class UnknownPlan(Refusal):
    """No such plan here, or it has ended."""

    code = "unknown_plan"
    status = 404


class AlreadyPaused(Refusal):
    """The plan is paused already, or runs already."""

    code = "already_paused"
