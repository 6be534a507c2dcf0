"""Acts on providers, people and roles."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from stdnum.fr import siren as siren_number

from clausier.foundation import invitations, isolation, journal, mail
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput, OutOfDate, Refusal
from clausier.foundation.models import InstalledBook, Invitation, Membership, Person, Provider
from clausier.foundation.permissions import STAFF

RESERVED_SLUGS = frozenset(
    {
        "api",
        "compte",
        "connexion",
        "deconnexion",
        "design",
        "healthz",
        "invitation",
        "langue",
        "metrics",
        "mot-de-passe",
        "portail",
        "sante",
        "static",
    }
)
"""First words of addresses that are not a provider's."""


SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class LastOwner(Refusal):
    """A provider keeps at least one owner."""

    code = "last_owner"


def checked_siren(siren: str, field: str = "siren") -> str:
    """The nine digits. Raises InvalidInput when the key does not fall right."""
    compact = siren_number.compact(siren)
    if not siren_number.is_valid(compact):
        raise InvalidInput(
            _("Ce numéro n’est pas un SIREN : sa clé ne tombe pas juste. Vérifiez le dernier chiffre."),
            field=field,
        )
    return str(compact)


@isolation.everything("a new provider is in nobody's scope yet")
@transaction.atomic
def create_provider(*, slug: str, name: str, book: InstalledBook, at: datetime, **identity: Any) -> Provider:
    """A provider of this installation, with the book its new contracts will pin."""
    if not name.strip():
        raise InvalidInput(_("Indiquez le nom du prestataire."), field="name")
    if not SLUG.fullmatch(slug):
        raise InvalidInput(
            _("Ce mot s’écrit en minuscules sans accent, chiffres et traits d’union."), field="slug"
        )
    if slug in RESERVED_SLUGS:
        raise InvalidInput(_("Ce mot est pris par le programme : choisissez-en un autre."), field="slug")
    if identity.get("siren"):
        identity["siren"] = checked_siren(identity["siren"])
    provider = Provider.objects.create(slug=slug, name=name, book=book, created_at=at, **identity)
    journal.write_for_installation(
        code="foundation.provider_created", at=at, about=provider, data={"book": book.name}
    )
    return provider


@transaction.atomic
def create_person(
    *,
    email: str,
    full_name: str,
    at: datetime,
    password: str | None = None,
    phone: str = "",
    language: str = "fr",
) -> Person:
    """An account. Raises InvalidInput naming `email`, `full_name` or `password`."""
    if not full_name.strip():
        raise InvalidInput(_("Indiquez le nom de la personne."), field="full_name")
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput(
            _("« %(email)s » n’est pas une adresse : il faut un @ et un domaine.") % {"email": email},
            field="email",
        ) from None
    if Person.objects.filter(email__iexact=email).exists():
        raise InvalidInput(_("Un compte porte déjà cette adresse."), field="email")
    person = Person(email=email, full_name=full_name.strip(), phone=phone, language=language, created_at=at)
    if password is None:
        person.set_unusable_password()
    else:
        try:
            validate_password(password, person)
        except ValidationError as refused:
            raise InvalidInput(" ".join(refused.messages), field="password") from None
        person.set_password(password)
    person.save()
    journal.write_for_installation(code="foundation.person_created", at=at, about=person)
    return person


@act("people.write")
def add_member(*, by: Actor, at: datetime, person: Person, role: str) -> Membership:
    """Give `person` a role on the provider's staff; a former role is ended by the new one.

    Who has an account that this team did not make is asked first: see `ask_to_join`.
    """
    if role not in STAFF:
        raise InvalidInput(_("Choisissez un rôle de l’équipe."), field="role")
    former = Membership.objects.filter(provider=by.provider, person=person, ended_at=None).first()
    if former:
        _end(former, at)
    member = Membership.objects.create(
        provider=by.provider,
        person=person,
        role=role,
        since_at=at,
        agreed=former is None or former.agreed,
    )
    _keep_an_owner(by.provider)
    journal.write(
        by=by,
        at=at,
        code="foundation.role_given",
        about=member,
        data={"person": person.pk, "role": role, "former": former.role if former else None},
    )
    return member


@act("people.write")
def ask_to_join(*, by: Actor, at: datetime, person: Person, role: str, site_url: str) -> Membership:
    """Ask someone who has an account already to join the staff: it is theirs to say yes (`answer_offer`).

    They are told by a letter that leads to `site_url`. Raises InvalidInput naming `role`, or `email` for
    someone who works here already.
    """
    if role not in STAFF:
        raise InvalidInput(_("Choisissez un rôle de l’équipe."), field="role")
    if Membership.objects.filter(provider=by.provider, person=person, ended_at=None).exists():
        raise InvalidInput(_("Cette adresse est déjà dans l’équipe, ou attend sa réponse."), field="email")
    asked = Membership.objects.create(
        provider=by.provider, person=person, role=role, since_at=at, agreed=False
    )
    with translation.override(person.language):
        facts = {"person": person, "host": by.provider.name, "by": by.name, "url": site_url}
        mail.defer(
            to=person.email,
            subject=_("%(host)s vous propose de rejoindre son équipe") % {"host": by.provider.name},
            body=render_to_string("foundation/offer.txt", facts),
        )
    journal.write(
        by=by,
        at=at,
        code="foundation.role_offered",
        about=asked,
        data={"person": person.pk, "role": role},
    )
    return asked


