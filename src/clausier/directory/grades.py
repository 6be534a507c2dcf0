"""At which rate the hours of a member of staff count, where work is paid by the hour (ims 7.1.1)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.directory.errors import OfAnother
from clausier.directory.models import Grade, StaffProfile
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Membership


@act("people.write")
def set_grade(*, by: Actor, at: datetime, membership: Membership, grade: str) -> StaffProfile:
    """Choose it, for work validated from now on. Raises InvalidInput naming `grade`, OfAnother."""
    if membership.provider_id != by.provider.pk:
        raise OfAnother(_("Cette fiche n’existe pas chez ce prestataire."))
    if grade not in Grade.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="grade")
    profile, _made = StaffProfile.objects.get_or_create(
        membership=membership, defaults={"provider": membership.provider}
    )
    before, profile.grade = profile.grade, grade
    profile.save(update_fields=["grade"])
    journal.write(
        by=by,
        at=at,
        code="directory.grade_set",
        about=membership,
        data={"before": before, "after": grade},
    )
    return profile
