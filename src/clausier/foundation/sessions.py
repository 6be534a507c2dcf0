"""Sessions in the database, found by a question whose SQL is made once: every request asks it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from clausier.foundation.compiled import Compiled, Given

_KEPT: Final = Compiled(lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=Now()))


class SessionStore(db.SessionStore):
    """Django's own, but for how it reads."""

    def _get_session_from_db(self) -> Any:
        found = _KEPT.first(key=self.session_key)
        if found is None:
            self._session_key = None
        return found
