"""The first provider of an installation and its owner, by the program's own acts, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clausier.care.errors import CareError
from clausier.directory import services as directory
from clausier.foundation import books, isolation, journal, services
from clausier.foundation.actors import Actor
from clausier.foundation.models import Provider
from clausier.terms.outcome import Words


class AlreadyFounded(CareError):
    """The installation has a provider; others are added from within."""


@dataclass(frozen=True, slots=True)
class Founder:
    """What is asked: the provider, the book that its contracts pin, its first agency, its owner."""

    slug: str
    name: str
    book: str
    siren: str
    agency: str
    owner_name: str
    owner_email: str
    owner_password: str
    language: str = "fr"


@isolation.everything("the first provider is in nobody's scope yet")
def is_founded() -> bool:
    """Whether there is a provider."""
    return Provider.objects.exists()


@isolation.everything("the first provider is in nobody's scope yet")
def found(founder: Founder, *, at: datetime) -> Provider:
    """Install the shipped books, make the provider, its owner and its agency.

    Raises AlreadyFounded, or the refusal of an act, which names its field.
    """
    if is_founded():
        raise AlreadyFounded(
            Words("Cette installation a déjà un prestataire.", "This installation has a provider already.")
        )
    with transaction.atomic():
        books.install_shipped(at=at)
        provider = services.create_provider(
            slug=founder.slug,
            name=founder.name,
            book=books.newest(founder.book),
            siren=founder.siren,
            at=at,
        )
        person = services.create_person(
            email=founder.owner_email,
            full_name=founder.owner_name,
            password=founder.owner_password,
            language=founder.language,
            at=at,
        )
        member = services.first_owner(provider=provider, person=person, at=at)
        owner = Actor(provider=provider, role="owner", person=person)
        agency = directory.create_agency(by=owner, at=at, name=founder.agency)
        directory.place_staff(by=owner, at=at, membership=member, agency=agency)
    journal.seal_all()
    return provider
