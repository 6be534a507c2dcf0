"""People, roles and numbers."""

from datetime import datetime
from threading import Thread

import pytest
from django.db import connection

from clausier.foundation import isolation, permissions, services
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import Membership
from clausier.foundation.numbering import next_number

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 16, 30, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("email", {"email": "pas une adresse", "full_name": "Ada Noury"}),
        ("full_name", {"email": "ada@houlemont.example", "full_name": "  "}),
        ("password", {"email": "ada@houlemont.example", "full_name": "Ada Noury", "password": "court"}),
    ],
)
def test_a_wrong_account_names_the_field(field, facts):
    with pytest.raises(InvalidInput) as refused:
        services.create_person(at=AT, **facts)
    assert refused.value.field == field


def test_two_accounts_never_share_an_address_whatever_the_case():
    services.create_person(email="ada@houlemont.example", full_name="Ada Noury", at=AT)
    with pytest.raises(InvalidInput):
        services.create_person(email="ADA@houlemont.example", full_name="Ada Noury", at=AT)


def test_a_reader_gives_no_role(imri):
    person = services.create_person(email="ada@houlemont.example", full_name="Ada Noury", at=AT)
    reader = services.add_member(by=imri.owner, at=AT, person=person, role="reader")
    from clausier.foundation.queries import staff_actor

    with pytest.raises(NotAllowed):
        services.add_member(
            by=staff_actor(person, imri.owner.provider), at=AT, person=reader.person, role="owner"
        )


def test_a_new_role_ends_the_former_and_keeps_it(imri):
    person = services.create_person(email="ada@houlemont.example", full_name="Ada Noury", at=AT)
    services.add_member(by=imri.owner, at=AT, person=person, role="reader")
    services.add_member(by=imri.owner, at=AT, person=person, role="dispatcher")
    roles = Membership.objects.filter(person=person).order_by("id").values_list("role", "ended_at")
    assert list(roles) == [("reader", AT), ("dispatcher", None)]


def test_the_last_owner_stays(imri):
    alone = Membership.objects.get(provider=imri.owner.provider, role="owner", ended_at=None)
    with pytest.raises(services.LastOwner):
        services.end_membership(by=imri.owner, at=AT, membership=alone)
    alone.refresh_from_db()
    assert alone.ended_at is None


def test_every_permission_has_a_name_and_at_least_one_role():
    assert set(permissions.MATRIX) == set(permissions.PERMISSION_NAMES)
    assert all(permissions.MATRIX.values())


def test_the_client_side_never_writes_the_providers_affairs():
    theirs = {
        name for name, roles in permissions.MATRIX.items() if roles & frozenset(permissions.CLIENT_SIDE)
    }
    assert theirs == {
        "portal.agree",
        "portal.answer",
        "portal.consent",
        "access.read",
        "access.withdraw",
        "agenda.confirm",
        "agenda.read",
        "contracts.read",
        "desk.close",
        "desk.contest",
        "desk.open",
        "desk.read",
        "desk.reply",
        "directory.read",
        "disputes.complain",
        "endings.announce",
        "endings.read",
        "hourly.read",
        "knowledge.read",
        "portal.people",
        "portal.rate",
        "portal.sign",
        "portal.use",
        "prepaid.ask",
        "prepaid.read",
        "recurring.read",
        "reports.read",
        "reversal.answer",
        "reversal.read",
        "rulings.read",
        "sales.answer",
        "sales.read",
        "search.use",
        "signatures.read",
        "workshop.acknowledge",
        "workshop.read",
    }


@pytest.mark.django_db(transaction=True)
def test_numbers_are_never_given_twice(imri):
    given: list[int] = []

    def take() -> None:
        with isolation.confined(imri.owner.scope):
            for _ in range(20):
                given.append(next_number(imri.owner.provider, "essai"))
        connection.close()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 81))
