"""Whether someone has a second factor, and must have one."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings

from clausier.foundation.models import Person

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def missing(person: Person) -> bool:
    """Whether `person`, of the staff, must set one up before going on. Recovery codes alone do not count."""
    if not settings.STAFF_SECOND_FACTOR:
        return False
    return not Authenticator.objects.filter(user=person, type__in=STRONG).exists()
