"""Looking at a duty of a client's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from clausier.agenda import duties
from clausier.agenda.errors import UnknownDuty
from clausier.agenda.models import DutyCheck, DutyState
from clausier.directory.models import Client
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput

AGAIN: Final = {DutyState.MET: 365, DutyState.UNMET: 30}
"""After how many days a duty is looked at again, unless somebody says."""
LONGEST: Final = timedelta(days=3 * 366)


@act("agenda.check")
def check_duty(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    duty: str,
    state: str,
    note: str = "",
    checked_on: date | None = None,
    next_on: date | None = None,
) -> DutyCheck:
    """Write down how a duty of the client stands, and when it is looked at again: a year later where it is
    met, a month where it is not, unless said. Raises UnknownDuty, InvalidInput naming the field.
    """
    today = at.astimezone(PARIS).date()
    on = checked_on or today
    if client.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="client")
    if state not in DutyState.values:
        raise InvalidInput(_("Dites si ce devoir est respecté."), field="state")
    if on > today:
        raise InvalidInput(
            _("Cette date est à venir : un contrôle se note une fois fait."), field="checked_on"
        )
    if state == DutyState.UNMET and not note.strip():
        raise InvalidInput(_("Dites ce qui manque : le client le lit."), field="note")
    if next_on is not None and not on < next_on <= on + LONGEST:
        raise InvalidInput(_("Le prochain contrôle suit celui-ci, de trois ans au plus."), field="next_on")
    edition, known = duties.duties_of(client, on)
    found = next((one for one in known if duties.key_of(one) == duty), None)
    if found is None:
        raise UnknownDuty(_("Les conditions de ce client n’ont pas ce devoir."), field="duty")
    row = DutyCheck.objects.create(
        provider=by.provider,
        client=client,
        book=edition,
        duty=duty,
        clause=found.clause,
        says_fr=found.says.fr[:300],
        says_en=found.says.en[:300],
        state=state,
        note=note.strip()[:500],
        checked_on=on,
        next_on=next_on or _again(on, state),
        recorded_at=at,
        recorded_by=by.name,
    )
    journal.write(
        by=by,
        at=at,
        code="agenda.duty_checked",
        about=row,
        data={
            "duty": duty,
            "clause": found.clause,
            "state": state,
            "note": row.note,
            "checked_on": on.isoformat(),
            "next_on": row.next_on.isoformat() if row.next_on else None,
        },
    )
    return row


def _again(on: date, state: str) -> date | None:
    days = AGAIN.get(DutyState(state))
    return on + timedelta(days=days) if days else None
