"""The client's own report: its own tickets, while the provider leaves the section open."""

import pytest
from django.urls import reverse

from clausier.directory import admission
from clausier.directory.models import PortalSection
from tests.console.visits import signed_in
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, make_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday(at):
    return at("2026-11-20T16:42")


def report(house, actor, name="portal-reports"):
    return signed_in(actor).get(reverse(name, args=[house.provider.slug]))


def test_the_correspondent_reads_what_was_promised_and_kept(imri):
    other, site = make_client(imri.provider, imri.agency, number="CL-002", name="Verrerie Inventée")
    open_ticket(imri)
    open_ticket(imri, client=other, site=site, caller=None)
    answer = report(imri, imri.correspondent)
    assert answer.context["shown"].called.n == 1
    body = answer.content.decode()
    assert "IMRI VI.3" in body
    assert "objectif interne" not in body
    assert report(imri, imri.correspondent, "portal-report-pdf").content.startswith(b"%PDF")


def test_who_may_not_read_it_or_finds_it_closed(imri):
    assert report(imri, imri.user).status_code == 403
    left = [one for one in PortalSection.values if one != PortalSection.REPORTS]
    admission.open_sections(by=imri.manager, at=FRIDAY_1630, client=imri.client, sections=left)
    assert report(imri, imri.correspondent).status_code == 404
