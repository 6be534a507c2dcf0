"""Papers of sales: the quote with the terms annexed, the order form of what a client retained, a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.foundation import books, documents, wording
from clausier.foundation.clock import PARIS
from clausier.sales import policies, queries
from clausier.sales.models import ChangeLine, LineChoice, OrderChange, Period, Quote, QuoteLine, Unit
from clausier.sales.policies import Total
from clausier.sales.queries import Sheet
from clausier.terms.book import Book
from clausier.terms.telling import told

LETTERS = Path(__file__).parent / "letters"
QUOTE = LETTERS / "quote.typ"
CHANGE = LETTERS / "change.typ"


def written_day(on: date, language: str = "") -> str:
    """« 30 novembre 2026 »."""
    return wording.long_day(on, language or get_language() or "fr", year=True, weekday=False)


def quote_paper(sheet: Sheet, *, at: datetime, retained_only: bool = False) -> bytes:
    """The quote as a PDF, in its own language; with `retained_only` the order form of what is retained."""
    language = sheet.quote.language
    with override(language):
        return documents.typeset(QUOTE, _facts(sheet, language, at, retained_only), at=at)


def _facts(sheet: Sheet, language: str, at: datetime, retained_only: bool) -> dict[str, Any]:
    quote = sheet.quote
    book = books.read(quote.book) if quote.book else queries.book_of(quote, at)
    title = _("Bon de commande") if retained_only else _("Devis")
    rows = [row for row in sheet.lines if row[2] or not retained_only]
    return {
        "language": language,
        "title": f"{title} {quote.reference}",
        "subject": quote.title,
        "dated": written_day(at.astimezone(PARIS).date(), language),
        "reference": f"{title} {quote.reference}",
        "provider": {"name": quote.provider.name, "identity": documents.identity(quote.provider)},
        "client": _client(quote),
        "facts": _said(quote, book, language),
        "introduction": quote.introduction,
        "columns": [_("Désignation"), _("Quantité"), _("Prix HT"), _("Rabais"), _("TVA"), _("Total HT")],
        "lines": [_line(line, net, retained_only, language) for line, net, _kept in rows],
        "totals": [_total(one, language) for one in sheet.totals],
        "totals_note": _totals_note(sheet, retained_only),
        "vat_note": quote.vat_note,
        "derogations_title": _("Ce que ce devis change aux conditions"),
        "derogations": _derogations(quote, book, language),
        "notices": list(_notices(quote, book)),
        "sign_title": _("Accord du client"),
        "sign": [
            _("Nom et qualité"), _("Date"), _("Signature et cachet, précédés de « bon pour accord »"),
        ],
        "countersign": _("Ce devis devient une commande une fois contresigné par le prestataire."),
        "terms_title": _("Conditions jointes : %(title)s") % {"title": book.title.to(language)},
        "terms_note": _(
            "Édition %(name)s, empreinte %(digest)s. Chaque article en nos mots ; le texte fait foi."
        )
        % {"name": book.name, "digest": book.digest},
        "terms": [
            [clause.number, clause.title.to(language), clause.gist.to(language)]
            for clause in book.clauses.values()
        ],
    }  # fmt: skip


def _client(quote: Quote) -> list[str]:
    address = quote.site and f"{quote.site.address}, {quote.site.postcode} {quote.site.city}"
    contact = quote.contact and _("à l’attention %(of_name)s") % {
        "of_name": wording.of(quote.contact.full_name, language_here())
    }
    siren = quote.client.siren and f"SIREN {wording.identifier(quote.client.siren)}"
    return [line for line in (quote.client.name, contact, address, siren) if line]


def _said(quote: Quote, book: Book, language: str) -> list[list[str]]:
    on = quote.issued_at.astimezone(PARIS).date() if quote.issued_at else quote.made_at.date()
    said = [[_("Validité"), validity_words(quote, book, on)]]
    if quote.site:
        said.append([_("Site"), quote.site.name])
    if quote.contract_kind:
        name = contracts.kinds(book, on).get(quote.contract_kind)
        kind = name.to(language) if name else quote.contract_kind
        span = written_day(quote.starts_on, language) if quote.starts_on else ""
        said.append([_("Contrat"), _("%(kind)s, dès le %(day)s") % {"kind": kind, "day": span}])
    elif quote.contract:
        said.append([_("Contrat"), quote.contract.number])
    if quote.delivery_on:
        day = written_day(quote.delivery_on, language)
        said.append([_("Livraison"), _("vers le %(day)s, à titre indicatif") % {"day": day}])
    return said


def validity_words(quote: Quote, book: Book, on: date) -> str:
    """How long a quote holds, as it states it or as its terms do."""
    if quote.valid_until:
        return _("jusqu’au %(day)s") % {"day": written_day(quote.valid_until)}
    days: Any = quote.valid_days
    clause = ""
    if days is None:
        reading = queries.book_says_validity(book, on)
        if reading is None:
            return _("à préciser")
        days, clause = reading.value, f" ({book.name} {reading.clause})"
    return _("%(days)s jours à compter de la réception") % {"days": days} + clause


def _line(line: QuoteLine, net: Decimal, retained_only: bool, language: str) -> dict[str, Any]:
    label = line.label
    if not retained_only and line.choice == LineChoice.OPTION:
        label = _("Option : %(label)s") % {"label": label}
    elif not retained_only and line.choice == LineChoice.ALTERNATIVE:
        label = _("Au choix, %(group)s : %(label)s") % {"group": line.group, "label": label}
    return {
        "label": label,
        "detail": line.detail,
        "quantity": quantity_words(line.quantity, line.unit, language),
        "price": wording.money(line.unit_price, language) + period_words(line.period),
        "discount": discount_words(line, language),
        "vat": wording.percent(line.vat_rate.normalize(), language),
        "net": wording.money(net, language),
        "firm": retained_only or line.choice == LineChoice.FIRM,
    }


def quantity_words(quantity: Decimal, unit: str, language: str) -> str:
    """« 12 postes »: French takes the plural from two on."""
    number = wording.number(quantity.normalize(), language)
    if unit in (Unit.PIECE, Unit.LUMP):
        return number
    return f"{number}{wording.NBSP}{unit_words(unit, quantity, language)}"


def unit_words(unit: str, quantity: Decimal, language: str) -> str:
    """The unit in the number that the quantity asks for."""
    names = UNITS_EN if wording.is_english(language) else UNITS_FR
    one, many = names[unit]
    return many if (quantity != 1 if wording.is_english(language) else quantity >= 2) else one


UNITS_FR = {
    "piece": ("pièce", "pièces"),
    "lump": ("forfait", "forfaits"),
    "workstation": ("poste", "postes"),
    "server": ("serveur", "serveurs"),
    "vm": ("machine virtuelle", "machines virtuelles"),
    "user": ("utilisateur", "utilisateurs"),
    "hour": ("heure", "heures"),
    "day": ("jour", "jours"),
    "pack": ("carnet", "carnets"),
}
UNITS_EN = {
    "piece": ("item", "items"),
    "lump": ("lump sum", "lump sums"),
    "workstation": ("workstation", "workstations"),
    "server": ("server", "servers"),
    "vm": ("virtual machine", "virtual machines"),
    "user": ("user", "users"),
    "hour": ("hour", "hours"),
    "day": ("day", "days"),
    "pack": ("pack", "packs"),
}


def period_words(period: str) -> str:
    """« par mois », after a price; nothing for what is due once."""
    return "" if period == Period.ONCE else f" {Period(period).label}".replace(" ", wording.NBSP)


def discount_words(line: QuoteLine, language: str) -> str:
    """« − 10 % », « − 50,00 € », or both."""
    parts = []
    if line.discount_percent:
        parts.append(f"{wording.MINUS}{wording.percent(line.discount_percent.normalize(), language)}")
    if line.discount_amount:
        parts.append(f"{wording.MINUS}{wording.money(line.discount_amount, language)}")
    return " ".join(parts)


def _total(one: Total, language: str) -> dict[str, Any]:
    return {
        "period": one.period,
        "label": one.label[:1].upper() + one.label[1:],
        "rows": [
            [_("Total hors taxes"), wording.money(one.net, language)],
            *(
                [
                    _("TVA %(rate)s sur %(base)s")
                    % {
                        "rate": wording.percent(sum_.rate.normalize(), language),
                        "base": wording.money(sum_.base, language),
                    },
                    wording.money(sum_.vat, language),
                ]
                for sum_ in one.vats
            ),
        ],
        "gross": [_("Total toutes taxes comprises"), wording.money(one.gross, language)],
    }


def _totals_note(sheet: Sheet, retained_only: bool) -> str:
    if retained_only or not sheet.has_choices:
        return ""
    counted = [line.label for line, _net, kept in sheet.lines if kept and line.choice != LineChoice.FIRM]
    if not counted:
        return _("Les options ne sont pas comptées.")
    return _("Comptés parmi les options et les choix : %(labels)s.") % {"labels": ", ".join(counted)}


def _derogations(quote: Quote, book: Book, language: str) -> list[list[str]]:
    on = quote.starts_on or queries.day_of(quote.made_at)
    found = []
    for one in quote.derogations.all():
        own, changed = contracts.proposed_difference(book, one.term, one.value, on)
        found.append(
            [
                own.label.to(language) + (f" ({book.name} {own.clause})" if own.clause else ""),
                told(book, own).to(language),
                told(book, changed).to(language),
                one.reason,
            ]
        )
    return found


def _notices(quote: Quote, book: Book) -> Iterable[str]:
    """What the terms say of quotes, in our words, where they do."""
    if book.has("order.price-firm"):
        yield _("Le prix est ferme ; un travail en plus fait l’objet d’un supplément.")
    if quote.delivery_on:
        yield _("Les dates de livraison sont indicatives.")
    if book.has("order.change-needs"):
        yield _("Une commande ne se modifie ou ne s’annule que d’un commun accord.")


def change_paper(change: OrderChange, lines: Sequence[ChangeLine], *, at: datetime) -> bytes:
    """The document of a change, in the language of the quote."""
    order, language = change.order, change.order.quote.language
    with override(language):
        totals = policies.totals((line, line.net) for line in lines)
        facts = {
            "language": language,
            "title": _("Commande %(order)s : %(kind)s")
            % {"order": order, "kind": change.get_kind_display()},
            "dated": written_day(at.astimezone(PARIS).date(), language),
            "reference": str(change),
            "provider": {"name": order.provider.name, "identity": documents.identity(order.provider)},
            "client": order.client.name,
            "facts": [
                [_("Commande"), order.number],
                [_("Devis"), order.quote.reference],
                [_("Demandé par"), change.get_asked_by_side_display()],
            ],
            "text": change.text,
            "columns": [_("Désignation"), _("Quantité"), _("Prix HT"), _("TVA"), _("Total HT")],
            "lines": [
                [
                    line.label,
                    quantity_words(line.quantity, line.unit, language),
                    wording.money(line.unit_price, language) + period_words(line.period),
                    wording.percent(line.vat_rate.normalize(), language),
                    wording.money(line.net, language),
                ]
                for line in lines
            ],
            "totals": [_total(one, language) for one in totals],
            "sign": [_("Pour le client"), _("Pour le prestataire")],
            "notice": _(
                "Ce document ne vaut qu’avec l’accord signé des deux parties ; "
                "la commande reste telle qu’elle a été signée."
            ),
        }  # fmt: skip
        return documents.typeset(CHANGE, facts, at=at)


def language_here() -> str:
    """The language that is spoken now."""
    return get_language() or "fr"
