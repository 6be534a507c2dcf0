"""The only way in for someone new: a link by mail, once, for some days."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clausier.foundation import invitations, services
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import Invitation, JournalEntry
from tests.console.account.signing import link_in, signed_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(imri, at):
    at("2026-11-20T16:30")
    return imri.technician.person.memberships.get()


def invite(imri, member):
    from clausier.foundation import clock

    return services.invite_member(
        by=imri.owner, at=clock.now(), membership=member, site_url="https://desk.example.org/"
    )


def token_of(letter) -> str:
    return link_in(letter).rstrip("/").rpartition("/")[2]


def test_the_letter_says_who_invites_and_its_link_lets_in_with_a_password(client, imri, member, letters):
    invite(imri, member)
    (letter,) = letters()
    assert letter.to == [member.person.email]
    assert imri.owner.name in letter.body
    assert "https://desk.example.org/invitation/" in letter.body
    assert member.person.full_name in client.get(link_in(letter)).content.decode()
    client.post(link_in(letter), {"password": "une phrase bien à soi"})
    assert signed_in_as(client) == member.person.pk
    member.person.refresh_from_db()
    assert member.person.check_password("une phrase bien à soi")
    assert JournalEntry.objects.filter(code="foundation.invitation_accepted", actor=member.person).exists()


def test_one_may_enter_without_a_password(client, imri, member, letters):
    invite(imri, member)
    client.post(link_in(letters()[0]), {"password": ""})
    assert signed_in_as(client) == member.person.pk


def test_a_weak_password_is_refused_and_the_link_still_serves(client, imri, member, letters):
    invite(imri, member)
    link = link_in(letters()[0])
    assert client.post(link, {"password": "court"}).status_code == 422
    assert client.get(link).status_code == 200


def test_the_link_serves_once(client, imri, member, letters):
    invite(imri, member)
    link = link_in(letters()[0])
    client.post(link, {"password": ""})
    client.post(reverse("sign-out"))
    again = client.get(link)
    assert again.status_code == 410
    assert "plus valable" in again.content.decode()


def test_the_link_dies_after_seven_days(client, imri, member, letters, at):
    invite(imri, member)
    link = link_in(letters()[0])
    at("2026-11-27T16:29")
    assert client.get(link).status_code == 200
    at("2026-11-27T16:30")
    assert client.get(link).status_code == 410


def test_a_second_invitation_kills_the_first(client, imri, member, letters):
    invite(imri, member)
    invite(imri, member)
    first, second = letters()
    assert client.get(link_in(first)).status_code == 410
    assert client.get(link_in(second)).status_code == 200


def test_who_leaves_takes_no_invitation_along(client, imri, member, letters):
    invite(imri, member)
    services.end_membership(by=imri.owner, at=member.since_at + timedelta(days=900), membership=member)
    assert client.get(link_in(letters()[0])).status_code == 410


def test_only_leaders_invite(imri, member):
    with pytest.raises(NotAllowed):
        services.invite_member(
            by=imri.dispatcher, at=member.since_at, membership=member, site_url="https://x/"
        )


def test_neither_table_nor_queue_holds_the_link(imri, member, letters):
    from procrastinate.contrib.django.models import ProcrastinateJob

    invite(imri, member)
    waiting = str(list(ProcrastinateJob.objects.values_list("args", flat=True)))
    kept = str(list(Invitation.objects.values()))
    token = token_of(letters()[0])
    assert token not in waiting
    assert token not in kept


def test_a_guess_is_refused_like_an_old_link(imri, at):
    now = at("2026-11-20T16:30")
    with pytest.raises(invitations.InvitationOver):
        invitations.accept(token="devine", at=now)


def test_a_password_that_is_refused_names_its_field(imri, member, letters, at):
    invite(imri, member)
    now = at("2026-11-20T16:31")
    with pytest.raises(InvalidInput) as refused:
        invitations.accept(token=token_of(letters()[0]), at=now, password="court")
    assert refused.value.field == "password"
