"""How a dispute begins: raised by a party, its complaint on its way, the delay of reflection (imri XV)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, Party
from clausier.contracts.services import endings
from clausier.foundation import journal, numbering, rulings
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Ruling
from clausier.lifecycle import amicable, dispute_queries, papers
from clausier.lifecycle.errors import DisputeOver, ReasonNeeded, UnknownMatter
from clausier.lifecycle.models import Dispute, PaperKind, PaperSource
from clausier.lifecycle.papers import Draft
from clausier.lifecycle.services.dispute_files import file_paper
from clausier.lifecycle.services.letters import DAYS, Journey, Paper, check, tracking_of, words
from clausier.lifecycle.states import DisputeState
from clausier.terms.book import Book
from clausier.terms.outcome import Outcome

LONGEST_MATTER = 200


# Opening


@act("disputes.write")
def open_dispute(
    *, by: Actor, at: datetime, contract: Contract, matter: str, complaint: str, language: str = "fr"
) -> Dispute:
    """The provider raises a dispute: its reasoned registered letter is issued and filed.

    Raises OfAnother, InvalidInput naming the field.
    """
    held = endings.hold(contract, by)
    dispute = _begin(held, Party.PROVIDER, matter, complaint, by=by, at=at)
    draft = complaint_draft(held, matter=matter, complaint=complaint, language=language, at=at)
    content = papers.set_letter(
        draft, held, language=language, signed_by=by.name, at=at, number=dispute.number
    )
    letter = Paper(content, f"{dispute.number}.pdf")
    _file_complaint(dispute, letter, by=by, at=at)
    return _opened(dispute, by=by, at=at)


def preview_complaint(
    *, by: Actor, at: datetime, contract: Contract, matter: str, complaint: str, language: str = "fr"
) -> bytes:
    """The letter that `open_dispute` would issue now."""
    by.must("disputes.write")
    draft = complaint_draft(contract, matter=matter, complaint=complaint, language=language, at=at)
    return papers.set_letter(draft, contract, language=language, signed_by=by.name, at=at)


def complaint_draft(contract: Contract, *, matter: str, complaint: str, language: str, at: datetime) -> Draft:
    """What the letter says. Raises InvalidInput naming the field."""
    if language not in papers.LANGUAGES:
        raise InvalidInput(_("Faites un choix dans la liste."), field="language")
    on = at.astimezone(PARIS).date()
    book = contracts.effective_book(contract)
    clause = amicable.clause_of(book, on)
    days = (amicable.dates(contract, on).value["reflection_ends_on"] - on).days if clause else None
    with override(language):
        return papers.complaint(
            contract,
            clause=clause,
            matter=_matter(matter),
            complaint=_complaint(complaint),
            days=days,
        )


@act("disputes.write")
def record_dispute(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    matter: str,
    complaint: str,
    journey: Journey,
    scan: Paper | None = None,
) -> Dispute:
    """The client raises a dispute by its letter. Raises OfAnother, InvalidInput naming the field."""
    held = endings.hold(contract, by)
    check(journey, made_on=None, at=at)
    dispute = _begin(held, Party.CLIENT, matter, complaint, by=by, at=at)
    _travelled(dispute, journey)
    _file_complaint(dispute, scan, by=by, at=at)
    if dispute.presented_on:
        _start_reflection(dispute, dispute.presented_on, at=at)
    return _opened(dispute, by=by, at=at)


@act("disputes.complain")
def announce_dispute(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    matter: str,
    complaint: str,
    journey: Journey,
    letter: Paper | None = None,
) -> Dispute:
    """A client says in the portal that it raises a dispute; delays run from the presentation of its letter.

    Raises OfAnother, InvalidInput naming the field.
    """
    held = endings.hold(contract, by)
    check(journey, made_on=None, at=at)
    dispute = _begin(held, Party.CLIENT, matter, complaint, by=by, at=at)
    dispute.means, dispute.tracking = journey.means, tracking_of(journey.tracking)
    dispute.posted_on = journey.posted_on
    _file_complaint(dispute, letter, by=by, at=at)
    dispute.save()
    journal.write(
        by=by,
        at=at,
        code="lifecycle.dispute_announced",
        about=dispute,
        data={"contract": held.number, "posted_on": iso(journey.posted_on)},
    )
    return dispute


def _begin(
    contract: Contract, party: str, matter: str, complaint: str, *, by: Actor, at: datetime
) -> Dispute:
    local = at.astimezone(PARIS)
    clause = amicable.clause_of(contracts.effective_book(contract), local.date())
    number = numbering.next_number(by.provider, f"dispute-{local.year}")
    return Dispute.objects.create(
        provider=by.provider,
        client_id=contract.client_id,
        contract=contract,
        number=f"LIT-{local.year}-{number:03d}",
        from_party=party,
        matter=_matter(matter),
        complaint=_complaint(complaint),
        clause=clause,
        state=DisputeState.ANNOUNCED if clause else DisputeState.OPEN,
        opened_at=at,
        opened_by=by.name,
    )


def _opened(dispute: Dispute, *, by: Actor, at: datetime) -> Dispute:
    dispute.save()
    journal.write(
        by=by,
        at=at,
        code="lifecycle.dispute_opened",
        about=dispute,
        data={
            "contract": dispute.contract.number,
            "from": dispute.from_party,
            "presented_on": iso(dispute.presented_on),
            "reflection_ends_on": iso(dispute.reflection_ends_on),
        },
    )
    return dispute


def _file_complaint(dispute: Dispute, paper: Paper | None, *, by: Actor, at: datetime) -> None:
    if paper is None or not paper.content:
        return
    file_paper(
        dispute,
        paper,
        kind=PaperKind.COMPLAINT,
        title=_("Réclamation %(number)s") % {"number": dispute.number},
        dated_on=dispute.posted_on or at.astimezone(PARIS).date(),
        source=PaperSource(dispute.from_party),
        disclosed=False,
        shared=True,
        by=by,
        at=at,
    )


# The complaint's journey


@act("disputes.record")
def record_complaint_journey(
    *,
    by: Actor,
    at: datetime,
    dispute: Dispute,
    journey: Journey,
    proof: Paper | None = None,
    reason: str = "",
) -> Dispute:
    """What became known of the complaint's journey; its first presentation lets the reflection run.

    A day recorded before is only changed with a `reason`, and no more once the expert has the matter. Raises
    UnknownMatter, DisputeOver, ReasonNeeded, InvalidInput naming the field.
    """
    held = hold(dispute, by)
    ours = held.from_party == Party.PROVIDER
    check(journey, made_on=held.opened_at.astimezone(PARIS).date() if ours else None, at=at)
    before, after = _said(held), _said(journey)
    changed = sorted(name for name in after if after[name] != before[name])
    if any(before[name] and name != "means" for name in changed) and not reason.strip():
        raise ReasonNeeded(
            _("Ce qui est noté ne se change qu’avec une raison."), field="reason", changed=changed
        )
    if "presented_on" in changed:
        _must_still_reflect(held, journey.presented_on)
    _travelled(held, journey)
    if "presented_on" in changed and journey.presented_on:
        _start_reflection(held, journey.presented_on, at=at)
    held.save()
    if proof is not None and proof.content:
        file_paper(
            held,
            proof,
            kind=PaperKind.POSTAL_PROOF,
            title=_("Preuve postale de la réclamation"),
            dated_on=journey.presented_on or at.astimezone(PARIS).date(),
            source=PaperSource.OTHER,
            disclosed=False,
            by=by,
            at=at,
        )
    journal.write(
        by=by,
        at=at,
        code="lifecycle.complaint_journey_recorded",
        about=held,
        data={
            "contract": held.contract.number,
            "changed": {name: [before[name], after[name]] for name in changed},
            "reason": reason.strip()[:200],
            "reflection_ends_on": iso(held.reflection_ends_on),
        },
    )
    return held


def _must_still_reflect(dispute: Dispute, presented_on: date | None) -> None:
    if dispute.referred_on is not None:
        raise DisputeOver(
            _("L’expert est saisi : le jour de présentation ne change plus."), field="presented_on"
        )
    if presented_on is None:
        raise InvalidInput(
            _("Une réclamation présentée garde un jour de présentation : corrigez-le."), field="presented_on"
        )


def _start_reflection(dispute: Dispute, presented_on: date, *, at: datetime) -> None:
    """The delay of reflection runs from the presentation; nothing runs where the book knows no procedure."""
    if not dispute.clause:
        return
    outcome = amicable.dates(dispute.contract, presented_on)
    dispute.reflection_ends_on = outcome.value["reflection_ends_on"]
    dispute.reflection_ruling = keep(outcome, dispute, presented_on, at=at)
    dispute.state = DisputeState.REFLECTION


# What the acts share


def hold(dispute: Dispute, by: Actor) -> Dispute:
    """The dispute as it stands, its row kept for this act. Raises UnknownMatter, DisputeOver."""
    found = dispute_queries.disputes(by).filter(pk=dispute.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise UnknownMatter(_("Ce dossier n’existe pas ici."))
    if not found.is_open:
        raise DisputeOver(_("Ce litige est clos : ses dates ne changent plus."))
    return found


def book_of(dispute: Dispute) -> Book:
    return contracts.effective_book(dispute.contract, on=dispute.presented_on)


def keep(outcome: Outcome, dispute: Dispute, on: date, *, at: datetime) -> Ruling:
    return rulings.keep(
        outcome,
        provider=dispute.provider,
        book=contracts.edition_of(dispute.contract, on),
        about=dispute,
        at=at,
        client_id=dispute.client_id,
        label=dispute.number,
    )


def _travelled(dispute: Dispute, journey: Journey) -> None:
    for name in ("means", "returned", *DAYS):
        setattr(dispute, name, getattr(journey, name))
    dispute.tracking = tracking_of(journey.tracking)


def _said(journey: Journey | Dispute) -> dict[str, str | None]:
    days = {name: iso(getattr(journey, name)) for name in DAYS}
    return days | {
        "means": journey.means,
        "tracking": tracking_of(journey.tracking),
        "returned": journey.returned,
    }


def _matter(text: str) -> str:
    said = " ".join(words(text, "matter", wanted=_("Dites en une ligne sur quoi porte le litige.")).split())
    if len(said) > LONGEST_MATTER:
        raise InvalidInput(_("L’objet fait 200 signes au plus."), field="matter")
    return said


def _complaint(text: str) -> str:
    return words(text, "complaint", wanted=_("Une réclamation est motivée : écrivez ses raisons."))


def iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def day_of(on: date) -> str:
    return papers.day(on)
