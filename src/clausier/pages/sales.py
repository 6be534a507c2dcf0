"""Quotes and orders as both faces show them: lines in words, sums, where each stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.foundation import wording
from clausier.sales import papers, queries
from clausier.sales.models import ChangeLine, LineChoice, OrderLine, Quote, QuoteLine
from clausier.sales.policies import Total
from clausier.sales.queries import Sheet
from clausier.sales.states import EXPIRED, QuoteState

SHAPES = {
    QuoteState.DRAFT: "suspended",
    QuoteState.ISSUED: "on-time",
    QuoteState.SUPERSEDED: "lifted",
    QuoteState.DECLINED: "lifted",
    QuoteState.ACCEPTED: "at-risk",
    QuoteState.ORDERED: "met",
    EXPIRED: "late",
}


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line in words."""

    pk: int
    label: str
    detail: str
    quantity: str
    price: str
    discount: str
    vat: str
    net: str
    kept: bool
    choice: str
    group: str
    kind: str


@dataclass(frozen=True, slots=True)
class SoldRow:
    """A line of an order, or of a change of one, in words."""

    label: str
    kind: str
    detail: str
    quantity: str
    price: str
    vat: str
    net: str


@dataclass(frozen=True, slots=True)
class TotalRow:
    """What is due at one rhythm, in words."""

    label: str
    net: str
    vats: tuple[tuple[str, str], ...]
    gross: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a quote stands: a shape, and its word."""

    shape: str
    word: str


def lines_of(sheet: Sheet) -> list[LineRow]:
    """The lines of a quote in words."""
    return [_line(line, net, kept) for line, net, kept in sheet.lines]


def _line(line: QuoteLine, net: Decimal, kept: bool) -> LineRow:
    language = _language()
    return LineRow(
        pk=line.pk,
        label=line.label,
        detail=line.detail,
        quantity=papers.quantity_words(line.quantity, line.unit, language),
        price=wording.money(line.unit_price, language) + papers.period_words(line.period),
        discount=papers.discount_words(line, language),
        vat=wording.percent(line.vat_rate.normalize(), language),
        net=wording.money(net, language),
        kept=kept,
        choice=line.choice,
        group=line.group,
        kind=line.get_kind_display(),
    )


def sold_lines(lines: Iterable[OrderLine | ChangeLine]) -> list[SoldRow]:
    """What was ordered, or comes on top, in words."""
    language = _language()
    return [
        SoldRow(
            label=line.label,
            kind=line.get_kind_display(),
            detail=getattr(line, "detail", ""),
            quantity=papers.quantity_words(line.quantity, line.unit, language),
            price=wording.money(line.unit_price, language) + papers.period_words(line.period),
            vat=wording.percent(line.vat_rate.normalize(), language),
            net=wording.money(line.net, language),
        )
        for line in lines
    ]


def totals_of(totals: Sequence[Total]) -> list[TotalRow]:
    """Sums in words."""
    language = _language()
    return [
        TotalRow(
            label=one.label[:1].upper() + one.label[1:],
            net=wording.money(one.net, language),
            vats=tuple(
                (wording.percent(rate.rate.normalize(), language), wording.money(rate.vat, language))
                for rate in one.vats
            ),
            gross=wording.money(one.gross, language),
        )
        for one in totals
    ]


def sums(totals: Sequence[Total]) -> str:
    """« 1 200,00 € + 89,00 € par mois », excluding VAT, for a list."""
    language = _language()
    said = [wording.money(one.net, language) + papers.period_words(one.period) for one in totals]
    return " + ".join(said) or wording.money(0, language)


def mark_of(quote: Quote, today: date) -> Mark:
    """The mark of a quote on the day `today`."""
    state = queries.state_of(quote, today)
    expires_on = quote.standing.expires_on
    if state == EXPIRED:
        return Mark(SHAPES[EXPIRED], _("expiré"))
    if state == QuoteState.ISSUED and expires_on and expires_on - today <= queries.EXPIRES_WITHIN:
        return Mark("at-risk", last_days(expires_on, today))
    if state == QuoteState.ACCEPTED:
        return Mark(SHAPES[state], _("à contresigner"))
    return Mark(SHAPES[QuoteState(state)], quote.standing.get_state_display())


def last_days(expires_on: date, today: date) -> str:
    """« expire aujourd’hui », « expire demain », « expire dans 3 jours »."""
    left = expires_on - today
    if left <= timedelta(0):
        return _("expire aujourd’hui")
    if left == timedelta(days=1):
        return _("expire demain")
    return _("expire dans %(days)s jours") % {"days": left.days}


def choice_groups(rows: Sequence[LineRow]) -> list[tuple[str, list[LineRow]]]:
    """The alternatives by their group, in order."""
    found: dict[str, list[LineRow]] = {}
    for row in rows:
        if row.choice == LineChoice.ALTERNATIVE:
            found.setdefault(row.group, []).append(row)
    return list(found.items())


def options_of(rows: Sequence[LineRow]) -> list[LineRow]:
    """The lines that the client may add."""
    return [row for row in rows if row.choice == LineChoice.OPTION]


def _language() -> str:
    return get_language() or "fr"
