"""The states of a promise: each one a word and a shape; the colour only comes on top."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The keys are those of the kernel's promise outcome.
WORDS: dict[str, Promise] = {
    "on-time": _("À l’heure"),
    "at-risk": _("À risque"),
    "late": _("En retard"),
    "met": _("Tenue"),
    "met-late": _("Tenue en retard"),
    "suspended": _("Suspendue"),
    "lifted": _("Levée"),
}

ON_A_GROUND = frozenset({"at-risk", "late"})
"""The states that get a coloured ground in lists; the others stay quiet."""
