"""Why an act on tokens or webhooks is refused, and why a token admits nobody."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class UnknownToken(Refusal):
    """No such token for this provider."""

    code = "unknown_token"
    status = 404


class UnknownScreen(Refusal):
    """No such screen on this provider's walls."""

    code = "unknown_screen"
    status = 404


class TokenRefused(Refusal):
    """The token is unknown, expired or revoked, or whoever it acts for has left."""

    code = "token_refused"
    status = 401


class ScopeTooWide(Refusal):
    """A token may do no more than its maker, and no more than the one it acts for."""

    code = "scope_too_wide"


class NotATarget(Refusal):
    """Events are not sent to that address: not https, or inside the provider's own network."""

    code = "not_a_target"


class UnknownWebhook(Refusal):
    """No such subscription, or no such delivery, for this provider."""

    code = "unknown_webhook"
    status = 404


class NothingToSend(Refusal):
    """The delivery is still being tried."""

    code = "nothing_to_send"
    status = 409


class KeyReused(Refusal):
    """The idempotency key came before with another request."""

    code = "idempotency_key_reused"
    status = 409
