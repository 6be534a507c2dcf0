"""Sessions as Django keeps them in the database; the question that every request begins with is compiled."""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import models

from clausier.foundation.compiled import Compiled, Given

# Django dates sessions by the machine's own clock, whatever ours is held at.
_NOW: Final = models.Func(function="now", output_field=models.DateTimeField())
_LIVING: Final = Compiled(lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=_NOW))


class SessionStore(db.SessionStore):
    """Django's, but for how a session is asked for."""

    def _get_session_from_db(self) -> Session | None:
        found = _LIVING.first(key=self.session_key) if self.session_key else None
        if found is None:
            self._session_key = None  # of a session that ended: the next one gets a key of its own
        return found
