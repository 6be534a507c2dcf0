"""The shapes of what ends a contract or stops its service."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, Day, FileGiven, Given, Key, Number, Sentence, Shape
from clausier.contracts import interruptions
from clausier.contracts.models import ContractEnd, ForceMajeure, ServiceSuspension
from clausier.lifecycle import services
from clausier.lifecycle.models import (
    EndingNotice,
    FormalNotice,
    Letter,
    LetterKind,
    LetterMeans,
    Returned,
)
from clausier.lifecycle.services import Journey, Paper

Written = Annotated[str, StringConstraints(max_length=4000)]
Tracking = Annotated[str, StringConstraints(max_length=60)]
Language = Literal["fr", "en"]
SideWord = Literal["provider", "client"]


def paper_of(given: FileGiven | None) -> Paper | None:
    """A file as services take it. Raises InvalidInput."""
    return Paper(given.read(), given.name, given.content_type) if given else None


class RegisteredLetterOut(Shape):
    """A registered letter and how it travelled."""

    id: int
    number: str
    kind: str
    from_party: str = Field(description=gettext_noop("« provider » ou « client »."))
    client: ClientRef
    contract: str
    language: str
    document: str | None
    made_at: At
    made_by: str
    present_by: date | None = Field(
        description=gettext_noop("Le dernier jour où sa première présentation est dans les temps.")
    )
    means: str
    tracking: str
    posted_on: date | None
    presented_on: date | None
    handed_on: date | None
    returned: str
    returned_on: date | None
    proof: str | None
    copied_at: At | None
    copied_to: list[str]

    @classmethod
    def of(cls, letter: Letter) -> RegisteredLetterOut:
        odd: dict[str, Any] = {
            "id": letter.pk,
            "client": ClientRef(number=letter.client.number, name=letter.client.name),
            "contract": letter.contract.number,
            "document": letter.document.number if letter.document else None,
            "proof": letter.proof.number if letter.proof else None,
        }
        plain = {name: getattr(letter, name) for name in cls.model_fields if name not in odd}
        return cls(**odd, **plain)


class EndingNoticeOut(Shape):
    """A notice, judged by the day its letter was first presented."""

    id: int
    contract: str
    client: ClientRef
    from_party: str
    state: str
    note: str
    given_at: At
    given_by: str
    presented_on: date | None
    notice_by: date | None
    term_ends_on: date | None
    effective_on: date | None
    ruling: int | None = Field(description=gettext_noop("La décision qui répond à « pourquoi ce jour »."))
    next_ruling: int | None
    letters: list[str]
    withdrawn_at: At | None
    withdrawn_because: str

    @classmethod
    def of(cls, one: EndingNotice) -> EndingNoticeOut:
        odd: dict[str, Any] = {
            "id": one.pk,
            "contract": one.contract.number,
            "client": ClientRef(number=one.client.number, name=one.client.name),
            "ruling": one.ruling_id,
            "next_ruling": one.next_ruling_id,
            "letters": [letter.number for letter in one.letters.order_by("pk")],
        }
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in odd}
        return cls(**odd, **plain)


class FormalNoticeOut(Shape):
    """A formal notice and its delay."""

    id: int
    contract: str
    client: ClientRef
    from_party: str
    ground: str
    clause: str
    breach: str
    state: str
    given_at: At
    given_by: str
    presented_on: date | None
    comply_by: date | None
    complied_on: date | None
    outcome: str
    ruling: int | None
    letters: list[str]

    @classmethod
    def of(cls, one: FormalNotice) -> FormalNoticeOut:
        odd: dict[str, Any] = {
            "id": one.pk,
            "contract": one.contract.number,
            "client": ClientRef(number=one.client.number, name=one.client.name),
            "ruling": one.ruling_id,
            "letters": [letter.number for letter in one.letters.order_by("pk")],
        }
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in odd}
        return cls(**odd, **plain)


class EndOut(Shape):
    """Why and when a contract ends."""

    id: int
    contract: str
    cause: str
    by_party: str
    ground: str
    clause: str
    ends_on: date
    reason: str
    effects: list[dict[str, Any]] = Field(
        description=gettext_noop("Ce qui suit : la clause, et la phrase en français puis en anglais.")
    )
    document: str | None
    ruling: int | None
    recorded_at: At
    recorded_by: str
    undone_at: At | None
    undone_because: str

    @classmethod
    def of(cls, end: ContractEnd) -> EndOut:
        odd: dict[str, Any] = {
            "id": end.pk,
            "contract": end.contract.number,
            "document": end.document.number if end.document else None,
            "ruling": end.ruling_id,
        }
        plain = {name: getattr(end, name) for name in cls.model_fields if name not in odd}
        return cls(**odd, **plain)


class SuspensionOut(Shape):
    """The service stopped for a while."""

    id: int
    contract: str
    ground: str
    clause: str
    reason: str
    from_at: At
    begun_at: At | None = Field(
        description=gettext_noop(
            "Absent tant que la suspension est annoncée pour un jour à venir, ou si elle a été retirée."
        )
    )
    until_at: At | None
    recorded_by: str
    lifted_by: str
    lifted_because: str

    @classmethod
    def of(cls, one: ServiceSuspension) -> SuspensionOut:
        odd: dict[str, Any] = {"id": one.pk, "contract": one.contract.number}
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in odd}
        return cls(**odd, **plain)


class ForceMajeureOut(Shape):
    """An impediment that a party declared."""

    id: int
    contract: str
    declared_by: str
    event: str
    description: str
    since_on: date
    until_on: date | None
    clause: str
    right_on: date | None = Field(
        description=gettext_noop("Le jour à partir duquel chaque partie peut mettre fin au contrat.")
    )
    ruling: int | None
    recorded_at: At
    recorded_by: str

    @classmethod
    def of(cls, one: ForceMajeure) -> ForceMajeureOut:
        odd: dict[str, Any] = {
            "id": one.pk,
            "contract": one.contract.number,
            "right_on": interruptions.right_from(one),
            "ruling": one.ruling_id,
        }
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in odd}
        return cls(**odd, **plain)


# What is asked


class OfContract(Asked):
    """Of which contract."""

    contract: Key | None = None


class RegisteredLettersAsked(OfContract):
    """Which letters."""

    kind: LetterKind | None = None
    under_way: bool = Field(False, description=gettext_noop("Celles qui ne sont ni remises ni revenues."))


class JourneyGiven(Given):
    """How a registered letter travelled, as far as it is known; the first presentation counts as receipt."""

    means: LetterMeans = LetterMeans.PAPER
    tracking: Tracking = ""
    posted_on: Day | None = Field(None, examples=["2026-11-16"])
    presented_on: Day | None = Field(None, examples=["2026-11-18"])
    handed_on: Day | None = None
    returned: Returned | Literal[""] = ""
    returned_on: Day | None = None

    def journey(self) -> Journey:
        return Journey(**{name: getattr(self, name) for name in JourneyGiven.model_fields})


class JourneyNoted(JourneyGiven):
    """A letter's journey, its proof, and why something that was noted changes."""

    proof: FileGiven | None = None
    reason: Sentence = ""


