"""Who enters which page of the portal: another client, another provider, staff and the signed-out do not."""

import pytest
from django.urls import reverse

from clausier.directory.models import ClientAccess, PortalSection
from clausier.portal.context import ENTRIES
from tests.console.visits import signed_in
from tests.people import SIGNED_AT, client_account, make_client, make_contact

pytestmark = pytest.mark.django_db

PAGES = ["portal", "portal-tickets", "portal-new", "portal-points", "portal-contracts", "portal-people"]
OPEN_TO = {
    "it-correspondent": set(PAGES),
    "user": {"portal", "portal-tickets", "portal-new"},
    "client-accountant": {"portal", "portal-points"},
}


def at(house, name):
    return reverse(name, args=[house.provider.slug])


@pytest.mark.parametrize("name", PAGES)
def test_signed_out_one_is_sent_to_sign_in(client, imri, name):
    answer = client.get(at(imri, name))
    assert answer["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", PAGES)
def test_staff_and_another_providers_clients_find_nothing(imri, ims, name):
    for actor in (imri.owner, ims.correspondent, ims.owner):
        assert signed_in(actor).get(at(imri, name)).status_code == 404


@pytest.mark.parametrize("role", OPEN_TO)
@pytest.mark.parametrize("name", PAGES)
def test_each_role_enters_what_is_its_own(imri, name, role):
    actor = client_account(imri.client, make_contact(imri.client, name="Zoé Personne"), role=role)
    status = signed_in(actor).get(at(imri, name)).status_code
    assert (status in (200, 302)) == (name in OPEN_TO[role])


def test_another_clients_people_find_nothing_of_this_one(imri):
    other, _site = make_client(imri.provider, imri.agency, number="CL-002", name="Voisine Inventée")
    stranger = client_account(other, make_contact(other, name="Ulysse Voisin"), role="it-correspondent")
    page = signed_in(stranger).get(at(imri, "portal-contracts")).content.decode()
    assert imri.contract.number not in page
    assert imri.client.name not in signed_in(stranger).get(at(imri, "portal-people")).content.decode()


CLOSING = [entry for entry in ENTRIES if (entry.within or entry.key) in PortalSection.values]


@pytest.mark.parametrize("entry", CLOSING, ids=lambda entry: entry.key)
def test_a_closed_section_is_refused_by_the_server(imri, entry):
    browser = signed_in(imri.correspondent)
    assert browser.get(at(imri, entry.url_name)).status_code == 200
    imri.client.closed_sections = [entry.within or entry.key]
    imri.client.save()
    assert browser.get(at(imri, entry.url_name)).status_code == 404
    home = browser.get(at(imri, "portal"), follow=True).content.decode()
    assert at(imri, entry.url_name) not in home


def test_an_ended_access_opens_nothing(imri):
    ClientAccess.objects.filter(person=imri.user.person).update(ended_at=SIGNED_AT)
    assert signed_in(imri.user).get(at(imri, "portal-tickets")).status_code == 404


def test_the_provider_closes_a_section_from_the_clients_page_and_only_those_who_lead_may(imri):
    page = reverse("client-sections", args=[imri.provider.slug, imri.client.number])
    assert signed_in(imri.technician).post(page, {"sections": ["requests"]}).status_code == 403
    assert signed_in(imri.manager).post(page, {"sections": ["requests"]}).status_code == 302
    browser = signed_in(imri.correspondent)
    assert browser.get(at(imri, "portal-points")).status_code == 404
    assert browser.get(at(imri, "portal-tickets")).status_code == 200


def test_the_address_of_a_form_leads_to_its_page_and_where_there_is_none_says_so_in_english(imri):
    person = imri.correspondent.person
    person.language = "en"
    person.save(update_fields=["language"])
    browser, slug = signed_in(imri.correspondent), imri.provider.slug
    assert browser.get(reverse("portal-reply", args=[slug, 12]))["Location"] == reverse(
        "portal-ticket", args=[slug, 12]
    )
    said = browser.get(at(imri, "portal-client"))
    assert said.status_code == 405
    assert "This address only takes a form" in said.content.decode()
    assert f'href="{at(imri, "portal")}"' in said.content.decode()
