"""The staff: who works for the provider, in which role, and what each role may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.people.forms import LeaveForm, MemberForm, NewMemberForm, names_in
from clausier.desk import queries as desk_queries
from clausier.desk import services as desk
from clausier.directory import queries as directory
from clausier.directory import services as directory_services
from clausier.directory.grades import set_grade
from clausier.directory.models import Grade
from clausier.foundation import clock, queries, second_factor
from clausier.foundation import services as foundation
from clausier.foundation.models import Membership, Person
from clausier.foundation.permissions import CLIENT_SIDE, MATRIX, PERMISSION_NAMES, ROLE_NAMES, STAFF
from clausier.pages.forms import bound

GET_AND_POST = ["GET", "POST"]
UNDONE_WITHIN = timedelta(days=1)


@page("people.read")
@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """Who is on the staff, and the matrix of roles and permissions."""
    roles = (*STAFF, *CLIENT_SIDE)
    context = {
        "section": "people",
        "crumbs": [(_("Équipe"), "")],
        "members": [_row(member) for member in directory.team(request.actor)],
        "former": queries.former_staff(request.actor),
        "back_since": clock.now() - UNDONE_WITHIN,
        "roles": [ROLE_NAMES[role] for role in roles],
        "matrix": [
            (PERMISSION_NAMES[permission], [role in allowed for role in roles])
            for permission, allowed in MATRIX.items()
        ],
        "asked": queries.asked_to_join(request.actor),
        "may_write": request.actor.may("people.write"),
    }
    return render(request, "console/people/list.html", context)


def _row(member: Membership) -> dict[str, Any]:
    profile = getattr(member, "profile", None)
    return {
        "member": member,
        "agency": profile.agency if profile else None,
        "skills": [skill.name for skill in profile.skills.all()] if profile else [],
        "grade": profile.grade if profile else Grade.TECHNICIAN,
    }


@page("people.write")
@require_http_methods(GET_AND_POST)
def add(request: StaffRequest) -> HttpResponse:
    """Someone joins: an account and an invitation, a role, a place, skills; who has an account is asked."""
    form = bound(request, NewMemberForm, request.actor)
    joined = form.attempt(lambda: _joined(request, form.cleaned_data)) if form.is_valid() else None
    if joined:
        says = (
            _("%(name)s fait partie de l’équipe.")
            if joined.agreed
            else _("Cette adresse a déjà un compte : une lettre lui demande son accord.")
        )
        messages.success(request, says % {"name": form.cleaned_data["full_name"]})
        return redirect("people", request.provider.slug)
    if form.is_bound and form.status == 200:
        form.status = 422
    return form_page(
        request,
        form,
        section="people",
        crumbs=_crumbs(request),
        title=_("Ajouter une personne à l’équipe"),
        act=_("Ajouter"),
        back_url=reverse("people", args=[request.provider.slug]),
    )


@transaction.atomic
def _joined(request: StaffRequest, typed: dict[str, Any]) -> Membership:
    by, at = request.actor, clock.now()
    person = Person.objects.filter(email__iexact=typed["email"].strip()).first()
    site_url = request.build_absolute_uri("/")
    if person is not None:
        member = foundation.ask_to_join(by=by, at=at, person=person, role=typed["role"], site_url=site_url)
    else:
        person = foundation.create_person(email=typed["email"].strip(), full_name=typed["full_name"], at=at)
        member = foundation.add_member(by=by, at=at, person=person, role=typed["role"])
        foundation.invite_member(by=by, at=at, membership=member, site_url=site_url)
    _placed(request, member, typed)
    return member


@page("people.write")
@require_http_methods(GET_AND_POST)
def member(request: StaffRequest, member: int) -> HttpResponse:
    """Another role, another agency, other skills for someone on the staff."""
    found = get_object_or_404(directory.team(request.actor), pk=member)
    row = _row(found)
    initial = {
        "role": found.role,
        "agency": row["agency"],
        "skills": ", ".join(row["skills"]),
        "grade": row["grade"],
    }
    form = bound(request, MemberForm, request.actor, initial=initial)
    if (
        form.is_bound
        and form.is_valid()
        and form.attempt(lambda: _changed(request, found, form.cleaned_data))
    ):
        messages.success(request, _("Rôle et fonctions enregistrés."))
        return redirect("people", request.provider.slug)
    if form.is_bound and form.status == 200:
        form.status = 422
    return form_page(
        request,
        form,
        section="people",
        crumbs=_crumbs(request),
        title=found.person.full_name,
        act=_("Enregistrer"),
        back_url=reverse("people", args=[request.provider.slug]),
        meta=found.person.email,
        template="console/people/member.html",
        member=found,
        may_reset=request.actor.may("people.second-factor") and found.person_id != request.user.pk,
    )


@transaction.atomic
def _changed(request: StaffRequest, found: Membership, typed: dict[str, Any]) -> Membership:
    if typed["role"] != found.role:
        found = directory_services.change_role(
            by=request.actor, at=clock.now(), membership=found, role=typed["role"]
        )
    _placed(request, found, typed)
    return found


def _placed(request: StaffRequest, found: Membership, typed: dict[str, Any]) -> None:
    """Put someone where they work and write what they can do, where that changes."""
    by, at = request.actor, clock.now()
    profile = directory.profile_of(found)
    if (profile.agency if profile else None) != typed["agency"]:
        directory_services.place_staff(by=by, at=at, membership=found, agency=typed["agency"])
    names = names_in(typed["skills"])
    known = [skill.name for skill in profile.skills.all()] if profile else []
    if sorted(names) != sorted(known):
        directory_services.set_skills(by=by, at=at, membership=found, names=names)
    grade = typed.get("grade", "")
    if grade and grade != (profile.grade if profile else Grade.TECHNICIAN):
        set_grade(by=by, at=at, membership=found, grade=grade)


@page("people.write")
@require_http_methods(GET_AND_POST)
def leave(request: StaffRequest, member: int) -> HttpResponse:
    """Someone leaves the staff, and hands over; the return is offered in the message. The history stays."""
    found = get_object_or_404(directory.team(request.actor), pk=member)
    leaving = found.person
    form = bound(request, LeaveForm, request.actor, leaving)
    if form.is_bound and form.act(desk.leave_staff, by=request.actor, at=clock.now(), membership=found):
        undo = reverse("person-return", args=[request.provider.slug, found.pk])
        says = _("%(name)s ne fait plus partie de l’équipe.") % {"name": leaving.full_name}
        messages.success(request, says, extra_tags=undo)
        return redirect("people", request.provider.slug)
    return form_page(
        request,
        form,
        section="people",
        crumbs=_crumbs(request),
        title=_("Départ : %(name)s") % {"name": leaving.full_name},
        act=_("Quitte l’équipe"),
        back_url=reverse("person", args=[request.provider.slug, found.pk]),
        template="console/people/leave.html",
        tickets=desk_queries.open_tickets(request.actor).filter(assignee=leaving),
        visits=desk_queries.coming_visits(request.actor, leaving),
    )


@page("people.write")
@require_POST
def invite(request: StaffRequest, member: int) -> HttpResponse:
    """Send someone of the staff another way in; the former link dies."""
    found = get_object_or_404(directory.team(request.actor), pk=member)
    site_url = request.build_absolute_uri("/")
    foundation.invite_member(by=request.actor, at=clock.now(), membership=found, site_url=site_url)
    messages.success(request, _("Une invitation part pour %(email)s.") % {"email": found.person.email})
    return redirect("person", request.provider.slug, found.pk)


@page("people.write")
@require_POST
def sign_out(request: StaffRequest, member: int) -> HttpResponse:
    """Sign someone of the staff out everywhere."""
    found = get_object_or_404(directory.team(request.actor), pk=member)
    foundation.end_sessions(by=request.actor, at=clock.now(), membership=found)
    messages.success(request, _("Sessions fermées pour %(name)s.") % {"name": found.person.full_name})
    return redirect("person", request.provider.slug, found.pk)


@page("people.second-factor")
@require_POST
def reset_second_factor(request: StaffRequest, member: int) -> HttpResponse:
    """Take away the second factor that someone of the staff lost."""
    found = get_object_or_404(directory.team(request.actor), pk=member)
    second_factor.reset(by=request.actor, at=clock.now(), membership=found)
    says = _("Second facteur effacé et sessions fermées pour %(name)s.")
    messages.success(request, says % {"name": found.person.full_name})
    return redirect("person", request.provider.slug, found.pk)


@page("people.write")
@require_POST
def withdraw_offer(request: StaffRequest, member: int) -> HttpResponse:
    """Someone who was asked to join, and has not answered, is asked no more."""
    found = get_object_or_404(queries.asked_to_join(request.actor), pk=member)
    foundation.end_membership(by=request.actor, at=clock.now(), membership=found)
    messages.success(request, _("Proposition retirée."))
    return redirect("people", request.provider.slug)


@page("people.write")
@require_POST
def come_back(request: StaffRequest, member: int) -> HttpResponse:
    """Take a departure back on its day: the same role, agency and skills. Later, one is asked to join."""
    just_now = clock.now() - UNDONE_WITHIN
    left = Membership.objects.filter(provider=request.provider, agreed=True, ended_at__gte=just_now)
    found = get_object_or_404(left, pk=member)
    directory_services.change_role(by=request.actor, at=clock.now(), membership=found, role=found.role)
    messages.success(request, _("%(name)s fait partie de l’équipe.") % {"name": found.person.full_name})
    return redirect("people", request.provider.slug)


def _crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    return [(_("Équipe"), reverse("people", args=[request.provider.slug]))]
