"""The shapes of disputes, their files and their evidence."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.endings.shapes import JourneyGiven, Language, SideWord, Tracking, Written
from clausier.api.paging import Asked
from clausier.api.shapes import (
    At,
    ClientRef,
    Day,
    FileGiven,
    Given,
    Id,
    Key,
    Line,
    Number,
    Sentence,
    Shape,
    Word,
)
from clausier.lifecycle.models import (
    Dispute,
    DisputeNote,
    DisputePaper,
    ExpertBy,
    LetterMeans,
    PaperKind,
    PaperSource,
)
from clausier.lifecycle.states import DisputeState
from clausier.transfer.models import EvidenceBundle

Matter = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Complaint = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class DisputeOut(Shape):
    """A dispute and the dates of its procedure, computed under the contract's terms."""

    number: str
    contract: str
    client: ClientRef
    from_party: str = Field(description=gettext_noop("« provider » ou « client »."))
    matter: str
    clause: str = Field(
        description=gettext_noop("La clause de la procédure amiable ; vide si le livre n’en prévoit pas.")
    )
    state: str
    opened_at: At
    posted_on: date | None
    presented_on: date | None
    reflection_ends_on: date | None
    expert_name: str
    expert_by: str
    referred_on: date | None
    conciliation_by: date | None
    extendable_to: date | None
    extended_to: date | None
    ended_on: date | None
    why: list[dict[str, Any]] = Field(
        description=gettext_noop("Les calculs gardés dont viennent ces dates, chacun avec ses clauses.")
    )

    @classmethod
    def of(cls, one: Dispute) -> DisputeOut:
        return cls(**plain_of(one))


def plain_of(one: Dispute) -> dict[str, Any]:
    """What is told of a dispute in every list."""
    kept = (one.reflection_ruling, one.conciliation_ruling)
    odd: dict[str, Any] = {
        "contract": one.contract.number,
        "client": ClientRef(number=one.client.number, name=one.client.name),
        "why": [ruling.outcome for ruling in kept if ruling is not None],
    }
    return odd | {name: getattr(one, name) for name in DisputeOut.model_fields if name not in odd}


class DisputePaperOut(Shape):
    """A document of a dispute's file."""

    id: int
    kind: str
    title: str
    dated_on: date
    source: str
    was_disclosed: bool
    is_barred: bool = Field(description=gettext_noop("Écarté du tribunal, pour toujours."))
    clause: str
    sha256: str
    added_at: At
    added_by: str

    @classmethod
    def of(cls, one: DisputePaper) -> DisputePaperOut:
        odd: dict[str, Any] = {"id": one.pk, "sha256": one.file.sha256}
        return cls(**odd, **{name: getattr(one, name) for name in cls.model_fields if name not in odd})


class DisputeNoteOut(Shape):
    """A note of the file, or somebody who has to do with the dispute."""

    id: int
    text: str
    name: str
    role: str
    reached_at: str
    at: At
    by_name: str

    @classmethod
    def of(cls, one: DisputeNote) -> DisputeNoteOut:
        return cls(id=one.pk, **{name: getattr(one, name) for name in cls.model_fields if name != "id"})


class DisputeFileOut(DisputeOut):
    """A dispute with its confidential file."""

    complaint: str
    expert_is_named: bool
    reader: str | None = Field(description=gettext_noop("À qui le dossier est confié."))
    papers: list[DisputePaperOut]
    notes: list[DisputeNoteOut]


class DisputesAsked(Asked):
    """Which disputes."""

    contract: Key | None = None
    state: DisputeState | None = None


class DisputeOpened(Given):
    """Our own complaint: its letter is issued."""

    contract: Key
    matter: Matter
    complaint: Complaint
    language: Language = "fr"


class DisputeReceived(JourneyGiven):
    """The client's complaint, as its letter came."""

    contract: Key
    matter: Matter
    complaint: Complaint
    scan: FileGiven | None = None


class DisputeAnnounced(Given):
    """A client's complaint, with what is known of its letter."""

    contract: Key
    matter: Matter
    complaint: Complaint
    means: LetterMeans = LetterMeans.PAPER
    tracking: Tracking = ""
    posted_on: Day | None = None
    letter: FileGiven | None = None


class ExpertGiven(Given):
    """Who the expert is: accepted by both, or named by the court."""

    name: Line
    named_by: ExpertBy
    proposed_by: SideWord | None = None
    provider_accepted_on: Day | None = None
    client_accepted_on: Day | None = None
    court_named_on: Day | None = None
    document: FileGiven | None = None


class ReferralGiven(Given):
    """The day on which the expert has the matter."""

    referred_on: Day
    document: FileGiven | None = None


class ExtensionGiven(Given):
    """More time, once, by both."""

    extended_to: Day
    agreed_on: Day
    document: FileGiven | None = None


class DisputeOutcomeGiven(Given):
    """How it ended: « settled », « failed » or « withdrawn »."""

    outcome: DisputeState
    ended_on: Day
    document: FileGiven | None = None


class DisputePaperGiven(Given):
    """A document for the file, and whether the procedure disclosed it."""

    document: FileGiven
    kind: PaperKind
    source: PaperSource
    dated_on: Day
    disclosed: bool = Field(description=gettext_noop("Révélé pendant la procédure : écarté du tribunal."))
    title: Sentence = ""


class DisputeNoteGiven(Given):
    """A note."""

    text: Written


class DisputePersonGiven(Given):
    """Somebody who has to do with the dispute."""

    name: Line
    role: Word
    reached_at: Sentence = ""


class DisputeReaderGiven(Given):
    """Whom the file is given to; null: nobody beside the owners."""

    person: Id | None


class EvidenceScope(Given):
    """What goes into the evidence: days, both included, and tickets by their numbers."""

    from_on: Day
    until_on: Day
    tickets: list[Number] | None = Field(
        None, max_length=500, description=gettext_noop("Nul : tous ceux du contrat dans ces jours.")
    )
    with_internal: bool = False


class EvidenceCounts(Shape):
    """How much of each the evidence holds."""

    tickets: int
    messages: int
    mails: int
    attachments: int
    sessions: int
    calls: int
    documents: int
    letters: int
    points: int
    rulings: int
    acts: int


class EvidenceBundleOut(Shape):
    """An archive of evidence; its bytes are fetched apart while it is « ready »."""

    id: int
    dispute: str
    state: str
    scope: dict[str, Any]
    counts: dict[str, int]
    done_parts: int
    all_parts: int
    name: str
    size: int
    sha256: str
    fingerprint: str
    asked_at: At
    asked_by_name: str
    made_at: At | None
    expires_at: At | None

    @classmethod
    def of(cls, one: EvidenceBundle) -> EvidenceBundleOut:
        odd: dict[str, Any] = {"id": one.pk, "dispute": one.dispute.number}
        return cls(**odd, **{name: getattr(one, name) for name in cls.model_fields if name not in odd})
