"""What applies to a contract, what it covers, and the editions it is under, as they are sent and answered."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import get_language, gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, Day, Given, Key, Ref, Sentence, Shape
from clausier.contracts.adopting import Preview
from clausier.contracts.applied import AppliedTerm, AppliedTerms
from clausier.contracts.models import AcceptanceRequest, CoveredItem, EditionAdoption
from clausier.contracts.perimeter import Perimeter
from clausier.pages.chapters import chapter_of
from clausier.terms.outcome import plain
from clausier.terms.standing import standing
from clausier.terms.telling import told

Digest = Annotated[str, StringConstraints(max_length=64)]


class ComingTerm(Shape):
    """A derogation agreed for a later day."""

    value: Any
    says: str
    since_on: date
    until_on: date | None
    document: str


class AppliedTermOut(Shape):
    """A term on a day: what the book says, what applies, and why."""

    name: str
    chapter: str
    label: str
    value: Any
    says: str | None
    source: str | None = Field(description=gettext_noop("clause, practice, law ou derogation."))
    clause: str | None
    book_value: Any
    book_says: str | None
    is_changed: bool
    document: str | None
    coming: list[ComingTerm]
    why: list[dict[str, Any]] = Field(description=gettext_noop("Les lignes du compte, comme sur la page."))

    @classmethod
    def of(cls, found: AppliedTerms, one: AppliedTerm) -> AppliedTermOut:
        language = get_language() or "fr"
        stated = one.now or one.own or one.coming[0].contract
        why = standing(found.book, one.name, found.on).as_json()["because"] if one.now else []
        return cls(
            name=one.name,
            chapter=chapter_of(one.name).key,
            label=stated.label.to(language),
            value=plain(one.now.value) if one.now else None,
            says=told(found.book, one.now).to(language) if one.now else None,
            source=one.now.source if one.now else None,
            clause=stated.clause,
            book_value=plain(one.own.value) if one.own else None,
            book_says=told(found.book, one.own).to(language) if one.own else None,
            is_changed=one.is_changed,
            document=one.derogation.document.number if one.derogation else None,
            coming=[
                ComingTerm(
                    value=plain(later.contract.value),
                    says=told(found.book, later.contract).to(language),
                    since_on=later.derogation.since_on,
                    until_on=later.derogation.until_on,
                    document=later.derogation.document.number,
                )
                for later in one.coming
            ],
            why=why,
        )


class AppliedTermsOut(Shape):
    """Every term of a contract on a day."""

    contract: str
    on: date
    book: str
    digest: str
    items: list[AppliedTermOut]


class TermsAsked(Given):
    """On which day, and whether only what differs from the book."""

    on: Day | None = None
    only_changed: bool = False


class CoveredItemOut(Shape):
    """A machine or a person that a contract covers by name."""

    id: int
    kind: str
    name: str
    detail: str
    from_on: date
    until_on: date | None

    @classmethod
    def of(cls, item: CoveredItem) -> CoveredItemOut:
        return cls.model_validate(item)


class TermChangeOut(Shape):
    """What changed in what is covered."""

    on: date
    what: str
    name: str
    before: int
    after: int


class PerimeterOut(Shape):
    """What a contract covers on a day, and every change before and after it."""

    contract: str
    on: date
    sites: list[Ref] = Field(description=gettext_noop("Vide : tous les sites du client."))
    covered: dict[str, int]
    items: list[CoveredItemOut]
    changes: list[TermChangeOut]

    @classmethod
    def of(cls, found: Perimeter) -> PerimeterOut:
        return cls(
            contract=found.contract.number,
            on=found.on,
            sites=[Ref(id=site.pk, name=site.name) for site in found.sites],
            covered=found.covered,
            items=[CoveredItemOut.of(item) for item in found.items],
            changes=[TermChangeOut.model_validate(one) for one in found.changes],
        )


class CoveredItemGiven(Given):
    """A machine or a person to cover."""

    kind: Literal["vm", "user"]
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    detail: Sentence = ""
    from_on: Day


class ItemEndGiven(Given):
    """The first day on which it is not covered any more."""

    until_on: Day


class AdoptionOut(Shape):
    """That a contract came, or comes, under another edition."""

    id: int
    contract: str
    former: str
    book: str
    digest: str
    effective_on: date
    basis: str
    acceptance: int | None
    void: list[int] = Field(description=gettext_noop("Les dérogations qui tombent, par leur numéro interne."))
    recorded_at: At

    @classmethod
    def of(cls, row: EditionAdoption) -> AdoptionOut:
        return cls(
            id=row.pk,
            contract=row.contract.number,
            former=row.former.name,
            book=row.book.name,
            digest=row.digest,
            effective_on=row.effective_on,
            basis=row.basis,
            acceptance=row.acceptance_id,
            void=row.void,
            recorded_at=row.recorded_at,
        )


class FateOut(Shape):
    """What becomes of a derogation under the other edition."""

    derogation: int
    term: str
    what: str = Field(description=gettext_noop("kept, over-change, no-object ou void."))


class MovedOut(Shape):
    """A day that moves."""

    rule: str
    before: date | None
    after: date | None


class PreviewOut(Shape):
    """What another edition would change for a contract."""

    contract: str
    former: str
    later: str
    digest: str
    on: date
    changes: list[dict[str, Any]]
    derogations: list[FateOut]
    deadlines: list[MovedOut]

    @classmethod
    def of(cls, found: Preview) -> PreviewOut:
        return cls(
            contract=found.contract.number,
            former=found.former.name,
            later=found.later.name,
            digest=found.later.digest,
            on=found.on,
            changes=[one.as_json() for one in found.changes],
            derogations=[
                FateOut(derogation=one.derogation.pk, term=one.derogation.term, what=one.what)
                for one in found.fates
            ],
            deadlines=[MovedOut.model_validate(one) for one in found.deadlines],
        )


class PreviewAsked(Given):
    """Which edition, the provider's present one unless said, and from which day on."""

    digest: Digest | None = None
    on: Day | None = None