class NoticeReceived(JourneyGiven):
    """A client's letter that gives notice."""

    contract: Key
    note: Written = ""
    scan: FileGiven | None = None


class NoticeGiven(Given):
    """The provider's own notice."""

    contract: Key
    note: Written = ""
    language: Language = "fr"


class NoticeAnnounced(Given):
    """A client's intention, with what is known of its letter."""

    contract: Key
    note: Written = ""
    means: LetterMeans = LetterMeans.PAPER
    tracking: Tracking = ""
    posted_on: Day | None = None
    proof: FileGiven | None = None


class InLanguage(Given):
    """In which language the letter is written."""

    language: Language = "fr"


class WithdrawalGiven(Given):
    """Why something counts no more, and what both signed."""

    reason: Sentence
    document: FileGiven | None = None


class EvidenceGiven(Given):
    """What a ground rests on: tickets of the client by number, a paper."""

    tickets: Annotated[list[Number], Field(max_length=50)] = []
    document: FileGiven | None = None

    def evidence(self) -> services.Given:
        return services.Given(self.tickets, paper_of(self.document))


class FormalNoticeGiven(EvidenceGiven):
    """What the client does not perform."""

    contract: Key
    ground: str = Field(max_length=120, examples=["termination.grounds.unpaid-breach"])
    breach: Written
    language: Language = "fr"


class FormalNoticeReceived(JourneyGiven):
    """What the client says that the provider does not perform."""

    contract: Key
    ground: str = Field(max_length=120, examples=["termination.grounds.not-performed"])
    breach: Written
    scan: FileGiven | None = None


class FormalNoticeSettled(Given):
    """What became of a formal notice."""

    complied: bool
    complied_on: Day | None = None
    outcome: Written = ""


class EndGiven(Given):
    """The end of a contract after a formal notice."""

    reason: Written = ""
    ends_on: Day | None = None
    language: Language = "fr"


class TerminationGiven(EvidenceGiven):
    """The end of a contract on a ground of its book."""

    ground: str = Field(max_length=120, examples=["termination.grounds.misuse"])
    reason: Written
    ends_on: Day | None = None
    language: Language = "fr"


class EndAgreementGiven(Given):
    """A last day that both agree on, and what they signed."""

    ends_on: Day
    reason: Sentence
    document: FileGiven


class EndUndoneGiven(Given):
    """Why the end counts no more, and what both signed."""

    reason: Sentence
    document: FileGiven


class SuspensionGiven(Given):
    """Why the service stops."""

    contract: Key
    ground: str = Field("promise.suspension.unpaid", max_length=120)
    from_on: Day | None = Field(
        None,
        examples=["2026-12-01"],
        description=gettext_noop("Le premier jour, s’il est à venir ; dès maintenant sans lui."),
    )
    reason: Written
    language: Language = "fr"


class SuspensionWithdrawalGiven(Given):
    """Why an announced suspension does not take place."""

    reason: Sentence
    language: Language = "fr"


class LiftingGiven(Given):
    """What lets the service go on."""

    reason: Sentence
    language: Language = "fr"


class ForceMajeureGiven(Given):
    """An impediment."""

    contract: Key
    declared_by: SideWord
    since_on: Day = Field(examples=["2026-11-16"])
    until_on: Day | None = None
    event: str = Field("", max_length=40, description=gettext_noop("Un événement que le livre nomme."))
    description: Written
    evidence: FileGiven | None = None
    language: Language = "fr"


class ForceMajeureOver(Given):
    """The first day without the impediment."""

    until_on: Day


class EndForForceMajeureGiven(Given):
    """Which party ends the contract."""

    by_party: SideWord
    reason: Written = ""
    language: Language = "fr"


class CopyGiven(Given):
    """To whom a copy goes by mail; the IT correspondent when nobody is named."""

    to: Annotated[list[Annotated[str, StringConstraints(max_length=254)]], Field(max_length=10)] = []
