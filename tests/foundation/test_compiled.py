"""Questions compiled once: they answer as their querysets do, each time anew, in the scope that holds."""

from datetime import datetime

import pytest
from django.db.models import F

from clausier.foundation import acts, books, isolation, services
from clausier.foundation.clock import PARIS
from clausier.foundation.compiled import Compiled, Counted, Given
from clausier.foundation.errors import NotAllowed
from clausier.foundation.models import Counter, InstalledBook, Membership

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 16, 30, tzinfo=PARIS)


def members_of():
    found = Membership.objects.filter(provider_id=Given("provider"), role=Given("role"))
    return found.select_related("person", "provider__book").defer("provider__book__content").order_by("pk")


def test_it_answers_as_its_queryset_does(imri, django_assert_num_queries):
    question = Compiled(members_of)
    question.all(provider=imri.provider.pk, role="owner")
    with django_assert_num_queries(1):
        (member,) = question.all(provider=imri.provider.pk, role="owner")
        assert member.person.full_name == imri.owner.person.full_name
        assert member.provider.book.name == "imri/2013"
    assert member == Membership.objects.get(provider=imri.provider, role="owner")
    assert member.provider.book.get_deferred_fields() == {"content"}
    assert books.read(member.provider.book).digest == InstalledBook.objects.get(name="imri/2013").digest


def test_it_keeps_no_answer(imri):
    question = Compiled(members_of)
    before = question.all(provider=imri.provider.pk, role="reader")
    person = services.create_person(email="p@houlemont.example", full_name="Personne", at=AT)
    services.add_member(by=imri.owner, at=AT, person=person, role="reader")
    assert len(question.all(provider=imri.provider.pk, role="reader")) == len(before) + 1
    assert question.first(provider=0, role="reader") is None


def test_it_sees_the_rows_of_the_scope_that_holds(imri, ims, program_role):
    question = Compiled(members_of)
    with program_role():
        with isolation.confined(isolation.of_provider(imri.provider.pk)):
            assert question.all(provider=imri.provider.pk, role="owner")
        with isolation.confined(isolation.of_provider(ims.provider.pk)):
            assert not question.all(provider=imri.provider.pk, role="owner")


def test_what_is_annotated_comes_along(imri):
    question = Compiled(lambda: members_of().annotate(name=F("person__full_name")))
    (member,) = question.all(provider=imri.provider.pk, role="owner")
    assert member.name == imri.owner.person.full_name


def test_several_counts_are_asked_at_once_each_no_further_than_its_cut(imri, django_assert_num_queries):
    counted = Counted(
        owners=lambda: members_of().filter(ended_at=None),
        one=lambda: Membership.objects.filter(provider_id=Given("provider")).order_by("pk")[:1],
    )
    given = {"provider": imri.provider.pk, "role": "owner"}
    counted.all(**given)
    with django_assert_num_queries(1):
        assert counted.all(**given) == {"owners": 1, "one": 1}
    assert counted.all(**given | {"provider": 0}) == {"owners": 0, "one": 0}


def test_a_refused_act_takes_the_whole_block_along(imri):
    @acts.act("installation.write")
    def count(*, by):
        Counter.objects.create(provider=by.provider, series="essai", last=1)

    def count_twice():
        with acts.whole():
            count(by=imri.owner)
            count(by=imri.dispatcher)

    with pytest.raises(NotAllowed):
        count_twice()
    assert not Counter.objects.filter(series="essai").exists()
