"""Sharing tickets out: which skills are asked for, how it is settled, and the proposal taken as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clausier.contracts.models import EquipmentClass
from clausier.desk import services as desk
from clausier.desk.models import Ticket
from clausier.directory.models import Skill
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.roster import facts, queries
from clausier.roster.errors import NobodyToPropose
from clausier.roster.facts import Proposal
from clausier.roster.models import AssignmentMode, GivenInTurn, RosterSettings, SkillNeed

LEAST_PRESSING = 9


@act("roster.settle")
def settle(
    *, by: Actor, at: datetime, assignment: str, urgent_priority: int | None, site_url: str = ""
) -> RosterSettings:
    """How tickets are shared out, and which priorities call the on-call by the house's own practice.

    Raises InvalidInput naming `assignment` or `urgent_priority`.
    """
    if assignment not in AssignmentMode.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="assignment")
    if urgent_priority is not None and not 1 <= urgent_priority <= LEAST_PRESSING:
        raise InvalidInput(_("Une priorité va de 1 à 9."), field="urgent_priority")
    given = {"assignment": assignment, "urgent_priority": urgent_priority}
    kept, _made = RosterSettings.objects.update_or_create(
        provider=by.provider, defaults=given | ({"site_url": site_url} if site_url else {})
    )
    journal.write(by=by, at=at, code="roster.settled", about=kept, data=given)
    return kept


@act("roster.write")
def write_needs(*, by: Actor, at: datetime, needs: Iterable[Mapping[str, str]]) -> list[SkillNeed]:
    """Which tickets ask for which skills, as a whole list of {skill, equipment_class, cause}.

    `skill` is the name of one that the team page knows. Raises InvalidInput naming `needs`.
    """
    known = {skill.name: skill for skill in Skill.objects.filter(provider=by.provider)}
    wanted: dict[tuple[int, str, str], SkillNeed] = {}
    for need in needs:
        skill = known.get(need.get("skill", ""))
        kind, cause = need.get("equipment_class", ""), need.get("cause", "").strip()
        if skill is None:
            raise InvalidInput(
                _("« %(name)s » n’est pas une compétence de l’équipe.") % {"name": need.get("skill", "")},
                field="needs",
            )
        if kind and kind not in EquipmentClass.values:
            raise InvalidInput(_("Faites un choix dans la liste."), field="needs")
        if not kind and not cause:
            raise InvalidInput(_("Dites quels tickets demandent cette compétence."), field="needs")
        wanted[skill.pk, kind, cause] = SkillNeed(
            provider=by.provider, skill=skill, equipment_class=kind, cause=cause[:60]
        )
    SkillNeed.objects.filter(provider=by.provider).delete()
    made = SkillNeed.objects.bulk_create(wanted.values())
    said = [{"skill": one.skill.name, "class": one.equipment_class, "cause": one.cause} for one in made]
    journal.write(by=by, at=at, code="roster.needs_set", about=by.provider, data={"needs": said})
    return made


@act("desk.assign")
def accept_proposal(*, by: Actor, at: datetime, ticket: Ticket) -> Person:
    """Give the ticket to whom the proposal names at this moment; who that is. Raises NobodyToPropose."""
    in_turn = queries.settings_of(by.provider).assignment == AssignmentMode.ROUND_ROBIN
    return _give(ticket, facts.proposal(ticket, at, in_turn=in_turn), by=by, at=at)


def share_out(*, by: Actor, at: datetime, ticket: Ticket) -> Person | None:
    """Give a new ticket out as the house settled it; None where it only proposes, or the ticket is someone's.

    For the program, as what follows from an opening.
    """
    settings = queries.settings_of(by.provider)
    if settings.assignment == AssignmentMode.PROPOSE or ticket.assignee_id is not None:
        return None
    in_turn = settings.assignment == AssignmentMode.ROUND_ROBIN
    proposal = facts.proposal(ticket, at, in_turn=in_turn)
    return _give(ticket, proposal, by=by, at=at) if proposal.best else None


def _give(ticket: Ticket, proposal: Proposal, *, by: Actor, at: datetime) -> Person:
    best = proposal.best
    if best is None:
        raise NobodyToPropose(
            _("Personne de présent ne traite de tickets en ce moment."),
            way_out=_("Regardez les absences, ou choisissez quelqu’un vous-même."),
        )
    person = Person.objects.get(pk=best.person_id)
    desk.assign(by=by, at=at, ticket=ticket, person=person)
    GivenInTurn.objects.update_or_create(provider=by.provider, person=person, defaults={"at": at})
    journal.write(by=by, at=at, code="roster.assigned_as_proposed", about=ticket, data=_reasons(proposal))
    return person


def _reasons(proposal: Proposal) -> dict[str, Any]:
    """Why, as the journal keeps it: those compared, the one chosen first."""
    return {
        "needed": list(proposal.needed),
        "in_turn": proposal.in_turn,
        "compared": [
            {
                "name": one.name,
                "missing": list(one.missing),
                "same_agency": one.same_agency,
                "load": one.load,
                "open": one.open_count,
            }
            for one in proposal.ranked[:5]
        ],
        "away": [one.name for one in proposal.away],
    }
