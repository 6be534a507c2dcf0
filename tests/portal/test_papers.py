"""Points with their paper, contracts, and the terms accepted with what a contract changes to them."""

import pytest
from django.urls import reverse

from clausier.prepaid import services as prepaid
from tests.console.visits import signed_in
from tests.people import FRIDAY_1630

pytestmark = pytest.mark.django_db


def get(house, actor, name, *args):
    return signed_in(actor).get(reverse(name, args=[house.provider.slug, *args]))


@pytest.fixture
def account(ims, at):
    at("2026-11-20T16:30")
    found = prepaid.open_account(by=ims.owner, at=FRIDAY_1630, contract=ims.contract)
    prepaid.credit(by=ims.owner, at=FRIDAY_1630, account=found, points="400", label="Carnet")
    return found


def test_points_are_told_and_come_as_a_paper(ims, account):
    page = get(ims, ims.correspondent, "portal-points").content.decode()
    assert "400" in page
    assert "Carnet" in page
    paper = get(ims, ims.correspondent, "portal-points-pdf", ims.contract.number)
    assert paper.content.startswith(b"%PDF")
    assert get(ims, ims.user, "portal-points-pdf", ims.contract.number).status_code == 403


def test_contracts_and_their_terms_are_readable(imri, at):
    at("2026-11-20T16:30")
    page = get(imri, imri.correspondent, "portal-contracts").content.decode()
    assert imri.contract.number in page
    why = get(imri, imri.correspondent, "portal-term", imri.contract.number)
    assert why.status_code == 200
    book = get(imri, imri.correspondent, "portal-book", imri.contract.book.digest)
    assert 'id="VI.3"' in book.content.decode()
    assert get(imri, imri.user, "portal-book", imri.contract.book.digest).status_code == 403


def test_another_providers_terms_are_not_read(imri, ims):
    assert get(imri, imri.correspondent, "portal-book", ims.contract.book.digest).status_code == 404
