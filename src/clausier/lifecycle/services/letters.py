"""Registered letters: issued and frozen, and the days of their journey as they become known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.contracts.models import Contract, Party
from clausier.directory import queries as directory
from clausier.foundation import documents, journal, numbering
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Document
from clausier.lifecycle import papers, policies, queries
from clausier.lifecycle.errors import NobodyToWriteTo, ReasonNeeded, UnknownMatter
from clausier.lifecycle.models import Letter, LetterMeans, Returned
from clausier.lifecycle.papers import Draft
from clausier.lifecycle.services import judging
from clausier.post import outbox

DAYS: Final = ("posted_on", "presented_on", "handed_on", "returned_on")
MOST_ADDRESSES: Final = 10
LONGEST: Final = 4000  # characters of what a person writes into a letter


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that comes with an act: a scan, a receipt, a provider's proof."""

    content: bytes
    name: str
    content_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Journey:
    """How a registered letter travelled, as far as it is known."""

    means: str = LetterMeans.PAPER
    tracking: str = ""
    posted_on: date | None = None
    presented_on: date | None = None
    handed_on: date | None = None
    returned: str = ""
    returned_on: date | None = None


def issue(
    draft: Draft, contract: Contract, *, by: Actor, at: datetime, language: str = "fr", **links: Any
) -> Letter:
    """Inside an act: number the letter, set it, file it with the client, frozen. `links` name its matter."""
    number = _number(by, at)
    content = papers.set_letter(
        draft, contract, language=_spoken(language), signed_by=by.name, at=at, number=number
    )
    document = documents.file_document(
        content,
        by=by,
        at=at,
        kind=f"letter-{draft.kind}",
        title=f"{draft.title} {number}, {contract.number}",
        name=f"{number}.pdf",
        client_id=contract.client_id,
    )
    return Letter.objects.create(
        provider=by.provider,
        client_id=contract.client_id,
        contract=contract,
        number=number,
        kind=draft.kind,
        from_party=Party.PROVIDER,
        language=language,
        document=document,
        made_at=at,
        made_by=by.name,
        **links,
    )


def preview(draft: Draft, contract: Contract, *, by: Actor, at: datetime, language: str = "fr") -> bytes:
    """The letter as it would be issued now, marked as a draft; nothing is kept."""
    return papers.set_letter(draft, contract, language=_spoken(language), signed_by=by.name, at=at)


def take_in(
    kind: str,
    contract: Contract,
    journey: Journey,
    *,
    by: Actor,
    at: datetime,
    scan: Paper | None,
    title: str,
    **links: Any,
) -> Letter:
    """Inside an act: keep a letter that came from the client, with its scan if there is one."""
    check(journey, made_on=None, at=at)
    number = _number(by, at)
    return Letter.objects.create(
        provider=by.provider,
        client_id=contract.client_id,
        contract=contract,
        number=number,
        kind=kind,
        from_party=Party.CLIENT,
        document=filed(
            scan, f"letter-{kind}", f"{title} {number}, {contract.number}", contract, by=by, at=at
        ),
        made_at=at,
        made_by=by.name,
        means=journey.means,
        tracking=tracking_of(journey.tracking),
        posted_on=journey.posted_on,
        presented_on=journey.presented_on,
        handed_on=journey.handed_on,
        returned=journey.returned,
        returned_on=journey.returned_on,
        **links,
    )


def filed(
    paper: Paper | None, kind: str, title: str, contract: Contract, *, by: Actor, at: datetime
) -> Document | None:
    """The paper as a document of the client; None for none."""
    if paper is None or not paper.content:
        return None
    return documents.file_document(
        paper.content,
        by=by,
        at=at,
        kind=kind,
        title=title,
        name=paper.name or kind,
        content_type=paper.content_type,
        client_id=contract.client_id,
    )


@act("endings.record")
def record_journey(
    *,
    by: Actor,
    at: datetime,
    letter: Letter,
    journey: Journey,
    proof: Paper | None = None,
    reason: str = "",
) -> Letter:
    """What became known of a letter's journey. The first presentation counts as receipt: what waits for it
    (a notice, a formal notice) is judged at once.

    A day or number recorded before is only changed with a `reason`. Raises UnknownMatter, ReasonNeeded,
    InvalidInput naming the field.
    """
    held = _hold(letter, by)
    made_on = held.made_at.astimezone(PARIS).date() if held.from_party == Party.PROVIDER else None
    check(journey, made_on=made_on, at=at)
    before = _said(held)
    after = _said(journey)
    changed = sorted(name for name in after if after[name] != before[name])
    corrected = [name for name in changed if before[name] and name != "means"]
    if corrected and not reason.strip():
        raise ReasonNeeded(
            _("Ce qui est noté ne se change qu’avec une raison."), field="reason", changed=corrected
        )
    for name in ("means", "returned", *DAYS):
        setattr(held, name, getattr(journey, name))
    held.tracking = tracking_of(journey.tracking)
    title = _("Preuve du recommandé %(number)s") % {"number": held.number}
    held.proof = filed(proof, "letter-proof", title, held.contract, by=by, at=at) or held.proof
    held.save()
    judged = judging.judge(held, by=by, at=at) if "presented_on" in changed else {}
    journal.write(
        by=by,
        at=at,
        code="lifecycle.journey_recorded",
        about=held,
        data={
            "contract": held.contract.number,
            "changed": {name: [before[name], after[name]] for name in changed},
            "reason": reason.strip()[:200],
            "proof": held.proof.number if held.proof else None,
            **judged,
        },
    )
    return held


