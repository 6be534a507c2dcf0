"""What the letters say, and their PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from clausier.contracts.models import Contract
from clausier.directory import queries as directory
from clausier.foundation import documents, wording
from clausier.foundation.clock import PARIS
from clausier.lifecycle.models import LetterKind

LETTER: Final = Path(__file__).parent / "letters" / "registered.typ"
LANGUAGES: Final = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it is issued: what differs from one to another.

    `facts` are (label, text), `effects` (clause, [fr, en]) as they are kept, `evidence` labels.
    """

    kind: str
    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    effects: tuple[tuple[str, Sequence[str]], ...] = ()
    evidence: tuple[str, ...] = ()


def set_letter(
    draft: Draft, contract: Contract, *, language: str, signed_by: str, at: datetime, number: str = ""
) -> bytes:
    """The PDF. Without a `number` it is a draft, and says so across the page."""
    with override(language):
        provider, client = contract.provider, contract.client
        return documents.typeset(
            LETTER,
            {
                "language": language,
                "title": draft.title,
                "dated": wording.long_day(at.astimezone(PARIS).date(), language, year=True, weekday=False),
                "reference": f"{number or _('PROJET')} · {contract.number}",
                "provider": {"name": provider.name, "identity": documents.identity(provider)},
                "recipient": {"name": client.name, "lines": _address(contract, at)},
                "means": _("Lettre recommandée avec accusé de réception"),
                "draft": "" if number else _("PROJET"),
                "facts": [[_("Numéro"), number or _("donné à l’émission")], *map(list, draft.facts)],
                "paragraphs": list(draft.paragraphs),
                "effects_title": _("Ce qui suit"),
                "effects": [
                    {"says": says[1 if language == "en" else 0], "clause": clause}
                    for clause, says in draft.effects
                ],
                "evidence_title": _("Pièces"),
                "evidence": list(draft.evidence),
                "closing": _("Veuillez agréer nos salutations distinguées."),
                "signature": _("%(name)s, pour %(provider)s")
                % {"name": signed_by, "provider": provider.name},
            },
            at=at,
        )


def _address(contract: Contract, at: datetime) -> list[str]:
    """To whose attention, and the client's first place."""
    client = contract.client
    contact = directory.correspondent_on(client, at.astimezone(PARIS).date())
    site = client.sites.filter(is_third_party=False).order_by("pk").first()
    lines = (
        [_("À l’attention %(of_name)s") % {"of_name": wording.of(contact.full_name, get_language() or "fr")}]
        if contact
        else []
    )
    if site is not None:
        lines += [site.address, " ".join(filter(None, (site.postcode, site.city)))]
    return [line for line in lines if line]


def day(on: date) -> str:
    """« 14 mars 2027 » in the language of the letter."""
    return wording.long_day(on, get_language() or "fr", year=True, weekday=False)


def _contract_facts(contract: Contract, clause: str = "") -> tuple[tuple[str, str], ...]:
    named = f"{contract.number}, {contract.title}" if contract.title else contract.number
    facts = ((_("Contrat"), named), (_("En vigueur depuis"), day(contract.starts_on)))
    cited = f"{contract.book.name} {clause}".strip()
    return (*facts, (_("Conditions"), cited))


# One function a letter; each is called in the language of the letter.


def notice(contract: Contract, *, notice_by: date, term_ends_on: date, clause: str, note: str) -> Draft:
    """The provider gives notice: the contract ends with its running term."""
    return Draft(
        kind=LetterKind.NOTICE,
        title=_("Préavis de fin de contrat"),
        facts=(*_contract_facts(contract, clause), (_("Dernier jour du contrat"), day(term_ends_on))),
        paragraphs=_told(
            _(
                "Nous vous faisons part de notre décision de ne pas renouveler le contrat %(contract)s. "
                "Il prendra fin à l’échéance de la période en cours, le %(ends)s au soir."
            )
            % {"contract": contract.number, "ends": day(term_ends_on)},
            _("Ce préavis est donné pour être présenté le %(by)s au plus tard, comme le contrat le demande.")
            % {"by": day(notice_by)},
            note,
        ),
    )


