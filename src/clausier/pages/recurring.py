"""Recurring work as it is said to anyone: its rhythm in words, and what a client is shown of it."""

from __future__ import annotations

from typing import Final

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clausier.recurring.models import Plan, Rhythm

WEEKS_OF_MONTH: Final = {
    1: lambda: _("premier"),
    2: lambda: _("deuxième"),
    3: lambda: _("troisième"),
    4: lambda: _("quatrième"),
    -1: lambda: _("dernier"),
}


def rhythm_words(plan: Plan) -> str:
    """« chaque lundi », « le 2ᵉ mardi, tous les 3 mois »: the rhythm as one says it."""
    if plan.rhythm == Rhythm.WEEKS:
        day = str(WEEKDAYS[plan.weekday or 0])
        says = ngettext("chaque %(day)s", "un %(day)s toutes les %(n)d semaines", plan.every)
        return says % {"day": day, "n": plan.every}
    months = ngettext("chaque mois", "tous les %(n)d mois", plan.every) % {"n": plan.every}
    if plan.rhythm == Rhythm.MONTH_DAY:
        return _("le %(day)d, %(months)s") % {"day": plan.month_day or 1, "months": months}
    return _("le %(which)s %(day)s, %(months)s") % {
        "which": WEEKS_OF_MONTH[plan.week_of_month or 1](),
        "day": str(WEEKDAYS[plan.weekday or 0]),
        "months": months,
    }
