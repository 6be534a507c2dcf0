"""What the papers of a reversibility say, and their PDF: the delivery record, the destruction certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from clausier.contracts.models import Contract, Party
from clausier.foundation import documents, wording
from clausier.foundation.clock import PARIS
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.models import DeliveryRecord, Reversal, ReversalDevice, ReversalItem, Wiping
from clausier.lifecycle.papers import day

LETTERS: Final = Path(__file__).parent / "letters"


def delivery_record(record: DeliveryRecord, items: Sequence[ReversalItem], *, at: datetime) -> bytes:
    """The record as it stands: what was returned, on whose medium, remarks and reservations."""
    reversal = record.reversal
    with override(record.language):
        whose = (
            _("fourni par le client") if record.medium_of == Party.CLIENT else _("fourni par le prestataire")
        )
        said = list(record.reservations.order_by("pk")) if record.pk else []
        return documents.typeset(
            LETTERS / "delivery.typ",
            {
                **_head(reversal, record.number, record.language, at),
                "title": _("Bordereau de restitution"),
                "facts": [
                    *_facts(reversal, record.number),
                    [_("À restituer au plus tard le"), day(reversal.due_on)],
                    [_("Restitué le"), day(record.delivered_on)],
                    [_("Support"), f"{record.medium}, {whose}"],
                ],
                "scope_title": _("Périmètre demandé par le client"),
                "scope": reversal.scope,
                "columns": [_("Ce qui est rendu"), _("Nature"), _("Forme, taille"), _("Comment"), _("Le")],
                "lines": [_item(one, record.language) for one in items],
                "remarks_title": _("Remarques du prestataire"),
                "remarks": record.remarks,
                "reservations_title": _("Réserves du client"),
                "reservations": [one.text for one in said],
                "none": _("Aucune réserve à ce jour."),
                "closing": _(
                    "En signant, le client reconnaît avoir reçu ce qui est listé, sous les réserves écrites "
                    "ci-dessus. Les mots de passe et clés sont remis à part, et n’apparaissent dans aucun "
                    "document. Une fois tout rendu et sans réserve, le prestataire efface les données qu’il "
                    "détient encore."
                ),
                "signed": [
                    [reversal.provider.name, _("Pour le prestataire, %(name)s") % {"name": record.issued_by}],
                    [reversal.client.name, _("Pour le client, %(name)s") % {"name": record.signer_name}],
                ],
            },
            at=at,
        )


def destruction_certificate(
    reversal: Reversal,
    devices: Sequence[ReversalDevice],
    *,
    number: str,
    signed_by: str,
    language: str,
    at: datetime,
) -> bytes:
    """The certificate before its seal: each device, by serial number, with how and by whom it was wiped."""
    with override(language):
        entries = [(one, found) for one in devices if (found := reversal_queries.standing_wiping(one))]
        returned = day(reversal.returned_on) if reversal.returned_on else ""
        signed = reversal.records.filter(state="complete").order_by("pk")
        return documents.typeset(
            LETTERS / "destruction.typ",
            {
                **_head(reversal, number, language, at),
                "title": _("Certificat de destruction des données"),
                "facts": [
                    *_facts(reversal, number),
                    [_("Restitution achevée le"), returned],
                    [_("Bordereaux signés"), ", ".join(one.number for one in signed)],
                ],
                "says": _(
                    "Nous certifions que les données %(of_client)s ont été effacées, de sorte qu’elles ne "
                    "puissent plus être lues, des supports qui suivent."
                )
                % {"of_client": wording.of(reversal.client.name, get_language() or "fr")},
                "columns": [_("Support"), _("Numéro de série"), _("Méthode"), _("Effacé"), _("Vérifié par")],
                "lines": [_wiped(one, entry) for one, entry in entries],
                "levels_title": _("Niveaux"),
                "levels": _(
                    "Les niveaux Clear, Purge et Destroy sont ceux du guide NIST SP 800-88 : données "
                    "illisibles par les moyens ordinaires, par ceux d’un laboratoire, et support détruit."
                ),
                "signed": _("%(name)s, pour %(provider)s")
                % {"name": signed_by, "provider": reversal.provider.name},
                "seal": _(
                    "Ce fichier PDF est scellé : toute modification se voit. Pour le vérifier : clausier "
                    "verify FICHIER, ou le panneau des signatures d’un lecteur de PDF."
                ),
            },
            at=at,
        )


def _head(reversal: Reversal, number: str, language: str, at: datetime) -> dict[str, Any]:
    provider = reversal.provider
    return {
        "language": language,
        "dated": wording.long_day(at.astimezone(PARIS).date(), language, year=True, weekday=False),
        "reference": f"{number} · {reversal.contract.number}",
        "provider": {"name": provider.name, "identity": documents.identity(provider)},
    }


def _facts(reversal: Reversal, number: str) -> list[list[str]]:
    contract: Contract = reversal.contract
    named = f"{contract.number}, {contract.title}" if contract.title else contract.number
    return [
        [_("Numéro"), number],
        [_("Réversibilité"), reversal.number],
        [_("Client"), reversal.client.name],
        [_("Contrat"), named],
        [_("Conditions"), f"{contract.book.name} {reversal.clause}".strip()],
        [_("Lettre recommandée reçue le"), day(reversal.received_on)],
    ]


def _item(item: ReversalItem, language: str) -> list[str]:
    shaped = ", ".join(part for part in (item.form, item.size) if part)
    on = wording.day(item.returned_on, language, weekday=False, year=True) if item.returned_on else ""
    return [item.title, str(item.get_kind_display()), shaped, item.how, on]


def _wiped(device: ReversalDevice, entry: Wiping) -> dict[str, str]:
    level = reversal_queries.LEVELS[entry.method]  # type: ignore[index]
    return {
        "label": device.label,
        "kind": str(device.get_kind_display()),
        "serial": device.serial,
        "method": str(entry.get_method_display()),
        "level": f"{level}, {entry.tool}" if entry.tool else level,
        "wiped_on": day(entry.wiped_on),
        "operator": entry.operator_name,
        "verifier": entry.verifier_name,
    }
