"""Statements that leave ahead of their answers: what they write is there, what goes wrong is told."""

from __future__ import annotations

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from clausier.foundation import isolation, numbering, rows
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import Counter

COUNTERS = Compiled(
    lambda: Counter.objects.filter(provider_id=Given("provider"), last__gte=Given("least")).order_by("series")
)


def counter(provider, series: str, last: int = 1) -> Counter:
    return Counter(provider=provider, series=series, last=last)


@pytest.fixture
def provider(imri):
    with isolation.confined(isolation.of_provider(imri.provider.pk)):
        yield imri.provider


def series_from(provider, least: int) -> list[str]:
    return [one.series for one in COUNTERS.all(provider=provider.pk, least=least)]


@pytest.mark.django_db
def test_what_was_sent_ahead_is_there_when_something_is_asked(provider):
    with connection.ahead():
        rows.add([counter(provider, "ahead-a", 901)], ids=False)
        named = counter(provider, "ahead-b", 902)
        rows.add([named])
        asked = COUNTERS.asked(provider=provider.pk, least=902)
        assert series_from(provider, 901) == ["ahead-a", "ahead-b"]
        assert [one.pk for one in asked()] == [named.pk]
        # Django's own statements are waited for: they tell how many rows they touched.
        assert Counter.objects.filter(pk=named.pk).update(last=903) == 1
        named.last = 904
        named.save()
    assert Counter.objects.get(pk=named.pk).last == 904


@pytest.mark.django_db
def test_what_is_done_at_the_end_is_done_within_the_block(provider):
    told = []
    with connection.ahead():
        knows = rows.adding([later := counter(provider, "ahead-c", 905)])
        connection.at_end(lambda: (knows(), told.append(later.pk)))
        assert not told
        with connection.ahead():  # changes nothing
            pass
        assert not told
    assert told == [later.pk]
    assert Counter.objects.get(series="ahead-c").pk == later.pk


@pytest.mark.django_db
def test_the_first_thing_that_went_wrong_is_told_and_nothing_after_it_was_done(provider):
    def three(*series: str) -> None:
        with transaction.atomic(), connection.ahead():
            for one in series:
                rows.add([counter(provider, one, 906)], ids=False)

    with pytest.raises(DataError):
        three("ahead-d", "a" * 200, "ahead-e")
    assert series_from(provider, 906) == []


@pytest.mark.django_db
def test_a_savepoint_within_takes_back_what_failed_alone(provider):
    with transaction.atomic(), connection.ahead():
        rows.add([counter(provider, "ahead-f", 909)])
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.add([counter(provider, "ahead-f", 910)])
        rows.add([counter(provider, "ahead-g", 911)])
    assert series_from(provider, 909) == ["ahead-f", "ahead-g"]


@pytest.mark.django_db(transaction=True)
def test_numbers_at_hand_go_on_without_a_gap_and_nobody_waits_for_them(provider):
    with numbering.at_hand(provider.pk, "hand") as stock:
        stock.draw()
        with transaction.atomic():
            first, (ids,) = numbering.reserve(provider, "hand", (Counter, 2))
            assert len(set(ids)) == 2
            # Drawn before: what is not committed holds nobody up, here or elsewhere.
            assert Counter.objects.select_for_update(nowait=True).get(series="hand").last == first
        stock.draw()  # borne by nothing: the next again
    assert numbering.next_number(provider, "hand") == first + 1


@pytest.mark.django_db(transaction=True)
def test_a_number_is_not_drawn_within_a_transaction(provider):
    with numbering.at_hand(provider.pk, "hand") as stock, transaction.atomic():
        stock.draw()
        assert stock.give() is None
        assert numbering.reserve(provider, "hand", (Counter, 1))[0] == 1