def acknowledgement(
    contract: Contract,
    *,
    clause: str,
    presented_on: date,
    notice_by: date,
    term_ends_on: date,
    effective_on: date,
    in_time: bool,
) -> Draft:
    """What we answer to a notice: in time, or late and for which term it then counts."""
    says = {
        "presented": day(presented_on),
        "by": day(notice_by),
        "term": day(term_ends_on),
        "ends": day(effective_on),
    }
    if in_time:
        paragraphs = (
            _("Votre préavis nous a été présenté le %(presented)s. Il devait l’être le %(by)s au plus tard.")
            % says,
            _("Il est donc dans les temps : le contrat prend fin le %(ends)s au soir.") % says,
            _("D’ici là, le service et la redevance continuent comme convenu."),
        )
    else:
        paragraphs = (
            _("Votre préavis nous a été présenté le %(presented)s. Il devait l’être le %(by)s au plus tard.")
            % says,
            _(
                "Il est arrivé trop tard pour la période qui finit le %(term)s : le contrat est renouvelé "
                "à cette date."
            )
            % says,
            _(
                "Nous le prenons en compte pour la période suivante : le contrat prend fin le %(ends)s "
                "au soir, et la redevance reste due jusque-là."
            )
            % says,
        )
    return Draft(
        kind=LetterKind.ACKNOWLEDGEMENT,
        title=_("Accusé de réception de votre préavis"),
        facts=(
            *_contract_facts(contract, clause),
            (_("Présenté le"), says["presented"]),
            (_("À présenter au plus tard le"), says["by"]),
            (_("Dernier jour du contrat"), says["ends"]),
        ),
        paragraphs=paragraphs,
    )


def termination(
    contract: Contract,
    *,
    clause: str,
    ground: str,
    ends_on: date,
    reason: str,
    effects: Sequence[dict[str, Any]],
    evidence: Sequence[str],
) -> Draft:
    """The provider ends the contract on a ground that its terms give."""
    return Draft(
        kind=LetterKind.TERMINATION,
        title=_("Résiliation du contrat"),
        facts=(
            *_contract_facts(contract, clause),
            (_("Motif"), ground),
            (_("Dernier jour du contrat"), day(ends_on)),
        ),
        paragraphs=_told(
            _("Nous mettons fin au contrat %(contract)s, avec effet le %(ends)s au soir. Motif : %(ground)s.")
            % {"contract": contract.number, "ends": day(ends_on), "ground": ground},
            reason,
        ),
        effects=_effects(effects),
        evidence=tuple(evidence),
    )


def formal_notice(
    contract: Contract, *, clause: str, ground: str, breach: str, days: int, evidence: Sequence[str]
) -> Draft:
    """The client is called upon to perform within the days that its terms give."""
    return Draft(
        kind=LetterKind.FORMAL_NOTICE,
        title=_("Mise en demeure"),
        facts=(
            *_contract_facts(contract, clause),
            (_("Motif"), ground),
            (_("Délai"), _("%(days)s jours à compter de la réception") % {"days": days}),
        ),
        paragraphs=_told(
            _("Nous constatons ce qui suit :"),
            breach,
            _(
                "Nous vous mettons en demeure d’y remédier dans les %(days)s jours qui suivent la réception "
                "de cette lettre. Passé ce délai, nous pourrons mettre fin au contrat de plein droit."
            )
            % {"days": days},
        ),
        evidence=tuple(evidence),
    )


def suspension(
    contract: Contract, *, clause: str, ground: str, from_on: date, reason: str, is_announced: bool
) -> Draft:
    """The service stops for a while, now or from a day to come on."""
    return Draft(
        kind=LetterKind.SUSPENSION,
        title=_("Suspension du service"),
        facts=(
            *_contract_facts(contract, clause),
            (_("Motif"), ground),
            (_("À partir du"), day(from_on)),
        ),
        paragraphs=_told(
            _("Le service du contrat %(contract)s est suspendu à partir du %(from)s.")
            % {"contract": contract.number, "from": day(from_on)},
            reason,
            _(
                "Pendant ce temps nos délais d’intervention ne courent pas. La suspension est levée dès que "
                "sa cause a disparu."
            ),
            _("Elle n’a pas lieu si sa cause a disparu avant ce jour.") if is_announced else "",
        ),
    )