class AdoptionGiven(Given):
    """Bring the contract under an edition; it rests on the client's acceptance of it."""

    digest: Digest
    effective_on: Day
    tacit: bool = False
    void_seen: bool = Field(False, description=gettext_noop("Vrai : on a lu quelles dérogations tombent."))


class AcceptanceRequestOut(Shape):
    """What a client was asked to accept."""

    id: int
    client: ClientRef
    contract: str | None
    book: str
    digest: str
    note: str
    asked_at: At
    asked_by: str
    acceptance: int | None
    withdrawn_at: At | None

    @classmethod
    def of(cls, row: AcceptanceRequest) -> AcceptanceRequestOut:
        return cls(
            id=row.pk,
            client=ClientRef(number=row.client.number, name=row.client.name),
            contract=row.contract.number if row.contract else None,
            book=row.book.name,
            digest=row.book.digest,
            note=row.note,
            asked_at=row.asked_at,
            asked_by=row.asked_by,
            acceptance=row.acceptance_id,
            withdrawn_at=row.withdrawn_at,
        )


class AcceptanceRequestGiven(Given):
    """Ask a client to accept an edition: the contract's own, or the one under `digest`."""

    contract: Key | None = None
    digest: Digest | None = None
    note: Annotated[str, StringConstraints(max_length=500)] = ""


class StandingOut(Shape):
    """How the terms of a contract in force were accepted, if they were."""

    contract: str
    client: ClientRef
    book: str
    digest: str
    accepted_on: date | None
    accepted_by: str | None
    means: str | None
    document: str | None
    request: int | None


class StandingsOut(Shape):
    """The contracts in force, those that nothing proves first."""

    items: list[StandingOut]


class RequestsAsked(Asked):
    """Which requests: those that wait, unless all are asked for."""

    open: bool = True
