"""Reading the foundation."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from clausier.foundation.actors import Actor
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import Document, Membership, Person, Provider, Ruling
from clausier.foundation.permissions import STAFF, may


def providers_of(person: Person) -> QuerySet[Provider]:
    """The providers on whose staff `person` is."""
    return (
        Provider.objects.filter(memberships__in=Membership.objects.working().filter(person=person))
        .select_related("book")
        .defer("book__content")
        .order_by("name")
    )


_PLACES: Final = Compiled(
    lambda: (
        Membership.objects.working()
        .filter(person_id=Given("person"))
        .select_related("provider__book")
        .defer("provider__book__content")
        .order_by("provider__name", "provider_id")
    )
)


def places_of(person: Person) -> list[Membership]:
    """The places of `person` on the staff of providers, by the providers' names."""
    return _PLACES.all(person=person.pk)


def staff_who_may(permission: str, provider: int | Given) -> QuerySet[Person]:
    """Who works for the provider of that id in a role that carries `permission`, by name."""
    roles = [role for role in STAFF if may(role, permission)]
    working = Membership.objects.working().filter(provider_id=provider, role__in=roles)
    return Person.objects.filter(pk__in=working.values("person")).order_by("full_name")


def staff_actor(person: Person, provider: Provider, request_id: str = "") -> Actor | None:
    """`person` acting for `provider`, or None when not on its staff."""
    member = Membership.objects.working().filter(provider=provider, person=person).first()
    if member is None or not person.is_active:
        return None
    return Actor(provider=provider, role=member.role, person=person, request_id=request_id)


def staff(actor: Actor) -> QuerySet[Membership]:
    """Who works for the provider now, by name."""
    return (
        Membership.objects.working()
        .filter(provider=actor.provider)
        .select_related("person")
        .order_by("person__full_name")
    )


def former_staff(actor: Actor) -> QuerySet[Membership]:
    """Who worked for the provider and does so no more, by name, each in the last role they had."""
    return (
        Membership.objects.filter(provider=actor.provider, agreed=True)
        .exclude(person__in=staff(actor).values("person"))
        .select_related("person")
        .order_by("person__full_name", "person", "-ended_at")
        .distinct("person__full_name", "person")
    )


def asked_to_join(actor: Actor) -> QuerySet[Membership]:
    """Who was asked to join the provider's staff and has not answered, the last first."""
    return (
        Membership.objects.filter(provider=actor.provider, agreed=False, ended_at=None)
        .select_related("person")
        .order_by("-since_at")
    )


def offers_to(person: Person) -> QuerySet[Membership]:
    """The teams that `person` was asked to join and has not answered."""
    return (
        Membership.objects.filter(person=person, agreed=False, ended_at=None)
        .select_related("provider")
        .order_by("provider__name")
    )


CONFIDENTIAL: Final = ("dispute",)
"""Kinds of subject whose outcomes are shown where their file is, to those who may open it."""


def rulings_visible_to(actor: Actor) -> QuerySet[Ruling]:
    """Outcomes that `actor` may ask "why?" of: a client's own people see their client's only."""
    found = Ruling.objects.filter(provider=actor.provider).exclude(subject_kind__in=CONFIDENTIAL)
    found = found.select_related("book")
    return found.filter(client_id=actor.client_id) if actor.is_client_side else found


def documents_visible_to(actor: Actor) -> QuerySet[Document]:
    """Papers that `actor` may open."""
    found = Document.objects.filter(provider=actor.provider).select_related("file")
    return found.filter(client_id=actor.client_id) if actor.is_client_side else found