def suspension_withdrawn(contract: Contract, *, clause: str, ground: str, from_on: date, why: str) -> Draft:
    """The announced suspension does not take place."""
    return Draft(
        kind=LetterKind.LIFTING,
        title=_("Retrait de la suspension annoncée"),
        facts=(
            *_contract_facts(contract, clause),
            (_("Motif"), ground),
            (_("Annoncée pour le"), day(from_on)),
        ),
        paragraphs=_told(
            _("La suspension du service du contrat %(contract)s annoncée pour le %(from)s n’a pas lieu.")
            % {"contract": contract.number, "from": day(from_on)},
            why,
        ),
    )


def lifting(
    contract: Contract, *, clause: str, ground: str, from_on: date, until_on: date, why: str
) -> Draft:
    """The service goes on."""
    return Draft(
        kind=LetterKind.LIFTING,
        title=_("Levée de la suspension"),
        facts=(
            *_contract_facts(contract, clause),
            (_("Suspendu depuis le"), day(from_on)),
            (_("Repris le"), day(until_on)),
        ),
        paragraphs=_told(
            _("La suspension du service du contrat %(contract)s est levée : il reprend le %(until)s.")
            % {"contract": contract.number, "until": day(until_on)},
            why,
        ),
    )


def force_majeure(
    contract: Contract,
    *,
    clause: str,
    event: str,
    since_on: date,
    description: str,
    right_on: date | None,
    effects: Sequence[dict[str, Any]],
) -> Draft:
    """The provider declares an impediment, and says what follows."""
    facts = [*_contract_facts(contract, clause), (_("Depuis le"), day(since_on))]
    if event:
        facts.append((_("Événement"), event))
    suspended = _("Il suspend les obligations nées du contrat aussi longtemps qu’il dure.") if clause else ""
    right = (
        _(
            "S’il dure encore le %(day)s, chacune des parties pourra mettre fin au contrat à partir "
            "de ce jour."
        )
        % {"day": day(right_on)}
        if right_on
        else ""
    )
    return Draft(
        kind=LetterKind.FORCE_MAJEURE,
        title=_("Cas de force majeure"),
        facts=tuple(facts),
        paragraphs=_told(
            _("Un cas de force majeure nous empêche d’exécuter le contrat %(contract)s depuis le %(since)s.")
            % {"contract": contract.number, "since": day(since_on)},
            description,
            suspended,
            right,
        ),
        effects=_effects(effects),
    )


def complaint(contract: Contract, *, clause: str, matter: str, complaint: str, days: int | None) -> Draft:
    """The provider opens the amicable procedure, or complains where its book knows none."""
    opens = (
        _(
            "Cette lettre vaut réclamation motivée. Elle ouvre la procédure amiable de nos conditions "
            "générales et, dès sa présentation, un délai de réflexion de %(days)s jours."
        )
        % {"days": days}
        if days is not None
        else ""
    )
    then = (
        _(
            "À l’issue de ce délai, sans accord entre nous, un expert amiable sera désigné d’un commun "
            "accord ou, à défaut, par le président du tribunal judiciaire du lieu de votre résidence."
        )
        if days is not None
        else ""
    )
    return Draft(
        kind="complaint",
        title=_("Réclamation"),
        facts=(*_contract_facts(contract, clause), (_("Objet"), matter)),
        paragraphs=_told(_("Nous vous adressons la réclamation suivante :"), complaint, opens, then),
    )


def _effects(kept: Sequence[dict[str, Any]]) -> tuple[tuple[str, Sequence[str]], ...]:
    return tuple((one["clause"] or "", one["says"]) for one in kept)


def _told(*paragraphs: str) -> tuple[str, ...]:
    """The paragraphs; what a person wrote is parted where it leaves a line empty."""
    parts = (part.strip() for one in paragraphs for part in re.split(r"\n\s*\n", one.replace("\r", "")))
    return tuple(part for part in parts if part)
