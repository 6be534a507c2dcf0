"""A second factor that was lost: taken away by an owner, or from the installation's own machine."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from clausier.foundation import isolation, journal, mail
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput, OutOfDate, Refusal
from clausier.foundation.models import Membership, Person
from clausier.foundation.services import end_all_sessions


class ServesElsewhere(Refusal):
    """The account works for another provider too: no single owner lowers what protects it."""

    code = "serves_elsewhere"


@act("people.second-factor")
def reset(*, by: Actor, at: datetime, membership: Membership) -> Membership:
    """Take away all second factors of someone on the staff, who lost them: they sign in by password or link.

    Their sessions end and a letter tells them. Raises OutOfDate for who left, InvalidInput for oneself or
    when there is none, ServesElsewhere.
    """
    found = Membership.objects.working().filter(pk=membership.pk, provider=by.provider).first()
    if found is None:
        raise OutOfDate(_("Cette personne ne fait plus partie de l’équipe."))
    if by.person is not None and found.person_id == by.person.pk:
        raise InvalidInput(_("Votre propre second facteur se règle dans votre compte."))
    if _serves_elsewhere(found):
        raise ServesElsewhere(
            _("Ce compte sert aussi chez un autre prestataire."),
            way_out=_("Demandez-le à qui administre la machine : clausier second-factor."),
        )
    _take_away(found.person, by=by.name)
    journal.write(
        by=by, at=at, code="foundation.second_factor_reset", about=found, data={"person": found.person_id}
    )
    return found


def reset_by_installation(*, person: Person, at: datetime) -> None:
    """The same from the installation's own machine, for whom no owner can help. Raises InvalidInput."""
    _take_away(person, by=_("Qui administre l’installation"))
    journal.write_for_installation(code="foundation.second_factor_reset", at=at, about=person)


@isolation.everything("whether an account serves elsewhere too is nobody's single view")
def _serves_elsewhere(found: Membership) -> bool:
    others = Membership.objects.working().filter(person=found.person)
    return others.exclude(provider=found.provider_id).exists()


def _take_away(person: Person, *, by: str) -> None:
    gone, _each = Authenticator.objects.filter(user=person).delete()
    if not gone:
        raise InvalidInput(_("Cette personne n’a pas de second facteur."))
    end_all_sessions(person)
    with translation.override(person.language):
        mail.defer(
            to=person.email,
            subject=_("Votre second facteur a été effacé"),
            body=render_to_string("foundation/second_factor_reset.txt", {"person": person, "by": by}),
        )
