"""The duties of clients: when each is looked at again, and those that were found not met."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.agenda import duties as reading
from clausier.agenda.models import DutyState
from clausier.agenda.obligations import Asked, Obligation, State, kept


def duties(asked: Asked) -> Iterator[Obligation]:
    """What a client must do, due on the day it is looked at again; missed while it is not met."""
    if not asked.actor.may("agenda.read"):
        return
    english = (get_language() or "fr").startswith("en")
    for one in reading.standing(asked.actor):
        unmet = one.state == DutyState.UNMET
        due = one.next_on or (one.checked_on if unmet else None)
        if due is None or not asked.since <= due <= asked.until:
            continue
        state: State = "missed" if unmet else kept(False, due >= asked.today)
        yield Obligation(
            key=f"duty:{one.client_id}:{one.duty}",
            kind="duty",
            owed_by="client",
            client=one.client,
            due_on=due,
            state=state,
            says=_said(one.says_en if english else one.says_fr, unmet),
            place="duties",
            ident=one.client.number,
            book=one.book.name,
            digest=one.book.digest,
            clause=one.clause,
        )


def _said(duty: str, unmet: bool) -> str:
    if unmet:
        return _("Non respecté : %(duty)s") % {"duty": duty}
    return duty[:1].upper() + duty[1:]
