"""Searching and acting from the console, the portal and the API: what each finds, for whom."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clausier.directory.models import PortalSection
from clausier.foundation import documents
from tests.api.asking import Machine
from tests.console.visits import get, signed_in
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House, make_client, make_contact

pytestmark = pytest.mark.django_db


def told(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_groups_what_it_finds_and_works_without_script(imri: House) -> None:
    ticket = open_ticket(imri, title="Imprimante muette")
    page = told(get(imri, "search", q="imprimantes"))
    assert "Tickets" in page
    assert reverse("ticket", args=[imri.provider.slug, ticket.number]) in page
    assert "Rien ne répond" in told(get(imri, "search", q="zygomatique"))
    assert "Que cherchez-vous" in told(get(imri, "search"))


def test_an_exact_identifier_brings_its_kind_first(imri: House) -> None:
    open_ticket(imri, title="Refaire le contrat C-0001")
    page = told(get(imri, "search", q="C-0001"))
    assert page.index(">Contrats</h2>") < page.index(">Tickets</h2>")


def test_a_clause_is_found_by_its_number_and_by_its_words(imri: House) -> None:
    digest = imri.provider.book.digest
    for typed in ("VI.3", "imri VI.3"):
        assert f"{digest}/#VI.3" in told(get(imri, "search", q=typed)), typed
    assert digest in told(get(imri, "search", q="maintenance serveurs"))


def test_acts_are_proposed_for_whom_was_found_and_pages_by_their_name(imri: House) -> None:
    call = reverse("call", args=[imri.provider.slug])
    person = f"{call}?caller=contact:{imri.caller.pk}"
    for typed in ("cobaye", "appel de cobaye"):
        assert person in told(get(imri, "search-palette", q=typed)), typed
    client = f"{call}?caller=client:{imri.client.pk}"
    assert client in told(get(imri, "search-palette", q=f"nouveau ticket pour {imri.client.name[:6]}"))
    assert person not in told(get(imri, "search-palette", q="cobaye", role="reader"))
    journal = reverse("journal", args=[imri.provider.slug])
    assert journal in told(get(imri, "search-palette", q="jour", role="owner"))
    assert f'href="{journal}" aria' not in told(get(imri, "search-palette", q="jour", role="technician"))


def test_before_anything_is_typed_one_sees_what_one_was_at(imri: House) -> None:
    ticket = open_ticket(imri)
    address = reverse("ticket", args=[imri.provider.slug, ticket.number])
    assert address in told(get(imri, "search-palette"))
    assert address not in told(get(imri, "search-palette", role="technician"))


def test_the_list_of_clients_is_narrowed_by_telephone_and_number_too(imri: House) -> None:
    other, _site = make_client(imri.provider, imri.agency, number="CL-0077", name="Scierie Voisine")
    other.phone, other.siren = "+33199000077", "900000035"
    other.save()
    for typed in ("scier", "01 99 00 00 77", "900 000 035", "cl0077"):
        page = told(get(imri, "clients", q=typed))
        assert other.name in page, typed
        assert imri.client.name not in page, typed


# The portal


def in_portal(house: House, actor, **asked: str) -> str:
    return told(signed_in(actor).get(reverse("portal-search", args=[house.provider.slug]), asked))


def test_a_clients_people_find_theirs_and_a_plain_user_only_their_own(imri: House) -> None:
    mine = open_ticket(imri, title="Coffre de Gaspard", caller=imri.colleague)
    other = open_ticket(imri, title="Coffre de Maëlle")
    paper = documents.file_document(
        b"%PDF-1.7",
        by=imri.manager,
        at=FRIDAY_1630,
        kind="derogation",
        title="Accord sur le coffre",
        name="accord.pdf",
        client_id=imri.client.pk,
    )
    stranger, site = make_client(imri.provider, imri.agency, number="CL-002", name="Scierie Voisine")
    far = open_ticket(
        imri,
        title="Coffre de la scierie",
        client=stranger,
        site=site,
        caller=make_contact(stranger, name="Perrine Doublure"),
        contract=None,
    )
    page = in_portal(imri, imri.correspondent, q="coffre")
    assert mine.title in page.replace("<mark>", "").replace("</mark>", "")
    assert reverse("portal-paper", args=[imri.provider.slug, paper.pk]) in page
    own = in_portal(imri, imri.user, q="coffre")
    assert reverse("portal-ticket", args=[imri.provider.slug, mine.number]) in own
    for unseen in (other, far):
        assert reverse("portal-ticket", args=[imri.provider.slug, unseen.number]) not in own
    assert reverse("portal-paper", args=[imri.provider.slug, paper.pk]) not in own


def test_a_paper_opens_for_its_client_alone(imri: House) -> None:
    papers = [
        documents.file_document(
            b"%PDF-1.7",
            by=imri.manager,
            at=FRIDAY_1630,
            kind="derogation",
            title="Accord",
            name="accord.pdf",
            client_id=client_id,
        )
        for client_id in (imri.client.pk, None)
    ]
    browser = signed_in(imri.correspondent)
    seen = [browser.get(reverse("portal-paper", args=[imri.provider.slug, one.pk])) for one in papers]
    assert [one.status_code for one in seen] == [200, 404]


def test_what_the_provider_closed_for_a_client_is_not_found(imri: House) -> None:
    open_ticket(imri, title="Coffre fermé")
    assert "Coffre" in in_portal(imri, imri.correspondent, q="coffre ferme")
    imri.client.closed_sections = [PortalSection.REQUESTS]
    imri.client.save()
    assert "Rien ne répond" in in_portal(imri, imri.correspondent, q="coffre ferme")


# The API


def test_the_api_finds_what_the_token_may_read(imri: House) -> None:
    ticket = open_ticket(imri)
    machine = Machine(imri, imri.technician, "search.use", "desk.read")
    found = machine.get("/search?q=serveurs")
    assert [(one["kind"], one["key"]) for one in found["items"]] == [("ticket", str(ticket.number))]
    assert found["counts"] == [{"kind": "ticket", "count": 1, "more": False}]
    assert machine.get("/search?q=cobaye&kind=contact")["items"] == []
    assert machine.refused("GET", "/search?q=a&kind=dragon")["status"] == 422
