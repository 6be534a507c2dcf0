"""The staff on its page: roles, the matrix, joining, changing, leaving."""

import pytest
from django.urls import reverse

from clausier.directory import queries as directory
from clausier.foundation.models import JournalEntry, Membership
from clausier.foundation.permissions import PERMISSION_NAMES
from tests.console.visits import address, get, signed_in


def member_of(house, role: str) -> Membership:
    return directory.team(house.owner).get(person=house.staff[role].person)


def test_everyone_on_the_staff_sees_who_does_what(imri):
    shown = get(imri, "people", role="reader").content.decode()
    assert "Karim Témoin" in shown
    for name in PERMISSION_NAMES.values():
        assert str(name)[1:] in shown


def test_only_leaders_are_offered_the_acts(imri):
    assert address(imri, "person-add") not in get(imri, "people", role="dispatcher").content.decode()
    assert get(imri, "person-add", role="dispatcher").status_code == 403
    assert get(imri, "person-add", role="manager").status_code == 200


def test_another_provider_s_staff_does_not_exist(imri, ims):
    strange = member_of(imri, "technician")
    assert signed_in(ims.owner).get(address(ims, "person", strange.pk)).status_code == 404
    assert signed_in(ims.owner).get(address(imri, "people")).status_code == 404


def test_someone_new_gets_an_account_a_role_a_place_and_skills(imri):
    signed_in(imri.owner).post(
        address(imri, "person-add"),
        {
            "full_name": "Lou Recrue",
            "email": "lou.recrue@nebuline.example.org",
            "role": "technician",
            "agency": imri.agency.pk,
            "skills": "Windows Server, téléphonie IP",
        },
    )
    joined = directory.team(imri.owner).get(person__full_name="Lou Recrue")
    assert joined.role == "technician"
    assert joined.profile.agency == imri.agency
    assert {skill.name for skill in joined.profile.skills.all()} == {"Windows Server", "téléphonie IP"}
    assert not joined.person.has_usable_password(), "the invitation lets them in"


def asked(imri, ims):
    """A technician of one provider, asked to join another by its owner."""
    guest = imri.technician.person
    guest.full_name = "Nom Gardé"
    guest.save(update_fields=["full_name"])
    signed_in(ims.owner).post(
        address(ims, "person-add"),
        {"full_name": "peu importe", "email": guest.email.upper(), "role": "reader"},
    )
    return guest


def test_an_account_that_exists_joins_another_provider_only_when_its_owner_agrees(imri, ims, letters):
    guest = asked(imri, ims)
    assert not directory.team(ims.owner).filter(person=guest).exists()
    assert signed_in(imri.technician).get(address(ims, "people")).status_code == 404
    assert (letters()[-1].to, ims.provider.name in letters()[-1].body) == ([guest.email], True)
    listed = signed_in(ims.owner).get(address(ims, "people")).content.decode()
    assert guest.email in listed
    assert guest.full_name not in listed, "whose account it is, is not told before they agree"
    visitor = signed_in(imri.technician)
    assert ims.provider.name in visitor.get(reverse("home")).content.decode()
    offer = Membership.objects.get(provider=ims.provider, person=guest)
    answer = visitor.post(reverse("offer-answer", args=[offer.pk]), {"answer": "yes"})
    assert visitor.get(answer["Location"]).status_code == 200
    assert directory.team(ims.owner).get(person=guest).role == "reader"


def test_an_offer_is_declined_withdrawn_and_never_answered_by_another(imri, ims):
    guest = asked(imri, ims)
    offer = Membership.objects.get(provider=ims.provider, person=guest)
    where = reverse("offer-answer", args=[offer.pk])
    assert signed_in(imri.dispatcher).post(where, {"answer": "yes"}).status_code == 404
    visitor = signed_in(imri.technician)
    assert visitor.post(where, {"answer": "no"})["Location"] == reverse("home")
    assert visitor.post(where, {"answer": "yes"}).status_code == 404
    asked(imri, ims)
    offer = Membership.objects.get(provider=ims.provider, person=guest, ended_at=None)
    signed_in(ims.owner).post(address(ims, "person-offer-withdraw", offer.pk))
    assert visitor.get(reverse("home")).status_code == 302, "their session is none of that team's"
    codes = JournalEntry.objects.filter(provider=ims.provider, code__startswith="foundation.role_")
    assert list(codes.order_by("pk").values_list("code", flat=True))[-4:] == [
        "foundation.role_offered",
        "foundation.role_declined",
        "foundation.role_offered",
        "foundation.role_ended",
    ]


def test_role_agency_and_skills_are_changed_together(imri):
    found = member_of(imri, "technician")
    signed_in(imri.manager).post(
        address(imri, "person", found.pk), {"role": "dispatcher", "agency": "", "skills": "réseau"}
    )
    changed = member_of(imri, "technician")
    assert (changed.role, changed.profile.agency) == ("dispatcher", None)
    assert [skill.name for skill in changed.profile.skills.all()] == ["réseau"]


def test_who_leaves_can_be_called_back_in_the_same_role(imri):
    found = member_of(imri, "technician")
    answer = signed_in(imri.owner).post(address(imri, "person-leave", found.pk), follow=True)
    undo = address(imri, "person-return", found.pk)
    assert undo in answer.content.decode()
    imri.technician.person.refresh_from_db()
    assert signed_in(imri.technician).get(address(imri, "people")).status_code == 404
    assert undo in signed_in(imri.owner).get(address(imri, "people")).content.decode()
    signed_in(imri.owner).post(undo)
    assert member_of(imri, "technician").profile.agency == imri.agency


@pytest.mark.parametrize("act", ["person-leave", "person"])
def test_the_last_owner_stays(imri, act):
    found = member_of(imri, "owner")
    answer = signed_in(imri.owner).post(address(imri, act, found.pk), {"role": "reader"})
    assert answer.status_code == 422
    assert "au moins un propriétaire" in answer.content.decode()
    assert member_of(imri, "owner").role == "owner"
