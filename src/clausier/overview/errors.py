"""Why a replay is not shown."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class NotReady(Refusal):
    """The replay is still being computed, or came to nothing."""

    code = "replay_not_ready"
    status = 409
