"""What the tests of sign-in do by hand: enrol, count codes, read letters."""

from __future__ import annotations

import re
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client as Browser
from django.urls import reverse

from clausier.foundation.models import Person

PASSWORD = "un mot de passe assez long"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_password(person: Person) -> Person:
    """`person`, who signs in with `PASSWORD`."""
    person.set_password(PASSWORD)
    person.save()
    return person


def enter(browser: Browser, person: Person, **more: str) -> Any:
    """Address and password, typed on the page."""
    return browser.post(reverse("sign-in"), {"login": person.email, "password": PASSWORD} | more)


def signed_in_as(browser: Browser) -> int | None:
    """The person the browser is signed in as."""
    found = browser.session.get("_auth_user_id")
    return int(found) if found else None


def enrol_app(person: Person) -> TOTP:
    """An authenticator application that knows `SECRET`."""
    return TOTP.activate(person, SECRET)


def enrol_codes(person: Person) -> list[str]:
    """Ten recovery codes."""
    return RecoveryCodes.activate(person).generate_codes()


def code_at(seconds: float) -> str:
    """What the application shows at that second of the epoch."""
    return format_hotp_value(hotp_value(SECRET, int(seconds) // 30))


def link_in(letter: Any) -> str:
    """The path of the first link of a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.body)
    assert found, letter.body
    return found.group(1)