@act("endings.record")
def send_copy(*, by: Actor, at: datetime, letter: Letter, to: Sequence[str] = ()) -> Letter:
    """Send our letter by mail as well, to `to` or the IT correspondent. The registered one stays the proof.

    Raises UnknownMatter, NobodyToWriteTo, InvalidInput naming `to`.
    """
    held = _hold(letter, by)
    if held.from_party != Party.PROVIDER or held.document is None or held.document.file is None:
        raise UnknownMatter(_("Seules nos lettres s’envoient en copie."))
    chosen = _addresses(to) or _correspondent(held, at)
    mailbox = outbox.mailbox_for(by.provider)
    if mailbox is None or not chosen:
        raise NobodyToWriteTo(
            _("Aucune boîte d’envoi n’est réglée.")
            if chosen
            else _("Ce client n’a pas d’adresse à qui l’envoyer."),
            field="to",
            way_out=_("Ajoutez une boîte dans Courrier, Boîtes.")
            if chosen
            else _("Indiquez une adresse, ou nommez un correspondant informatique."),
        )
    with override(held.language):
        facts = {
            "objet": f"{held.document.title}",
            "message": _(
                "Vous trouverez ci-joint la lettre %(number)s. Elle part aussi en recommandé : c’est la "
                "lettre recommandée qui fait foi."
            )
            % {"number": held.number},
            "client": held.client.name,
            "contrat": held.contract.number,
        }
    outbox.letter(
        "letter-copy",
        facts,
        mailbox=mailbox,
        client=held.client,
        to=chosen,
        language=held.language,
        at=at,
        by_name=by.name,
        files=[held.document.file],
    )
    held.copied_at, held.copied_to = at, chosen
    held.save(update_fields=["copied_at", "copied_to"])
    journal.write(by=by, at=at, code="lifecycle.copy_sent", about=held, data={"to": chosen})
    return held


# What the acts share


def check(journey: Journey, *, made_on: date | None, at: datetime) -> None:
    """Raises InvalidInput naming the first field that cannot be right."""
    if journey.means not in LetterMeans.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="means")
    if journey.returned and journey.returned not in Returned.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="returned")
    if bool(journey.returned) != bool(journey.returned_on):
        field = "returned_on" if journey.returned else "returned"
        raise InvalidInput(_("Dites pourquoi la lettre est revenue, et quel jour."), field=field)
    days = {name: getattr(journey, name) for name in DAYS}
    policies.check_days(days, made_on=made_on, today=at.astimezone(PARIS).date())


def words(text: str, field: str, *, wanted: str = "") -> str:
    """What a person wrote into a letter. Raises InvalidInput naming `field`, `wanted` being what is asked."""
    said = text.strip()
    if wanted and not said:
        raise InvalidInput(wanted, field=field)
    if len(said) > LONGEST:
        raise InvalidInput(_("Ce texte fait plus de 4 000 signes."), field=field)
    return said


def _hold(letter: Letter, by: Actor) -> Letter:
    found = queries.letters(by).filter(pk=letter.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise UnknownMatter(_("Cette lettre n’existe pas ici."))
    return found


def _said(journey: Journey | Letter) -> dict[str, str | None]:
    days = {name: getattr(journey, name) for name in DAYS}
    return {name: on.isoformat() if on else None for name, on in days.items()} | {
        "means": journey.means,
        "tracking": tracking_of(journey.tracking),
        "returned": journey.returned,
    }


def tracking_of(text: str) -> str:
    """A tracking number as carriers print it, without the spaces of the receipt."""
    bare = "".join(text.split()).upper()
    if len(bare) > 40:
        raise InvalidInput(_("Un numéro de suivi fait 40 signes au plus."), field="tracking")
    return bare


def _number(by: Actor, at: datetime) -> str:
    year = at.astimezone(PARIS).year
    return f"L-{year}-{numbering.next_number(by.provider, f'letter-{year}'):04d}"


def _spoken(language: str) -> str:
    if language not in papers.LANGUAGES:
        raise InvalidInput(_("Faites un choix dans la liste."), field="language")
    return language


def _correspondent(letter: Letter, at: datetime) -> list[str]:
    contact = directory.correspondent_on(letter.client, at.astimezone(PARIS).date())
    return [contact.email] if contact and contact.email else []


def _addresses(given: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(one.strip() for one in given if one.strip()))
    if len(found) > MOST_ADDRESSES:
        raise InvalidInput(_("Dix adresses au plus."), field="to")
    for one in found:
        try:
            validate_email(one)
        except ValidationError:
            raise InvalidInput(
                _("« %(address)s » n’est pas une adresse de courriel.") % {"address": one}, field="to"
            ) from None
    return found
