"""Statements that leave ahead of their answers: what they write is there, what goes wrong is told."""

from __future__ import annotations

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from clausier.desk.models import Promise, Ticket, TicketEvent
from clausier.foundation import clock, files, isolation, numbering, rows
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import Counter, Ruling, StoredFile
from clausier.post.models import OutgoingMail, ThreadKey

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


@pytest.mark.django_db(transaction=True)
def test_work_is_done_while_the_commit_is_under_way_and_may_ask_outside_of_it(provider):
    asked = []
    with isolation.confined(isolation.of_provider(provider.pk)), connection.ahead():
        with transaction.atomic():
            rows.add([counter(provider, "ahead-h", 912)], ids=False)
            connection.while_committing(lambda: asked.append(COUNTERS.asked(provider=provider.pk, least=912)))
            assert not asked
        assert [one.series for one in asked[0]()] == ["ahead-h"]
    assert not connection.in_atomic_block
    assert series_from(provider, 912) == ["ahead-h"]


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_is_told_and_nothing_of_it_remains(provider):
    def dangling() -> None:
        with connection.ahead(), transaction.atomic():
            rows.add([counter(provider, "ahead-i", 913)], ids=False)
            # Who it belongs to is looked for when all is written.
            rows.add([ThreadKey(provider=provider, conversation_id=10**9, key="nowhere")], ids=False)

    with pytest.raises(IntegrityError):
        dangling()
    assert series_from(provider, 913) == []
    with transaction.atomic():
        rows.add([counter(provider, "ahead-j", 914)])
    assert series_from(provider, 914) == ["ahead-j"]


@pytest.mark.django_db
def test_what_a_savepoint_takes_back_takes_along_what_was_to_be_done_at_the_end(provider):
    told = []

    def twice_the_same() -> None:
        with transaction.atomic():
            connection.at_end(lambda: told.append("taken back"))
            rows.add([counter(provider, "ahead-k", 915)])
            rows.add([counter(provider, "ahead-k", 916)])

    with transaction.atomic(), connection.ahead():
        connection.at_end(lambda: told.append("kept"))
        with pytest.raises(IntegrityError):
            twice_the_same()
    assert told == ["kept"]


@pytest.mark.django_db
def test_other_work_goes_on_where_an_answer_is_waited_for(provider):
    steps = iter(range(3))
    done = []

    def step() -> bool:
        done.extend(taken := [one for one in [next(steps, None)] if one is not None])
        return bool(taken)

    connection.meanwhile(step)
    try:
        cursor = connection.prepared()
        cursor.execute("select pg_sleep($1)", [0.1])
        assert cursor.rowcount == 1
    finally:
        connection.meanwhile(None)
    assert done == [0, 1, 2]


@pytest.mark.django_db(transaction=True)
def test_commits_of_a_block_wait_for_the_disk_together(provider):
    def waits() -> str:
        return connection.cursor().execute("show synchronous_commit").fetchone()[0]

    with connection.flushed_at_end():
        assert waits() == "off"
        with transaction.atomic():
            rows.add([counter(provider, "ahead-l", 917)])
    assert waits() == "on"
    assert series_from(provider, 917) == ["ahead-l"]


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_a_file_are_in_place_once_its_act_is_committed(provider):
    at = clock.now()
    with connection.ahead(), transaction.atomic():
        stored = files.written(b"twice", provider=provider, name="a.txt", content_type="text/plain", at=at)
        same = files.written(b"twice", provider=provider, name="b.txt", content_type="text/plain", at=at)
        assert files.read(stored) == b"twice"
        rows.add([stored, same])
    assert files.holds(stored, deep=True)


@pytest.mark.parametrize("model", [Ruling, Ticket, TicketEvent, Promise, StoredFile, OutgoingMail, Counter])
def test_a_row_made_for_writing_is_as_its_model_makes_it(model):
    def held(row):
        return {name: value for name, value in vars(row).items() if name != "_state"}

    assert held(rows.made(model)) == held(model())
    assert rows.made(model)._state.adding


def test_a_row_is_made_with_what_it_points_to_and_with_columns_of_its_own_only():
    ticket = Ticket(pk=7)
    event = rows.made(TicketEvent, ticket=ticket, contact=None, text="Bonjour")
    assert (event.ticket_id, event.ticket, event.contact_id, event.text) == (7, ticket, None, "Bonjour")
    with pytest.raises(TypeError, match="txet"):
        rows.made(TicketEvent, txet="Bonjour")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reads_by_and_by", [False, True])
def test_what_is_done_at_the_end_is_done_before_the_commit(provider, reads_by_and_by):
    told = []
    with connection.ahead():
        with transaction.atomic():
            rows.add([counter(provider, "ahead-m", 918)], ids=False)
            transaction.on_commit(lambda: told.append("committed"))
            connection.at_end(lambda: told.append("end"))
            if reads_by_and_by:
                found = Counter.objects.filter(last=918).iterator()
                rows.add([counter(provider, "ahead-n", 919)], ids=False)
                assert [one.series for one in found] == ["ahead-m"]
        assert told == ["end", "committed"]
    assert told == ["end", "committed"]
