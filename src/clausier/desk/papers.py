"""Papers of the workshop: what the client signs when a machine comes in, leaves or is lent (imri V)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.desk.models import Custody, MachineLoan
from clausier.foundation import documents, wording
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Provider

RECEIPT = Path(__file__).parent / "letters" / "receipt.typ"


def custody_receipt(custody: Custody, *, photos: int, language: str, at: datetime) -> bytes:
    """That a machine was left with the provider, and in which state."""
    with override(language):
        return _set(
            custody.provider,
            client=custody.client.name,
            title=_("Bon de dépôt %(number)s") % {"number": custody},
            facts=[
                (_("Machine"), custody.label),
                (_("Numéro de série"), custody.serial),
                (_("Accessoires"), custody.accessories),
                (_("État constaté"), custody.condition),
                (_("Photos"), str(photos) if photos else ""),
                (_("Ticket"), str(custody.ticket) if custody.ticket else ""),
                (_("Code d’ouverture"), _("confié, gardé sous scellés") if custody.code else ""),
                (_("Reçue le"), _instant(custody.received_at, language)),
                (_("Reçue par"), custody.received_by.full_name),
                (_("Apportée par"), custody.brought_by),
                (_("À reprendre vers le"), _day(custody.due_on, language)),
            ],
            notice=_(
                "La machine reste la propriété du client. Ce bon en dit l’état à l’arrivée ; "
                "il se confirme par une signature ou sur le portail."
            ),
            signatures=[_("Pour le client"), _("Pour le prestataire")],
            language=language,
            at=at,
        )


def return_receipt(custody: Custody, *, language: str, at: datetime) -> bytes:
    """That the machine was handed back, and to whom."""
    with override(language):
        return _set(
            custody.provider,
            client=custody.client.name,
            title=_("Bon de retour %(number)s") % {"number": custody},
            facts=[
                (_("Machine"), custody.label),
                (_("Numéro de série"), custody.serial),
                (_("Accessoires"), custody.accessories),
                (_("Reçue le"), _instant(custody.received_at, language)),
                (_("Rendue le"), _instant(at, language)),
                (_("Rendue par"), custody.returned_by.full_name if custody.returned_by else ""),
                (_("Remise à"), custody.handed_to),
            ],
            notice=_("La personne nommée a repris la machine et ses accessoires."),
            signatures=[_("Pour le client"), _("Pour le prestataire")],
            language=language,
            at=at,
        )


def loan_receipt(loan: MachineLoan, *, language: str, at: datetime) -> bytes:
    """That a machine of the provider's was lent, to whom, until when."""
    with override(language):
        return _set(
            loan.provider,
            client=loan.client.name,
            title=_("Bon de prêt"),
            facts=[
                (_("Machine prêtée"), loan.label),
                (_("Numéro de série"), loan.serial),
                (_("Accessoires"), loan.accessories),
                (_("En attendant"), f"{loan.custody}, {loan.custody.label}" if loan.custody else ""),
                (_("Prêtée le"), _instant(loan.lent_at, language)),
                (_("Prêtée par"), loan.lent_by.full_name),
                (_("Remise à"), loan.lent_to),
                (_("À rendre avant le"), _day(loan.due_on, language)),
            ],
            notice=_("La machine prêtée reste la propriété du prestataire."),
            signatures=[_("Pour le client"), _("Pour le prestataire")],
            language=language,
            at=at,
        )


def _set(
    provider: Provider,
    *,
    client: str,
    title: str,
    facts: list[tuple[str, str]],
    notice: str,
    signatures: list[str],
    language: str,
    at: datetime,
) -> bytes:
    data: dict[str, Any] = {
        "language": language[:2],
        "title": title,
        "reference": title,
        "dated": _day(at.astimezone(PARIS).date(), language),
        "provider": {"name": provider.name, "identity": documents.identity(provider)},
        "client": client,
        "facts": [[label, text] for label, text in facts if text],
        "notice": notice,
        "signatures": signatures,
    }
    return documents.typeset(RECEIPT, data, at=at)


def _day(on: date, language: str) -> str:
    return wording.long_day(on, language, year=True, weekday=False)


def _instant(at: datetime, language: str) -> str:
    return wording.instant(at.astimezone(PARIS), language)
