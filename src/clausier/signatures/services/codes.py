"""The one-time code: sent to the signer's address, few at a time, tried a few times, good for minutes.

A wrong try must be kept although nothing else happens: so `confirm_code` answers no instead of refusing.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.signatures import letters
from clausier.signatures.errors import CodeRefused, NotOpened, TooManyCodes
from clausier.signatures.models import SignatureCode, SignatureRequest, TrailKind
from clausier.signatures.services.held import NOWHERE, Trace, hold_as_signer, must_be_open, note, write
from clausier.signatures.states import RequestState

DIGITS: Final = 6
MINUTES: Final = 15
"""How long a code may be entered, and then how long its holder may take to sign."""
MOST_TRIES: Final = 5
MOST_AN_HOUR: Final = 5
MOST_A_DAY: Final = 15
SECONDS_BETWEEN: Final = 45


@act("portal.sign")
def send_code(*, by: Actor, at: datetime, request: SignatureRequest, trace: Trace = NOWHERE) -> SignatureCode:
    """Send the signer a code; former ones are worth nothing any more.

    Raises UnknownRequest, AlreadySettled, SignatureExpired, NotOpened, TooManyCodes.
    """
    held = hold_as_signer(request, by)
    must_be_open(held, at)
    must_be_opened(held)
    _must_be_few(held, at)
    code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    made = SignatureCode.objects.create(
        provider=by.provider,
        client_id=held.client_id,
        request=held,
        digest=_digest(held, code),
        sent_to=held.signer_email,
        sent_at=at,
        expires_at=at + timedelta(minutes=MINUTES),
    )
    letters.send_code(held, code, MINUTES)
    note(held, TrailKind.CODE_SENT, by=by, at=at, note=held.signer_email, trace=trace, name=held.signer_name)
    write(held, code="signatures.code_sent", by=by, at=at, email=held.signer_email)
    return made


def must_be_opened(request: SignatureRequest) -> None:
    """Raises NotOpened."""
    if request.state == RequestState.ASKED:
        raise NotOpened(_("Ouvrez d’abord le document."), way_out=_("Lisez-le, puis signez."))


def _must_be_few(request: SignatureRequest, at: datetime) -> None:
    sent = request.codes
    hour, day = at - timedelta(hours=1), at - timedelta(days=1)
    if sent.filter(sent_at__gt=at - timedelta(seconds=SECONDS_BETWEEN)).exists():
        raise TooManyCodes(
            _("Un code vient de partir."),
            way_out=_("Attendez une minute, et regardez dans vos indésirables."),
        )
    if (
        sent.filter(sent_at__gt=hour).count() >= MOST_AN_HOUR
        or sent.filter(sent_at__gt=day).count() >= MOST_A_DAY
    ):
        raise TooManyCodes(
            _("Trop de codes ont été demandés pour ce document."),
            way_out=_("Réessayez dans une heure, ou signez sur papier."),
        )


def latest(request: SignatureRequest) -> SignatureCode | None:
    """The code that counts: the last one sent."""
    return request.codes.order_by("-pk").first()


@act("portal.sign")
def confirm_code(
    *, by: Actor, at: datetime, request: SignatureRequest, code: str, trace: Trace = NOWHERE
) -> bool:
    """Whether `code` is the one that was sent; each try counts. A right one is good for `sign`, for minutes.

    Raises UnknownRequest, AlreadySettled, SignatureExpired.
    """
    held = hold_as_signer(request, by)
    must_be_open(held, at)
    sent = latest(held)
    if sent is None:
        return False
    if sent.confirmed_at is not None:
        return is_good(held, sent, code, at)
    if at >= sent.expires_at or sent.tries >= MOST_TRIES:
        return False
    is_right = _matches(held, sent, code)
    sent.tries += 1
    sent.confirmed_at = at if is_right else None
    sent.save(update_fields=["tries", "confirmed_at"])
    if is_right:
        write(held, code="signatures.code_confirmed", by=by, at=at, address=trace.address)
    else:
        note(held, TrailKind.CODE_WRONG, by=by, at=at, trace=trace, name=held.signer_name)
        write(held, code="signatures.code_wrong", by=by, at=at, tries=sent.tries, address=trace.address)
    return is_right


def confirmed(request: SignatureRequest, code: str, at: datetime) -> SignatureCode:
    """The code that was confirmed, for whoever types it again. Raises CodeRefused."""
    sent = latest(request)
    if sent is None or not is_good(request, sent, code, at):
        raise CodeRefused(
            _("Ce code n’est pas le bon, ou n’est plus valable."),
            field="code",
            way_out=_("Vérifiez les chiffres du dernier courriel, ou demandez un nouveau code."),
        )
    return sent


def is_good(request: SignatureRequest, sent: SignatureCode, code: str, at: datetime) -> bool:
    """Whether the code was confirmed a few minutes ago, and is this one."""
    fresh = sent.confirmed_at is not None and at < sent.confirmed_at + timedelta(minutes=MINUTES)
    return fresh and _matches(request, sent, code)


def _matches(request: SignatureRequest, sent: SignatureCode, code: str) -> bool:
    digits = "".join(sign for sign in code if sign.isdigit())
    return hmac.compare_digest(sent.digest, _digest(request, digits))


def _digest(request: SignatureRequest, code: str) -> str:
    """Six digits are soon tried out: the digest is keyed with the installation's signing key."""
    return salted_hmac(f"clausier.signatures.code.{request.pk}", code, algorithm="sha256").hexdigest()
