"""The same panel on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.foundation import documents, wording
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Provider
from clausier.pages.parts.why import Line, Panel

TEMPLATE = Path(__file__).parent / "why.typ"


def paper_of(panel: Panel, *, provider: Provider, at: datetime) -> bytes:
    """The PDF of a panel, dated `at`: the value, its account, its sources."""
    language = get_language() or "fr"
    return documents.typeset(TEMPLATE, _facts(panel, provider, language, at), at=at)


def _facts(panel: Panel, provider: Provider, language: str, at: datetime) -> dict[str, Any]:
    total = [{**_line(panel.total), "total": True}] if panel.total else []
    after = [{"says": line.says, "amount": line.amount, "total": line.strong} for line in panel.after]
    return {
        "language": language[:2],
        "title": panel.question,
        "value": panel.value,
        "says": panel.says,
        "warnings": list(panel.warnings),
        "dated": wording.instant(at.astimezone(PARIS), language, year=True),
        "reference": panel.links.reference,
        "provider": {"name": provider.name, "identity": documents.identity(provider)},
        "words": {
            "why": _("Pourquoi ?"),
            "days": _("La règle des jours"),
            "account": _("Le compte, ligne à ligne"),
            "source": _("D’où cela vient"),
        },
        "days": _days(panel),
        "account": [_line(line) for line in panel.account] + total + after,
        "sources": [[_label(source.kind), _source(source)] for source in panel.sources],
    }


def _line(line: Line) -> dict[str, str]:
    return {"says": line.says, "detail": line.detail, "clause": line.chip, "amount": line.amount}


def _source(source: Any) -> str:
    return " — ".join(part for part in (source.chip, source.text, source.reason) if part)


def _label(kind: str) -> str:
    return {
        "clause": _("Clause"),
        "law": _("Loi"),
        "edition": _("Édition"),
        "interpretation": _("Interprétation"),
        "derogation": _("Dérogation"),
        "practice": _("Usage"),
    }.get(kind, kind)


def _days(panel: Panel) -> list[dict[str, Any]]:
    if panel.ruler is None:
        return []
    return [
        {
            "label": row.label or row.fold,
            "closed": bool(row.closed),
            "closed_word": row.closed,
            "sum": wording.duration(row.seconds),
            "bars": [
                {"x": block.x, "w": block.width, "counted": block.kind in {"counted", "used", "left"}}
                for block in row.blocks
                if block.kind in {"open", "counted", "used", "left"}
            ],
        }
        for row in panel.ruler.rows
    ]
