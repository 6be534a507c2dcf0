"""Sessions in the database, as Django keeps them; every request asks for its own, so the SQL is made once."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from clausier.foundation.compiled import Compiled, Given

_SESSION: Final = Compiled(lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=Now()))


class SessionStore(db.SessionStore):
    """A session as Django stores it."""

    def _get_session_from_db(self) -> Any:
        found = _SESSION.first(key=self.session_key)
        if found is None:
            self._session_key = None
        return found