def answer_offer(*, person: Person, membership: Membership, joins: bool, at: datetime) -> Membership:
    """`person` says yes or no to a team that asked. Raises OutOfDate when nothing waits for that answer.

    No permission is asked: it is the person's own choice, from outside that team.
    """
    answer = {"agreed": True, "since_at": at} if joins else {"ended_at": at}
    with isolation.confined(isolation.of_provider(membership.provider_id)), transaction.atomic():
        waiting = Membership.objects.filter(pk=membership.pk, person=person, agreed=False, ended_at=None)
        if not waiting.update(**answer):
            raise OutOfDate(_("Cette proposition n’attend plus de réponse."))
        by = Actor(provider=membership.provider, role=membership.role, person=person)
        said = {"person": person.pk, "role": membership.role}
        if joins:
            journal.write(by=by, at=at, code="foundation.role_accepted", about=membership, data=said)
        else:
            journal.write(by=by, at=at, code="foundation.role_declined", about=membership, data=said)
    return membership


@act("people.write")
def end_membership(*, by: Actor, at: datetime, membership: Membership) -> Membership:
    """Someone leaves the staff: their sessions end at once, wherever they are. The history stays.

    Who was asked to join and has not answered is asked no more; their account is none of ours.
    """
    _end(membership, at)
    _keep_an_owner(by.provider)
    if membership.agreed:
        end_all_sessions(membership.person)
        invitations.withdraw(person=membership.person, at=at)
    journal.write(
        by=by, at=at, code="foundation.role_ended", about=membership, data={"person": membership.person_id}
    )
    return membership


@act("people.write")
def invite_member(*, by: Actor, at: datetime, membership: Membership, site_url: str) -> Invitation:
    """Send someone of the staff a way in: the first one, or another when the first has died."""
    found = _working(by, membership)
    return invitations.invite(by=by, at=at, person=found.person, site_url=site_url)


@act("people.write")
def end_sessions(*, by: Actor, at: datetime, membership: Membership) -> Membership:
    """Sign someone of the staff out everywhere: a machine was lost, a password was seen."""
    found = _working(by, membership)
    end_all_sessions(found.person)
    journal.write(
        by=by, at=at, code="foundation.sessions_ended", about=found, data={"person": found.person_id}
    )
    return found


def end_all_sessions(person: Person) -> None:
    """No session that `person` has open is worth anything any more."""
    Person.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)


def _working(by: Actor, membership: Membership) -> Membership:
    """The membership when it is of `by`'s provider and runs. Raises OutOfDate."""
    found = Membership.objects.working().filter(pk=membership.pk, provider=by.provider).first()
    if found is None:
        raise OutOfDate(_("Cette personne ne fait plus partie de l’équipe."))
    return found


def _end(membership: Membership, at: datetime) -> None:
    Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=at)
    membership.ended_at = at


def _keep_an_owner(provider: Provider) -> None:
    if not Membership.objects.working().filter(provider=provider, role="owner").exists():
        raise LastOwner(
            _("Il faut au moins un propriétaire."),
            field="role",
            way_out=_("Nommez d’abord un autre propriétaire."),
        )


@isolation.everything("a new provider has nobody yet who could name its owner")
def first_owner(*, provider: Provider, person: Person, at: datetime) -> Membership:
    """The owner that a new provider starts with, given by the installation."""
    with transaction.atomic():
        member = Membership.objects.create(provider=provider, person=person, role="owner", since_at=at)
        journal.write_for_installation(
            code="foundation.owner_named", at=at, about=member, data={"provider": provider.slug}
        )
        return member


@act("installation.write")
def set_priority_grid(*, by: Actor, at: datetime, grid: dict[str, dict[str, int]]) -> Provider:
    """Replace the provider's own impact × urgency grid (its practice; a clause never sets it).

    Raises InvalidInput when a cell is not 1 to 4.
    """
    for row in grid.values():
        for value in row.values():
            if value not in (1, 2, 3, 4):
                raise InvalidInput(_("Une priorité va de 1 (la plus haute) à 4."), field="grid")
    provider = by.provider
    former = provider.priority_grid
    provider.priority_grid = grid
    provider.save(update_fields=["priority_grid"])
    journal.write(
        by=by,
        at=at,
        code="foundation.priority_grid_set",
        about=provider,
        data={"former": former, "grid": grid},
    )
    return provider
