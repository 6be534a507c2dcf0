"""The list of clients, the page of one, the acts on its file."""

from datetime import date

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clausier.directory import queries as directory
from clausier.directory import services
from clausier.directory.models import Client, Contact, Site
from tests.console.visits import address, get, post, signed_in
from tests.people import FRIDAY_1630, make_client, make_contact

ROLES = ("owner", "manager", "dispatcher", "technician", "accountant", "reader")


@pytest.fixture(autouse=True)
def on_friday(at):
    at("2026-11-20T16:42")


# Who may see


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_the_staff_reads_the_clients(imri, role):
    assert imri.client.name in get(imri, "clients", role=role).content.decode()
    assert get(imri, "client", "CL-001", role=role).status_code == 200


@pytest.mark.parametrize("name", ["clients", "client", "client-edit", "site-add", "client-correspondent"])
def test_a_stranger_s_provider_does_not_exist(imri, ims, name):
    args = [] if name == "clients" else ["CL-001"]
    assert signed_in(ims.owner).get(address(imri, name, *args)).status_code == 404


def test_another_provider_s_client_does_not_exist(imri, ims):
    make_client(imri.provider, imri.agency, number="CL-999", name="Ailleurs")
    assert get(ims, "client", "CL-999").status_code == 404


def test_a_visitor_is_asked_to_sign_in(imri):
    assert Browser().get(address(imri, "clients")).status_code == 302


@pytest.mark.parametrize("role", ["technician", "accountant", "reader"])
def test_who_may_not_write_is_refused_the_form_and_not_offered_it(imri, role):
    assert get(imri, "client-edit", "CL-001", role=role).status_code == 403
    assert (
        address(imri, "client-edit", "CL-001")
        not in get(imri, "client", "CL-001", role=role).content.decode()
    )


# The list


def test_typing_narrows_the_list_without_accents(imri):
    make_client(imri.provider, imri.agency, number="CL-002", name="Électricité Postiche")
    listed = get(imri, "clients", q="electri").content.decode()
    assert "Électricité Postiche" in listed
    assert "Biscuiterie" not in listed


def test_a_client_without_correspondent_is_flagged_and_can_be_filtered(imri):
    make_client(imri.provider, imri.agency, number="CL-002", name="Atelier Orphelin")
    listed = get(imri, "clients", filtre="sans-correspondant").content.decode()
    assert "Atelier Orphelin" in listed
    assert "à nommer" in listed
    assert "Biscuiterie" not in listed


def test_where_the_book_asks_for_no_correspondent_none_is_missed(ims):
    assert "à nommer" not in get(ims, "clients").content.decode()


