"""A report as both faces show it, on the screen, in files and on paper."""

from django.utils.translation import gettext_lazy as _

MEASURES = {
    "answer": _("Première réponse"),
    "onsite": _("Intervention sur site"),
    "closing": _("Clôture"),
}
"""What is timed, as it is named everywhere."""
