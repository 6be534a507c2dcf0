"""Papers about contracts: an amendment, and the terms that apply on a day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.contracts import amending
from clausier.contracts.models import Amendment, AmendmentLine, LinePeriod
from clausier.foundation import documents, wording
from clausier.foundation.clock import PARIS

AMENDMENT = Path(__file__).parent / "letters" / "amendment.typ"


def amendment(found: Amendment, *, language: str, at: datetime) -> bytes:
    """The amendment as a PDF, in `language`, dated `at`, with room for both signatures."""
    with override(language):
        return documents.typeset(AMENDMENT, _facts(found, language, at), at=at)


def _facts(found: Amendment, language: str, at: datetime) -> dict[str, Any]:
    contract, lines = found.contract, list(found.lines.all())
    return {
        "language": language[:2],
        "title": _("Avenant %(number)s") % {"number": found.number},
        "subject": found.subject,
        "dated": wording.long_day(at.astimezone(PARIS).date(), language, year=True, weekday=False),
        "reference": found.number,
        "provider": {"name": contract.provider.name, "identity": documents.identity(contract.provider)},
        "reason": found.reason,
        "facts": [
            [_("Contrat"), f"{contract.number} {contract.title}".strip()],
            [_("Client"), contract.client.name],
            [_("Annoncé le"), _day(found.announced_on, language)],
            [_("Prend effet le"), _day(found.effective_on, language)],
            *_notice(found, language),
        ],
        "columns": [_("Ce qui change"), _("Quantité"), _("Prix unitaire HT"), _("Montant HT")],
        "lines": [_line(line, language) for line in lines],
        "totals": [
            [LinePeriod(period).label.capitalize(), wording.money(total, language)]
            for period, total in amending.totals_of(lines).items()
        ],
        "rest": _("Tout ce que cet avenant ne change pas reste comme convenu."),
        "clause": _clause(found),
        "signed": [
            [_("Pour %(name)s") % {"name": name}, _("Nom, date, signature")]
            for name in (contract.provider.name, contract.client.name)
        ],
    }


def _notice(found: Amendment, language: str) -> list[list[str]]:
    if found.notice_by is None or found.term_ends_on is None:
        return []
    told = _("au plus tard le %(by)s pour le terme du %(term)s") % {
        "by": _day(found.notice_by, language),
        "term": _day(found.term_ends_on, language),
    }
    late = [[_("Hors délai"), _("les deux parties conviennent du jour d’effet ci-dessus")]]
    return [[_("Annonce due"), told], *(late if found.is_late and found.effect == "agreed-day" else [])]


def _clause(found: Amendment) -> str:
    if found.ruling is None:
        return ""
    cited = (line["clause"] for line in found.ruling.outcome["because"] if line["clause"])
    clause = next(cited, "")
    return f"{found.ruling.outcome['book']} {clause}" if clause else ""


def _line(line: AmendmentLine, language: str) -> dict[str, str]:
    return {
        "label": line.label,
        "detail": str(line.get_equipment_class_display()) if line.equipment_class else "",
        "quantity": wording.number(line.quantity, language, signed=True),
        "price": f"{wording.money(line.unit_price, language)} {line.get_period_display()}",
        "amount": wording.money(line.amount, language),
    }


def _day(on: Any, language: str) -> str:
    return wording.day(on, language, year=True, weekday=False)
