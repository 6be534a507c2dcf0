"""A form that creates something, sent twice, creates once and leads twice to the same place."""

import re
from contextvars import Context
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from clausier.desk.models import Ticket
from clausier.foundation import sent_forms
from clausier.foundation.clock import read
from clausier.foundation.models import SentForm
from clausier.prepaid import services as prepaid
from tests.console.call.test_call_form import typed
from tests.console.visits import signed_in
from tests.people import SIGNED_AT, make_imri_house
from tests.portal.test_requests import BROKEN


@pytest.fixture(autouse=True)
def friday(at):
    return at("2026-11-20T16:30")


def key_of(page: str) -> str:
    """The key that the page gave its first form."""
    found = re.search(r'name="form_key" value="(\w+)"', page)
    assert found, "the page gives no key"
    return found[1]


def sent_at_once(visitor, url, posted):
    """What two posts at the same instant are answered."""
    together, answers = Barrier(2), []

    def send() -> None:
        try:
            together.wait(timeout=10)
            answers.append(visitor.post(url, posted))
        finally:
            connection.close()

    threads = [Thread(target=Context().run, args=(send,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


@pytest.mark.django_db(transaction=True)
def test_a_call_and_a_request_sent_twice_at_once_open_one_ticket_each(transactional_db):
    house = make_imri_house()
    for actor, name, posted in (
        (house.technician, "call", typed(house, act="take")),
        (house.correspondent, "portal-new", BROKEN),
    ):
        before = Ticket.objects.count()
        visitor, url = signed_in(actor), reverse(name, args=[house.provider.slug])
        key = key_of(visitor.get(url).content.decode())
        answers = sent_at_once(visitor, url, posted | {"form_key": key})
        assert [answer.status_code for answer in answers] == [302, 302]
        assert Ticket.objects.count() == before + 1
        assert {answer["Location"].rstrip("/").rpartition("/")[2] for answer in answers} == {
            str(Ticket.objects.latest("pk").number)
        }


@pytest.mark.django_db
def test_points_are_credited_once_and_the_repeat_says_so(ims):
    account = prepaid.open_account(by=ims.owner, at=SIGNED_AT, contract=ims.contract, low_at=Decimal("50"))
    url = reverse("points-credit", args=[ims.provider.slug, ims.contract.number])
    page = reverse("points-account", args=[ims.provider.slug, ims.contract.number])
    visitor = signed_in(ims.accountant)
    key = key_of(visitor.get(page).content.decode())
    posted = {"points": "400", "kind": "purchase", "label": "Carnet", "form_key": key}
    for _time in range(2):
        assert visitor.post(url, posted)["Location"] == page
    assert account.entries.filter(label="Carnet").count() == 1
    assert "déjà été envoyé" in visitor.get(page).content.decode()
    visitor.post(url, posted | {"form_key": sent_forms.new_key()})
    assert account.entries.filter(label="Carnet").count() == 2


@pytest.mark.django_db
def test_a_refused_form_may_be_sent_again_under_its_key(imri):
    visitor, url = signed_in(imri.correspondent), reverse("portal-new", args=[imri.provider.slug])
    posted = BROKEN | {"form_key": sent_forms.new_key()}
    assert visitor.post(url, posted | {"title": ""}).status_code == 422
    assert visitor.post(url, posted).status_code == 302
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_a_key_of_another_person_means_nothing(imri):
    url = reverse("portal-new", args=[imri.provider.slug])
    posted = BROKEN | {"form_key": sent_forms.new_key()}
    for actor in (imri.correspondent, imri.user):
        assert signed_in(actor).post(url, posted).status_code == 302
    assert Ticket.objects.count() == 2
    assert sent_forms.forget(read("2026-12-20T12:00")) == 2
    assert not SentForm.objects.exists()
