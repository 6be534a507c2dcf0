"""The figures of a report through the API."""

import pytest

from tests.api.asking import Machine
from tests.desk.asking import open_ticket


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:42")


def test_a_machine_reads_the_figures_of_a_period(imri):
    open_ticket(imri)
    machine = Machine(imri, imri.manager)
    told = machine.get("/report?from_on=2026-11-01&to_on=2026-11-30")
    assert (told["calls"], told["closed"], told["step"]) == (1, 0, "week")
    assert told["clauses"][0]["clause"] == "VI.3"
    assert told["clauses"][0]["promises"]["running"] == 1
    assert told["load"] == [{"weekday": 5, "hour": 16, "calls": 1}]
    assert [one["measure"] for one in told["times"]] == ["answer", "onsite", "closing"]
    narrowed = machine.get("/report?from_on=2026-11-01&to_on=2026-11-30&client=CL-001")
    assert narrowed["calls"] == 1


def test_a_period_turned_round_is_refused_and_so_is_a_token_without_the_right(imri):
    machine = Machine(imri, imri.manager)
    problem = machine.refused("GET", "/report?from_on=2026-11-30&to_on=2026-11-01")
    assert problem["field"] == "to_on"
    meek = Machine(imri, imri.manager, "desk.read")
    assert meek.ask("GET", "/report?from_on=2026-11-01&to_on=2026-11-30").status_code == 403


def test_a_clients_machine_reads_its_own(imri):
    open_ticket(imri)
    told = Machine(imri, imri.correspondent).get("/report?from_on=2026-11-01&to_on=2026-11-30")
    assert [one["measure"] for one in told["times"]] == ["onsite", "closing"]
