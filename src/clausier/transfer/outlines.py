"""Files to fill in: the headings of a kind, one line as an example, and a sheet that explains each column."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook

from clausier.contracts import queries as contracts
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.clock import today
from clausier.transfer.kinds import KINDS
from clausier.transfer.kinds.shape import Field
from clausier.transfer.models import Kind
from clausier.transfer.sheets import add_sheet


def outline(kind: str, actor: Actor) -> bytes:
    """The workbook to fill in for `kind`."""
    found = KINDS[kind]
    book = Workbook(write_only=True)
    examples = [_example(found.key, field, actor) for field in found.fields]
    add_sheet(book, str(Kind(kind).label), [field.label for field in found.fields], [examples])
    add_sheet(
        book,
        _("Explications"),
        [_("Colonne"), _("Obligatoire"), _("Ce qu’on y écrit"), _("Exemple")],
        [
            [field.label, _("oui") if field.required else "", field.says, example]
            for field, example in zip(found.fields, examples, strict=True)
        ],
        width=32,
    )
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _example(kind: str, field: Field, actor: Actor) -> Any:
    """The field's example; a kind of contract is one of the provider's own book."""
    if kind == Kind.CONTRACTS and field.name == "kind":
        known = contracts.kinds(books.read(actor.provider.book), today())
        return next((words.to(get_language() or "fr") for words in known.values()), "")
    return str(field.example)
