"""Telephone numbers: kept as E.164, found as anybody may type them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext as _

from clausier.foundation.errors import InvalidInput

HOME = "FR"
HOME_PREFIX = "33"
FEWEST_DIGITS = 3  # under three figures, half the directory would answer


def e164(number: str, *, field: str) -> str:
    """`number` as E.164, "" when empty. Raises InvalidInput naming `field` when nobody could dial it."""
    if not number.strip():
        return ""
    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise InvalidInput(
            _("« %(number)s » n’est pas un numéro de téléphone : dix chiffres, ou + et l’indicatif du pays.")
            % {"number": number},
            field=field,
        )
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


@dataclass(frozen=True, slots=True)
class Dialled:
    """What a typed number may be: the beginning of an E.164 number, or the last figures of one."""

    beginnings: tuple[str, ...]
    ending: str


def dialled(text: str) -> Dialled | None:
    """`text` read as (part of) a number, in any habit of writing; None when it is no number."""
    typed = text.strip().replace("(0)", "")
    if not re.fullmatch(r"\+?[\d\s./()\u2011-]+", typed):
        return None
    digits = re.sub(r"\D", "", typed)
    if len(digits) < FEWEST_DIGITS:
        return None
    if typed.startswith("+"):
        return Dialled((f"+{digits}",), digits)
    if digits.startswith("00"):
        return Dialled((f"+{digits[2:]}",), digits[2:])
    if digits.startswith("0"):
        return Dialled((f"+{HOME_PREFIX}{digits[1:]}",), digits)
    return Dialled((f"+{digits}", f"+{HOME_PREFIX}{digits}"), digits)
