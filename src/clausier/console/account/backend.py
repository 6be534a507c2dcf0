"""Who a session belongs to: as allauth finds them, but for the question that every request asks."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.auth_backends import AuthenticationBackend

from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import Person

_PERSON: Final = Compiled(lambda: Person.objects.filter(pk=Given("person")))


class Backend(AuthenticationBackend):
    """Signs people in as allauth does."""

    def get_user(self, user_id: Any) -> Person | None:
        person = _PERSON.first(person=user_id)
        return person if person and self.user_can_authenticate(person) else None
