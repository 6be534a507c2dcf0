"""Books on their pages: each clause at its place, with its terms, readings, duties and flaws."""

import re

import pytest

from clausier.foundation import books
from clausier.terms import book as terms_book
from tests.console.visits import address, get, signed_in
from tests.people import SIGNED_AT


def page(house, name: str) -> str:
    browser = signed_in(house.reader)
    answer = browser.get(address(house, "book", name), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_names_the_edition_of_new_contracts(imri):
    listed = get(imri, "books").content.decode()
    assert "imri/2013" in listed
    assert "celui des nouveaux contrats" in listed
    assert "ims/2018" not in listed


def test_a_book_s_own_address_leads_to_its_edition(imri):
    answer = signed_in(imri.reader).get(address(imri, "book", "imri/2013"))
    assert answer["Location"] == address(imri, "book-edition", imri.provider.book.digest)


@pytest.mark.parametrize("house", ["imri", "ims"])
def test_every_clause_has_a_place_that_links_can_reach(house, request):
    found = request.getfixturevalue(house)
    shown = page(found, found.provider.book.name)
    places = set(re.findall(r'<section class="clause" id="([^"]+)"', shown))
    assert set(books.read(found.provider.book).clauses) <= places


def test_a_clause_shows_its_values_its_readings_and_who_owes_what(imri):
    shown = page(imri, "imri/2013")
    clause = shown.split('id="VI.3"')[1].split("<section")[0]
    assert "promise.onsite-server.within" in clause
    assert "4\u00a0heures ouvrées" in clause
    assert "Interprétation" in clause
    assert "Le client doit" in shown


def test_the_flaws_of_the_text_are_shown(imri):
    assert "renvoi faux" in page(imri, "imri/2013").casefold()


def test_practices_are_shown_as_such(ims):
    shown = page(ims, "ims/2018").split('id="pratiques"')[1]
    assert "hours.phone" in shown
    assert "jamais une promesse" in shown


def test_the_law_is_a_book_that_everyone_reads(imri):
    books.install(terms_book.load("law-fr"), at=SIGNED_AT)
    assert "late-payment" in page(imri, "law-fr")


def test_a_book_that_binds_neither_the_provider_nor_its_clients_is_not_there(imri, ims):
    assert signed_in(imri.owner).get(address(imri, "book", "ims/2018")).status_code == 404
    digest = ims.provider.book.digest
    assert signed_in(imri.owner).get(address(imri, "book-edition", digest)).status_code == 404


def test_the_page_speaks_the_reader_s_language(imri):
    imri.reader.person.language = "en"
    imri.reader.person.save()
    assert "4\u00a0open hours" in page(imri, "imri/2013")
