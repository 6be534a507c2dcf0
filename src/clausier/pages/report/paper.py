"""A report on paper: its tables, and its plots drawn from the same columns."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from clausier.foundation import documents, wording
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Provider
from clausier.pages.parts.columns import Columns
from clausier.pages.report.reading import Figure, Shown, TallyRow, TimesShown, period, tally_words
from clausier.pages.templatetags.words import language

TEMPLATE = Path(__file__).parent / "report.typ"


def paper_of(shown: Shown, *, provider: Provider, at: datetime) -> bytes:
    """The PDF of a report, dated `at`, in the language spoken."""
    return documents.typeset(TEMPLATE, _facts(shown, provider, at), at=at)


def _facts(shown: Shown, provider: Provider, at: datetime) -> dict[str, Any]:
    asked = shown.report.asked
    about = [asked.client.name] if asked.client else []
    about += [asked.agency.name] if asked.agency else []
    about += [asked.tag.name] if asked.tag else []
    return {
        "language": language()[:2],
        "title": _("Rapport du service"),
        "about": " · ".join([*about, period(asked)]),
        "dated": wording.instant(at.astimezone(PARIS), language(), year=True),
        "reference": _("Rapport %(period)s") % {"period": period(asked)},
        "provider": {"name": provider.name, "identity": documents.identity(provider)},
        "facts": [
            [_("Appels"), _n(shown.called.n)],
            [_("Clos"), _n(shown.closed.n)],
            [_("Promesses tenues"), _rate(shown.total.rate)],
            [_("Points décomptés"), wording.number(shown.report.points_used, language(), places=2)],
        ],
        "promises": _promises(shown) if shown.promises else None,
        "times": [_times(one) for one in shown.times if one.taken.count],
        "load": _load(shown),
        "points": _points(shown),
        "nothing": _("Aucun appel sur cette période."),
    }


def _promises(shown: Shown) -> dict[str, Any]:
    return {
        "title": _("Promesses par clause"),
        "columns": [_("Promesse"), *tally_words().values(), _("Taux tenu")],
        "rows": [_tally(row) for row in (*shown.promises, shown.total)],
        "plot": _plot(shown.kept_plot),
    }


def _tally(row: TallyRow) -> dict[str, Any]:
    return {
        "chip": row.chip,
        "says": row.says,
        "cells": [*(_n(figure.n) for _label, figure in row.cells), _rate(row.rate)],
    }


def _times(one: TimesShown) -> dict[str, Any]:
    return {
        "title": one.name,
        "note": one.note,
        "facts": [
            [_("Tickets mesurés"), _n(one.taken.count)],
            [_("La moitié en"), _duration(one.taken.median)],
            [_("Neuf sur dix en"), _duration(one.taken.ninetieth)],
        ],
        "plot": _plot(one.plot),
    }


def _load(shown: Shown) -> dict[str, Any] | None:
    if not shown.load:
        return None
    return {
        "title": _("Appels par heure et jour"),
        "columns": [_("Heure"), *(name[:3] for name, _total in shown.weekdays), _("Total")],
        "rows": [
            [row.hour, *(_blank(cell.figure) for cell in row.cells), _n(row.total)] for row in shown.load
        ],
        "levels": [[cell.level for cell in row.cells] for row in shown.load],
    }


def _points(shown: Shown) -> dict[str, Any] | None:
    if not shown.points:
        return None
    return {
        "title": _("Points par client"),
        "columns": [_("Client"), _("Contrat"), _("Décomptes"), _("Points")],
        "rows": [
            [
                row.used.account.client.name,
                row.used.account.contract.number,
                _n(row.used.deductions),
                wording.number(row.used.points, language(), places=2),
            ]
            for row in shown.points
        ],
    }


def _plot(plot: Columns) -> dict[str, Any]:
    return {
        "columns": [
            {
                "label": column.label,
                "pieces": [
                    {"kind": piece.css, "share": round(100 * piece.height / plot.height, 2)}
                    for piece in reversed(column.pieces)
                ],
            }
            for column in plot.columns
        ],
        "ticks": [tick.label for tick in reversed(plot.ticks)],
        "legend": [{"kind": one.css, "label": one.label} for one in plot.series],
    }


def _n(n: int) -> str:
    return wording.number(n, language())


def _blank(figure: Figure) -> str:
    return _n(figure.n) if figure.n else ""


def _rate(rate: Decimal | None) -> str:
    return "–" if rate is None else wording.percent(rate, language(), places=1)


def _duration(seconds: int | None) -> str:
    return "" if seconds is None else wording.duration(seconds)
