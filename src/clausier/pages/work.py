"""Recorded work in one line, as both faces offer it to be contested."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.desk.models import WorkEntry
from clausier.foundation import wording
from clausier.foundation.clock import PARIS


def entry_label(entry: WorkEntry) -> str:
    """« ven. 20 nov., à distance, 20 min : Service redémarré. »."""
    on = wording.day(entry.session.started_at.astimezone(PARIS).date(), get_language() or "fr")
    return _("%(on)s, %(mode)s, %(minutes)s : %(text)s") % {
        "on": on,
        "mode": entry.session.get_mode_display(),
        "minutes": f"{entry.minutes}{wording.NBSP}min",
        "text": entry.text,
    }