def test_htmx_gets_the_rows_alone(imri):
    answer = signed_in(imri.dispatcher).get(address(imri, "clients"), headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b"Biscuiterie" in answer.content


def test_the_list_takes_a_fixed_number_of_queries(imri, django_assert_max_num_queries):
    for n in range(30):
        make_client(imri.provider, imri.agency, number=f"CL-1{n:02d}", name=f"Client Exemple {n}")
    browser = signed_in(imri.dispatcher)
    with django_assert_max_num_queries(25):
        browser.get(address(imri, "clients"))


# The page


def test_the_page_tells_who_answers_what_is_signed_and_when_notice_is_due(imri):
    shown = get(imri, "client", "CL-001").content.decode()
    assert "Maëlle Cobaye" in shown
    assert "C-0001" in shown
    assert "2\u00a0serveurs" in shown or "2 serveurs" in shown
    assert "13\u00a0déc.\u00a02026" in shown
    assert "rule=notice-deadline" in shown


def test_the_page_says_that_the_terms_were_never_accepted(imri):
    assert (
        reverse("contract-accept", args=[imri.provider.slug, "C-0001"])
        in get(imri, "client", "CL-001").content.decode()
    )


def test_the_page_says_that_the_correspondent_is_missing(imri):
    services.contact_left(by=imri.owner, at=FRIDAY_1630, contact=imri.caller, left_on=date(2026, 11, 1))
    assert "Pas de correspondant informatique" in get(imri, "client", "CL-001").content.decode()


def test_who_is_on_the_line_stands_on_top(imri):
    shown = get(imri, "client", "CL-001", appelant=imri.caller.pk).content.decode()
    assert "Maëlle Cobaye appelle" in shown
    assert f"caller=contact:{imri.caller.pk}" in shown


def test_a_caller_of_another_client_is_nobody_here(imri):
    other, _ = make_client(imri.provider, imri.agency, number="CL-002", name="Autre Exemple")
    stranger = make_contact(other, name="Zoé Tierce")
    assert "appelle" not in get(imri, "client", "CL-001", appelant=stranger.pk).content.decode()


# Acts


def test_a_new_client_is_created_and_shown(imri):
    answer = post(
        imri,
        "client-create",
        name="Verrerie Supposée",
        agency=imri.agency.pk,
        country="FR",
        siren="900 000 100",
    )
    made = Client.objects.get(name="Verrerie Supposée")
    assert answer["Location"] == address(imri, "client", made.number)
    assert made.siren == "900000100"


def test_a_wrong_siren_is_said_beside_the_field_and_nothing_typed_is_lost(imri):
    answer = post(
        imri,
        "client-create",
        name="Verrerie Supposée",
        agency=imri.agency.pk,
        country="FR",
        siren="900000018",
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "clé ne tombe pas juste" in shown
    assert 'value="900000018"' in shown
    assert "Verrerie Supposée" in shown


def test_terms_for_professionals_only_cite_their_clause_in_the_form(ims):
    answer = post(ims, "client-create", name="Verrerie Supposée", agency=ims.agency.pk, country="FR")
    assert answer.status_code == 422
    assert "ims/2018 1" in answer.content.decode()


def test_a_file_is_changed_and_its_agency_kept(imri):
    post(imri, "client-edit", "CL-001", name="Biscuiterie Renommée", agency=imri.agency.pk, country="FR")
    changed = Client.objects.get(pk=imri.client.pk)
    assert (changed.name, changed.agency) == ("Biscuiterie Renommée", imri.agency)


def test_a_site_and_a_person_are_added_then_changed(imri):
    post(imri, "site-add", "CL-001", name="Atelier", city="Villefictive", zone="2")
    site = Site.objects.get(name="Atelier")
    post(imri, "site-edit", "CL-001", site.pk, name="Atelier nord", zone="3")
    site.refresh_from_db()
    assert (site.name, site.zone) == ("Atelier nord", 3)
    post(
        imri,
        "contact-add",
        "CL-001",
        full_name="Ugo Essai",
        phone="01 99 00 00 44",
        preferred_channel="phone",
    )
    ugo = Contact.objects.get(full_name="Ugo Essai")
    assert ugo.phone == "+33199000044"
    post(
        imri,
        "contact-edit",
        "CL-001",
        ugo.pk,
        full_name="Ugo Essai",
        job_title="direction",
        preferred_channel="mail",
    )
    ugo.refresh_from_db()
    assert ugo.job_title == "direction"


def test_when_the_correspondent_leaves_the_next_one_is_asked_for_and_named(imri):
    answer = post(imri, "contact-left", "CL-001", imri.caller.pk, left_on="2026-11-20")
    assert answer["Location"] == address(imri, "client-correspondent", "CL-001")
    post(imri, "client-correspondent", "CL-001", contact=imri.colleague.pk, from_on="2026-11-20")
    assert directory.correspondent_on(imri.client, date(2026, 11, 20)) == imri.colleague


def test_an_access_needs_an_account_and_a_leader(imri):
    assert get(imri, "client-access", "CL-001").status_code == 403
    unknown = signed_in(imri.owner).post(
        address(imri, "client-access", "CL-001"), {"email": "personne@nulle-part.example", "role": "user"}
    )
    assert "Aucun compte" in unknown.content.decode()
    signed_in(imri.owner).post(
        address(imri, "client-access", "CL-001"),
        {"email": imri.colleague.email, "role": "client-accountant", "contact": imri.colleague.pk},
    )
    assert "client-accountant" in [one.role for one in directory.accesses(imri.client)]


def test_without_a_contract_the_page_asks_for_the_acceptance_of_the_provider_s_terms(ims):
    make_client(ims.provider, ims.agency, number="CL-002", name="Sans Contrat Exemple", siren="900000100")
    shown = get(ims, "client", "CL-002").content.decode()
    assert "Conditions sans acceptation connue" in shown
    assert address(ims, "client-accept", "CL-002") in shown
