"""The supervisor's patience."""

from __future__ import annotations

import signal
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausier import processes
from clausier.supervise import (
    HEALTHY_AFTER,
    LONGEST_WAIT,
    CannotListen,
    Kept,
    Plan,
    Service,
    StepFailed,
    Supervisor,
    ending,
    listen,
    wait_after,
)
from clausier.terms.outcome import Words

SLEEPER = Service(
    Words("dormeur", "sleeper"),
    lambda: processes.start(["/bin/sleep", "600"], when_orphaned=signal.SIGTERM),
    signal.SIGTERM,
    5,
)


@given(st.integers(min_value=1, max_value=200))
def test_the_wait_grows_and_has_an_end(failures: int) -> None:
    assert wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT
    assert wait_after(1) == 0


def test_a_healthy_life_makes_former_failures_forgotten() -> None:
    kept = Kept(SLEEPER)
    waits = [kept.note_end(now) for now in (1.0, 2.0, 3.0, 4.0)]
    assert waits == [0, 1, 2, 4]
    kept.started = 10.0
    assert kept.note_end(10.0 + HEALTHY_AFTER) == 0


def test_a_service_that_ends_is_started_again_and_all_end_with_the_supervisor() -> None:
    said: list[str] = []
    supervisor = Supervisor(lambda words: said.append(words.en))
    first = supervisor.add(SLEEPER)
    first.end(signal.SIGKILL, within=5)
    supervisor.look()
    second = supervisor.kept[0].child
    assert second
    assert second.pid != first.pid
    supervisor.end_all()
    assert second.ended() == -signal.SIGTERM
    assert said == [
        f"sleeper: started (process {first.pid})",
        "sleeper: ended by SIGKILL, starting again at once",
        f"sleeper: started (process {second.pid})",
        "sleeper: stopped",
    ]


def test_a_service_that_cannot_be_started_now_is_tried_later_and_ends_nothing_else() -> None:
    said: list[str] = []
    supervisor = Supervisor(lambda words: said.append(words.en))
    broken = False

    def start() -> processes.Child:
        if broken:
            raise OSError("no space left")
        return SLEEPER.start()

    other = supervisor.add(SLEEPER)
    child = supervisor.add(Service(Words("fragile", "fragile"), start, signal.SIGTERM, 5))
    broken = True
    child.end(signal.SIGKILL, within=5)
    supervisor.look()
    assert said[-1] == "fragile: no space left Trying again in 1 s"
    assert other.ended() is None
    broken = False
    supervisor.kept[1].next_try = 0
    supervisor.look()
    assert supervisor.kept[1].child
    supervisor.end_all()


def test_a_step_that_fails_is_told_with_its_status() -> None:
    with pytest.raises(StepFailed) as failure:
        Supervisor(lambda words: None).do(["/bin/sh", "-c", "exit 3"], {})
    assert failure.value.status == 3


def test_a_busy_port_gives_way_to_the_next_only_when_asked() -> None:
    with listen(Plan(port=0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(CannotListen, match="in use"):
            listen(Plan(port=port))
        with listen(Plan(port=port, any_port=True)) as other:
            assert port < other.getsockname()[1] <= port + 20


def test_a_listener_is_for_this_machine_only() -> None:
    with listen(Plan(port=0)) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        assert listener.family == socket.AF_INET


def test_ends_are_said_in_words() -> None:
    assert ending(-9).fr == "fin par SIGKILL"
    assert ending(0).en == "ended (status 0)"
