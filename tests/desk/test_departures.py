"""Someone leaves: access ends at once, and the work in hand goes to a named person, in one act."""

import pytest

from clausier.desk import queries, services
from clausier.desk.errors import WorkInHand
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.foundation.services import LastOwner
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaving(imri):
    return imri.technician.person.memberships.get()


@pytest.fixture
def ticket(imri, at):
    at("2026-11-20T16:30")
    opened = open_ticket(imri)
    services.assign(by=imri.dispatcher, at=FRIDAY_1630, ticket=opened, person=imri.technician.person)
    return opened


def leave(imri, leaving, **more):
    return services.leave_staff(by=imri.owner, at=FRIDAY_1630, membership=leaving, **more)


def test_work_in_hand_wants_a_name_and_nothing_happens_without(imri, leaving, ticket):
    with pytest.raises(WorkInHand) as refused:
        leave(imri, leaving)
    assert (refused.value.field, refused.value.facts) == ("successor", {"tickets": 1, "visits": 0})
    leaving.refresh_from_db()
    assert leaving.ended_at is None


def test_tickets_go_to_the_named_person_and_access_ends(imri, leaving, ticket):
    epoch = leaving.person.session_epoch
    leave(imri, leaving, successor=imri.other_technician.person)
    ticket.refresh_from_db()
    leaving.refresh_from_db()
    leaving.person.refresh_from_db()
    assert ticket.assignee == imri.other_technician.person
    assert leaving.ended_at == FRIDAY_1630
    assert leaving.person.session_epoch == epoch + 1
    entry = JournalEntry.objects.get(code="desk.work_handed_over")
    assert entry.data["tickets"] == [ticket.pk]


def test_a_running_stopwatch_is_paused_and_stays_in_the_name_of_who_worked(imri, leaving, ticket):
    session = services.start_work(by=imri.technician, at=FRIDAY_1630, ticket=ticket, mode="remote")
    leave(imri, leaving, successor=imri.other_technician.person)
    session.refresh_from_db()
    assert (session.state, session.technician) == ("paused", imri.technician.person)
    assert queries.running_session(imri.other_technician.person) is None


def test_without_work_in_hand_nobody_need_be_named(imri, leaving):
    assert leave(imri, leaving).ended_at == FRIDAY_1630


@pytest.mark.parametrize("successor", ["technician", "reader"])
def test_who_takes_over_is_someone_else_who_works_tickets(imri, leaving, ticket, successor):
    with pytest.raises(InvalidInput) as refused:
        leave(imri, leaving, successor=imri.staff[successor].person)
    assert refused.value.field == "successor"


def test_the_last_owner_stays_and_keeps_the_work(imri):
    alone = imri.owner.person.memberships.get()
    with pytest.raises(LastOwner):
        leave(imri, alone)
    alone.refresh_from_db()
    assert alone.ended_at is None


def test_only_leaders_let_someone_go(imri, leaving):
    with pytest.raises(NotAllowed):
        services.leave_staff(by=imri.dispatcher, at=FRIDAY_1630, membership=leaving)
