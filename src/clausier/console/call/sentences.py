"""What to say to the caller before hanging up: one sentence, true of what was just computed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.desk.models import Verdict
from clausier.foundation import wording
from clausier.foundation.clock import PARIS


def sentence_of(verdict: str, due_at: datetime | None, now: datetime) -> str:
    """The sentence for a ticket with that verdict and, when the terms promise one, that deadline."""
    if due_at is not None:
        return _("« Un technicien sera chez vous %(before)s. »") % {"before": _before(due_at, now)}
    return _without_promise()[verdict]


def _before(due_at: datetime, now: datetime) -> str:
    """« lundi avant 12 h 30 », with the day of the month when it is a week away or more."""
    language = get_language() or "fr"
    due, today = due_at.astimezone(PARIS), now.astimezone(PARIS).date()
    hour = wording.spoken_hour(due, language)
    if due.date() == today:
        return _("aujourd’hui avant %(hour)s") % {"hour": hour}
    near = (due.date() - today).days < 7
    day = wording.weekday_name(due.date(), language) if near else wording.long_day(due.date(), language)
    return _("%(day)s avant %(hour)s") % {"day": day, "hour": hour}


def _without_promise() -> dict[str, str]:
    return {
        Verdict.COVERED: _("« Nous prenons votre demande en charge, elle est comprise dans votre contrat. »"),
        Verdict.POINTS: _("« Un technicien s’en occupe ; le temps passé sera décompté de vos points. »"),
        Verdict.HOURLY: _("« Un technicien s’en occupe ; le temps passé vous sera facturé à l’heure. »"),
        Verdict.FOLLOW_UP: _(
            "« Nous ouvrons un dossier chez votre fournisseur et nous le suivons pour vous. »"
        ),
        Verdict.EXCLUDED: _("« Votre contrat ne comprend pas cette demande : nous vous envoyons un devis. »"),
    }
