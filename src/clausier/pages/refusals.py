"""What the terms cannot answer, as a refusal: the sentence of the kernel in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.foundation.errors import InvalidInput
from clausier.terms.errors import TermsError


def in_terms(error: TermsError) -> InvalidInput:
    """`error` as every page shows a refusal, the field at fault kept."""
    says = error.message.to(get_language() or "fr")
    return InvalidInput(says, field=error.field, way_out=_("Revenez à la page et corrigez."))
