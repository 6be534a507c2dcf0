"""The shapes of absences, of who takes what, of the on-call and of its call-outs."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, Day, Given, Id, Instant, Line, Ref, Sentence, Shape
from clausier.foundation.actors import Actor
from clausier.foundation.models import Person
from clausier.roster import policies, queries
from clausier.roster.facts import Proposal
from clausier.roster.models import Absence, AbsenceKind, AssignmentMode, CallOut, Rota, RotaRhythm
from clausier.roster.policies import Candidate, Turn

Hour = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"), Field(examples=["18:00"])]


def person_ref(person: Person) -> Ref:
    """Someone of the staff."""
    return Ref(id=person.pk, name=person.full_name)


def hour_of(text: str) -> time:
    """« 18:00 » as an hour."""
    return time.fromisoformat(text)


# Absences


class AbsenceOut(Shape):
    """An absence; the reason is for the person and for who keeps the roster."""

    id: int
    person: Ref
    kind: str | None = Field(description=gettext_noop("Nul pour qui n’a pas à le savoir."))
    note: str
    from_on: date
    from_noon: bool
    until_on: date
    until_noon: bool
    starts_at: At
    ends_at: At

    @classmethod
    def of(cls, actor: Actor, one: Absence) -> AbsenceOut:
        from_on, from_noon, until_on, until_noon = policies.halves_of(one.starts_at, one.ends_at)
        known = queries.may_read_why(actor, one)
        return cls(
            id=one.pk,
            person=person_ref(one.person),
            kind=one.kind if known else None,
            note=one.note if known else "",
            from_on=from_on,
            from_noon=from_noon,
            until_on=until_on,
            until_noon=until_noon,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
        )


class AbsencesAsked(Asked):
    """Those that are not over, unless all are asked for."""

    past: bool = Field(False, description=gettext_noop("Aussi celles qui sont passées."))


class AbsenceGiven(Given):
    """Who is away, from which day to which, both included."""

    person: Id | None = Field(None, description=gettext_noop("Sans elle, la personne du jeton."))
    kind: AbsenceKind = AbsenceKind.LEAVE
    from_on: Day = Field(examples=["2026-12-21"])
    until_on: Day = Field(examples=["2026-12-24"])
    from_noon: bool = False
    until_noon: bool = False
    note: Sentence = ""


# Who takes a ticket


class CandidateOut(Shape):
    """Someone who may take it."""

    person: Ref
    skills: list[str]
    missing_skills: list[str]
    same_agency: bool
    open_tickets: int
    load: int = Field(description=gettext_noop("Le poids de ses tickets ouverts : 4 en priorité 1."))
    absent_until: At | None

    @classmethod
    def of(cls, one: Candidate) -> CandidateOut:
        return cls(
            person=Ref(id=one.person_id, name=one.name),
            skills=list(one.has),
            missing_skills=list(one.missing),
            same_agency=one.same_agency,
            open_tickets=one.open_count,
            load=one.load,
            absent_until=one.absent_until,
        )


class ProposalOut(Shape):
    """Who would take the ticket now, the best placed first."""

    needed_skills: list[str]
    in_turn: bool
    candidates: list[CandidateOut]
    away: list[CandidateOut]

    @classmethod
    def of(cls, found: Proposal) -> ProposalOut:
        return cls(
            needed_skills=list(found.needed),
            in_turn=found.in_turn,
            candidates=[CandidateOut.of(one) for one in found.ranked],
            away=[CandidateOut.of(one) for one in found.away],
        )


class RosterSettingsGiven(Given):
    """How tickets are shared out and whom priorities wake."""

    assignment: AssignmentMode
    urgent_priority: int | None = Field(None, ge=1, le=9)


class RosterSettingsOut(Shape):
    """How tickets are shared out and whom priorities wake."""

    assignment: str
    urgent_priority: int | None


class Need(Given):
    """Which tickets ask for a skill."""

    skill: Line = Field(examples=["Windows Server"])
    equipment_class: Annotated[str, StringConstraints(max_length=20)] = Field("", examples=["server"])
    cause: Annotated[str, StringConstraints(max_length=60)] = ""


class NeedsGiven(Given):
    """All of them: what is not in the list is asked for no more."""

    needs: list[Need] = Field(max_length=200)


class NeedsOut(Shape):
    """Which tickets ask for which skills."""

    needs: list[Need]


# The on-call


class TurnOut(Shape):
    """Someone on call from an instant to another."""

    person: Ref
    starts_at: At
    ends_at: At
    stand_in: int | None = Field(description=gettext_noop("Le remplacement qui l’y met."))

    @classmethod
    def of(cls, turn: Turn, people: dict[int, Person]) -> TurnOut:
        return cls(
            person=person_ref(people[turn.person_id]),
            starts_at=turn.starts_at,
            ends_at=turn.ends_at,
            stand_in=turn.swap,
        )


class RotaOut(Shape):
    """Turns of the on-call, and who has them now and next."""

    id: int
    name: str
    agency: int | None
    rhythm: str
    handover_at: str
    from_on: date
    people: list[Ref]
    escalate_minutes: int
    rounds: int

    @classmethod
    def of(cls, rota: Rota) -> RotaOut:
        members = sorted(rota.members.all(), key=lambda one: one.position)
        return cls(
            id=rota.pk,
            name=rota.name,
            agency=rota.agency_id,
            rhythm=rota.rhythm,
            handover_at=rota.handover_at.strftime("%H:%M"),
            from_on=rota.from_on,
            people=[person_ref(one.person) for one in members],
            escalate_minutes=rota.escalate_minutes,
            rounds=rota.rounds,
        )


class OnCallOut(Shape):
    """Who is on call by a rota, and who follows."""

    rota: Ref
    now: TurnOut | None
    next: TurnOut | None
    absent: bool = Field(description=gettext_noop("La personne est absente : la suivante est appelée."))


class OnCallNow(Shape):
    """Each rota."""

    rotas: list[OnCallOut]


class RotaGiven(Given):
    """Turns for an agency, or for every agency that has none of its own."""

    name: Annotated[str, StringConstraints(max_length=80)] = Field(examples=["Nuits et fins de semaine"])
    agency: Id | None = None
    rhythm: RotaRhythm = RotaRhythm.WEEKLY
    handover_at: Hour
    from_on: Day = Field(examples=["2026-11-16"])
    people: list[Id] = Field(
        max_length=30, description=gettext_noop("Des personnes, dans l’ordre de leurs tours.")
    )
    escalate_minutes: int = Field(15, ge=1, le=240)
    rounds: int = Field(2, ge=1, le=5)


class TurnsAsked(Given):
    """The turns of [since, before): the coming month when left out."""

    since: Instant | None = None
    before: Instant | None = None


class TurnsOut(Shape):
    """Turns in order."""

    turns: list[TurnOut]


class StandInGiven(Given):
    """Who is on call instead, from when to when."""

    person: Id
    starts_at: Instant = Field(examples=["2026-11-21T18:00"])
    ends_at: Instant = Field(examples=["2026-11-22T18:00"])
    reason: Sentence = ""


# Call-outs


class ReachOut(Shape):
    """One message by one channel."""

    channel: str
    state: str
    attempts: int
    error: str


class SummonsOut(Shape):
    """Someone who was called."""

    person: Ref
    at: At
    until: At
    messages: list[ReachOut]


class CallOutOut(Shape):
    """That the on-call was called: for what, whom, and who answered."""

    id: int
    ticket: int | None
    call: int | None
    client: ClientRef | None
    reason: str
    state: str
    begun_at: At
    ended_at: At | None
    answered_by: Ref | None
    ruling: int | None = Field(description=gettext_noop("Le pourquoi : ces conditions ouvrent cette heure."))
    summonses: list[SummonsOut]

    @classmethod
    def of(cls, held: CallOut) -> CallOutOut:
        return cls(
            id=held.pk,
            ticket=held.ticket.number if held.ticket else None,
            call=held.call_id,
            client=ClientRef(number=held.client.number, name=held.client.name) if held.client else None,
            reason=held.reason,
            state=held.state,
            begun_at=held.begun_at,
            ended_at=held.ended_at,
            answered_by=person_ref(held.answered_by) if held.answered_by else None,
            ruling=held.ruling_id,
            summonses=[
                SummonsOut(
                    person=person_ref(one.person),
                    at=one.at,
                    until=one.until,
                    messages=[
                        ReachOut(
                            channel=reach.channel,
                            state=reach.state,
                            attempts=reach.attempts,
                            error=reach.error,
                        )
                        for reach in one.reaches.all()
                    ],
                )
                for one in sorted(held.summonses.all(), key=lambda summons: summons.position)
            ],
        )


class CallOutsAsked(Asked):
    """Which call-outs."""

    state: Literal["waiting", "answered", "unanswered", "ended"] | None = None
