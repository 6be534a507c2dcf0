"""The staff: who works for the provider, where from, what they can do."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Given, Id, Ref, Shape, Word
from clausier.directory import queries, services
from clausier.directory.grades import set_grade
from clausier.directory.models import Grade
from clausier.foundation import clock
from clausier.foundation.models import Membership

routes = Router()


class MemberOut(Shape):
    """Someone on the staff. `id` is the person's: tickets are assigned to it."""

    id: int
    name: str
    email: str
    role: str
    agency: Ref | None
    skills: list[str]
    grade: Grade


class MemberChanges(Given):
    """Where someone works from and what they can do; a field left out stays."""

    agency: Id | None = None
    skills: Annotated[list[Word], Field(max_length=50)] = []
    grade: Grade | None = Field(None, description=gettext_noop("À quel taux comptent ses heures."))


def _shown(rows: Any) -> list[MemberOut]:
    return [_member(row) for row in rows]


def _member(row: Membership) -> MemberOut:
    profile = getattr(row, "profile", None)
    agency = profile.agency if profile else None
    return MemberOut(
        id=row.person_id,
        name=row.person.full_name,
        email=row.person.email,
        role=row.role,
        agency=Ref(id=agency.pk, name=agency.name) if agency else None,
        skills=[skill.name for skill in profile.skills.all()] if profile else [],
        grade=Grade(profile.grade) if profile else Grade.TECHNICIAN,
    )


@reads(routes, "/staff", "people.read", answers=Page[MemberOut], summary=gettext_noop("Lister l’équipe"))
def list_staff(request: ApiRequest, asked: Query[Asked]) -> Page[MemberOut]:
    return page(queries.team(request.actor), asked, _shown, newest_first=False)


@writes(
    routes,
    "PATCH",
    "/staff/{id}",
    "people.write",
    answers=MemberOut,
    summary=gettext_noop("Modifier l’agence et les compétences d’une personne"),
)
def change_member(request: ApiRequest, id: Path[Id], body: MemberChanges) -> MemberOut:
    by, at = request.actor, clock.now()
    team = queries.team(by)
    member = team.get(person_id=id)
    if "agency" in body.model_fields_set:
        agency = queries.agencies(by).get(pk=body.agency) if body.agency else None
        services.place_staff(by=by, at=at, membership=member, agency=agency)
    if "skills" in body.model_fields_set:
        services.set_skills(by=by, at=at, membership=member, names=body.skills)
    if body.grade is not None:
        set_grade(by=by, at=at, membership=member, grade=body.grade.value)
    return _member(team.get(person_id=id))
