"""The three faces, and a word beside them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.desk.models import Mark
from clausier.pages.forms import ActForm, LongText

FACES = {Mark.GOOD: "smile", Mark.FAIR: "meh", Mark.BAD: "frown"}


class MarkForm(ActForm):
    """How it went."""

    mark = forms.TypedChoiceField(
        label=_("Êtes-vous satisfait de ce qui a été fait ?"),
        choices=[(mark.value, mark.label) for mark in FACES],
        coerce=int,
        error_messages={"required": _("Choisissez un des trois visages.")},
    )
    comment = LongText(label=_("Un mot de plus"), required=False, max_length=2000)

    def faces(self) -> list[dict[str, object]]:
        """Each mark with its icon, and whether it is chosen."""
        chosen = str(self["mark"].value() or "")
        return [
            {"value": mark.value, "label": mark.label, "icon": icon, "chosen": str(mark.value) == chosen}
            for mark, icon in FACES.items()
        ]
