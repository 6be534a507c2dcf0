"""How the terms of a book are cut into chapters: which ones are shown together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some terms, by the beginnings of their names; in that order on the page."""

    key: str
    title: Any
    says: Any
    starts: tuple[str, ...]


OTHERS = Chapter("autres", _("Autres termes"), _("Ce que les autres rubriques ne reprennent pas."), ())

CHAPTERS = (
    Chapter("horaires", _("Horaires"), _("Quand on vous appelle, quand vous vous déplacez."), ("hours.",)),
    Chapter(
        "promesses",
        _("Promesses"),
        _("Les délais que vous devez, et ce qui les suspend."),
        ("promise.", "equipment.response.", "visits."),
    ),
    Chapter(
        "priorites",
        _("Priorités et objectifs"),
        _("L’ordre de traitement et vos propres objectifs, qui ne sont pas des promesses."),
        ("priority.", "target.", "intake.", "prediagnosis."),
    ),
    Chapter(
        "points",
        _("Points et tarif horaire"),
        _("Ce que coûte une heure, à distance, sur site ou en projet."),
        ("points.", "hourly."),
    ),
    Chapter(
        "redevances",
        _("Redevances"),
        _("La redevance, l’âge du matériel, l’indexation, ce qui est facturé."),
        ("fees.", "equipment.bears-fee", "equipment.fee-covers.", "reversibility.", "order."),
    ),
    Chapter(
        "preavis",
        _("Durée, préavis et délais"),
        _("Combien de temps dure un contrat, quand il se dénonce, et les délais de chacun."),
        ("contract.", "delays.", "termination.", "amicable.", "dispute."),
    ),
    Chapter(
        "paiement",
        _("Paiement et intérêts"),
        _("L’échéance, les intérêts de retard, ce qui suit un impayé."),
        ("late-interest.", "nonpayment."),
    ),
    Chapter("couverture", _("Couverture"), _("Ce qui est compris, décompté ou exclu."), ("coverage.",)),
    Chapter(
        "hebergement",
        _("Services hébergés"),
        _("La disponibilité, les fenêtres de maintenance, la commande et l’ouverture."),
        ("hosted.", "hosting.", "datacentres."),
    ),
    Chapter(
        "materiels",
        _("Matériels et prestations"),
        _("Ce qui compte comme équipement, et les prestations de votre catalogue."),
        ("equipment.", "services."),
    ),
    OTHERS,
)
BY_KEY = {chapter.key: chapter for chapter in CHAPTERS}


def chapter_of(name: str) -> Chapter:
    """The chapter in which a term is shown."""
    return next((one for one in CHAPTERS if one.starts and name.startswith(one.starts)), OTHERS)


def named(names: Iterable[str], chapter: Chapter) -> list[str]:
    """Those of `names` that a chapter shows, in its order."""
    found = [name for name in names if chapter_of(name) is chapter]
    places = {name: _place(name, chapter) for name in found}
    return sorted(found, key=places.__getitem__)


def _place(name: str, chapter: Chapter) -> int:
    return next((n for n, start in enumerate(chapter.starts) if name.startswith(start)), 0)
