"""The IT correspondent lets people of the client in, says what each sees, and closes the door again."""

import pytest
from django.urls import reverse

from clausier.directory import queries
from clausier.foundation import journal
from tests.console.account.signing import link_in, signed_in_as
from tests.console.visits import signed_in
from tests.people import client_account, make_client, make_contact

pytestmark = pytest.mark.django_db

SOMEONE = {"full_name": "Nora Nouvelle", "email": "nora@invente.example.org", "role": "user"}


def people(house):
    return reverse("portal-people", args=[house.provider.slug])


def end(house, access):
    return reverse("portal-access-end", args=[house.provider.slug, access.pk])


def test_someone_is_let_in_and_out(imri):
    browser = signed_in(imri.correspondent)
    assert browser.post(people(imri), SOMEONE).status_code == 302
    access = queries.accesses(imri.client).get(person__email=SOMEONE["email"])
    assert access.role == "user"
    assert access.contact.full_name == "Nora Nouvelle"
    assert browser.post(end(imri, access)).status_code == 302
    assert not queries.accesses(imri.client).filter(pk=access.pk).exists()
    codes = [entry.code for entry in journal.of(imri.provider)]
    assert {"directory.access_granted", "directory.access_ended"} <= set(codes)


def test_the_letter_to_someone_new_leads_to_the_portal(client, imri, letters):
    signed_in(imri.correspondent).post(people(imri), SOMEONE)
    (letter,) = letters()
    assert letter.to == [SOMEONE["email"]]
    assert imri.correspondent.name in letter.body
    client.post(link_in(letter), {"password": "une phrase bien à soi"})
    access = queries.accesses(imri.client).get(person__email=SOMEONE["email"])
    assert signed_in_as(client) == access.person_id
    assert client.get(reverse("home"))["Location"] == reverse("portal", args=[imri.provider.slug])


def test_who_has_an_account_already_acts_for_the_client_once_they_agree(imri, letters):
    known = imri.technician
    signed_in(imri.correspondent).post(people(imri), SOMEONE | {"email": known.person.email})
    (letter,) = letters()
    assert letter.to == [known.person.email]
    access = queries.accesses(imri.client).get(person=known.person)
    portal = reverse("portal", args=[imri.provider.slug])
    assert signed_in(known).get(portal).status_code == 404, "no right before the answer"
    page = signed_in(known).get(reverse("home")).content.decode()
    assert reverse("access-answer", args=[access.pk]) in page
    stranger = signed_in(imri.user).post(reverse("access-answer", args=[access.pk]), {"answer": "yes"})
    assert stranger.status_code == 404, "nobody answers for another"
    answer = signed_in(known).post(reverse("access-answer", args=[access.pk]), {"answer": "yes"})
    assert answer["Location"] == portal
    assert signed_in(known).get(portal).status_code == 302
    assert "directory.access_accepted" in {entry.code for entry in journal.of(imri.provider)}


def test_who_declines_has_no_access(imri):
    known = imri.technician
    signed_in(imri.correspondent).post(people(imri), SOMEONE | {"email": known.person.email})
    access = queries.accesses(imri.client).get(person=known.person)
    signed_in(known).post(reverse("access-answer", args=[access.pk]), {"answer": "no"})
    assert not queries.accesses(imri.client).filter(pk=access.pk).exists()


def test_letting_in_again_changes_what_they_see(imri):
    browser = signed_in(imri.correspondent)
    browser.post(people(imri), SOMEONE)
    browser.post(people(imri), SOMEONE | {"role": "client-accountant"})
    access = queries.accesses(imri.client).get(person__email=SOMEONE["email"])
    assert access.role == "client-accountant"


def test_nobody_changes_or_closes_their_own_access(imri):
    browser = signed_in(imri.correspondent)
    mine = queries.accesses(imri.client).get(person=imri.correspondent.person)
    assert browser.post(end(imri, mine)).status_code == 422
    email = imri.correspondent.person.email
    assert browser.post(people(imri), SOMEONE | {"email": email}).status_code == 422


def test_a_staff_role_is_never_given(imri):
    answer = signed_in(imri.correspondent).post(people(imri), SOMEONE | {"role": "owner"})
    assert answer.status_code == 422
    assert not queries.accesses(imri.client).filter(person__email=SOMEONE["email"]).exists()


def test_another_clients_access_is_not_closed(imri):
    other, _site = make_client(imri.provider, imri.agency, number="CL-002", name="Voisine Inventée")
    stranger = client_account(other, make_contact(other, name="Ulysse Voisin"), role="user")
    theirs = queries.accesses(other).get(person=stranger.person)
    assert signed_in(imri.correspondent).post(end(imri, theirs)).status_code == 404
