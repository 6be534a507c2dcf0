"""A storm of mail through a real LMTP door, its receiver, its worker and its database killed in the middle.

Each message ends in exactly one place, and no robot is answered. `STORM=10000` makes it a long one.
"""

from __future__ import annotations

import os
import random
import smtplib
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller

from clausier import cluster
from tests.engine.served import ROOT, Served, environment, eventually
from tests.post.dovecot import free_port
from tests.post.mails import raw

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(sys.platform != "linux", reason="reads processes from /proc"),
]

SIZE = int(os.environ.get("STORM", "240"))
SENDERS = 3
PEOPLE = 20
WITHIN = 60 + SIZE  # seconds
TO = "support@nebuline.example.org"


class Sink:
    """A mail server that takes everything and remembers to whom."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append((list(envelope.rcpt_tos), envelope.original_content))
        return "250 taken"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler, port = Sink(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def asked(served: Served, question: str) -> int:
    """A count, with every row in sight; 0 while the database is away."""
    try:
        with psycopg.connect(
            host=str(cluster.Place.of(served.home).socket),
            port=cluster.PORT,
            user=cluster.SUPERUSER,
            dbname=cluster.DATABASE,
        ) as connection:
            found = connection.execute(question.encode()).fetchone()
    except psycopg.OperationalError:
        return 0
    return int(found[0]) if found else 0


def standing(served: Served) -> str:
    """What waits in the outbox, and every job that is left, for whoever reads the failure."""
    with psycopg.connect(
        host=str(cluster.Place.of(served.home).socket),
        port=cluster.PORT,
        user=cluster.SUPERUSER,
        dbname=cluster.DATABASE,
    ) as connection:
        letters = connection.execute(
            "select id, kind, attempts, next_at, answer from post_outgoingmail where state = 'waiting'"
        ).fetchall()
        jobs = connection.execute(
            "select id, task_name, status, attempts, worker_id, args, scheduled_at from procrastinate_jobs"
        ).fetchall()
    return "\n".join(str(row) for row in [*letters, *jobs])


def storm() -> list[tuple[str, bytes]]:
    """Messages of every kind, each with the outcome it must have; every tenth comes twice."""
    made: list[tuple[str, bytes]] = []
    for number in range(SIZE):
        person = f"figurante{number % PEOPLE}@client.example.org"
        robot = f"robot{number}@machines.example.net"
        this = {"message_id": f"m{number}@storm.example.net", "text": f"Message numéro {number}."}
        kind = number % 8
        if kind in (0, 1):
            made.append(("ticket", raw(sender=person, subject=f"Panne {number}", **this)))
        elif kind == 2:
            answers = {"In_Reply_To": f"<m{number - 2}@storm.example.net>"}
            made.append(("reply", raw(sender=person, subject=f"Re: Panne {number - 2}", **answers, **this)))
        elif kind == 3:
            made.append(("automatic", raw(sender=person, subject="Absence du bureau", **this)))
        elif kind == 4:
            made.append(("automatic", raw(sender=robot, Auto_Submitted="auto-generated", **this)))
        elif kind == 5:
            made.append(("list", raw(sender=robot, List_Id="<l.example.net>", Precedence="bulk", **this)))
        elif kind == 6:
            made.append(("own", raw(sender=TO, subject="Re: bouclons", **this)))
        else:
            made.append(("unreadable", b"\x00\xff rien d'un message " + str(number).encode()))
    made += made[::10]
    random.Random(20261120).shuffle(made)
    return made


def deliver(port: int, messages: list[bytes]) -> None:
    """Hand messages over as a mail server does: until each was taken, whatever happens to the other side."""
    for message in messages:
        until = time.monotonic() + WITHIN
        while True:
            try:
                with smtplib.LMTP("127.0.0.1", port, timeout=30) as door:
                    door.sendmail("sender@example.net", [TO], message)
                break
            except (OSError, smtplib.SMTPException):
                assert time.monotonic() < until, "the door stayed shut"
                time.sleep(0.2)


def test_a_storm_with_kills_in_the_middle(engine_home: Path, sink: tuple[Sink, int]) -> None:
    taken, smtp = sink
    lmtp = free_port()
    served = Served(
        engine_home,
        DJANGO_SETTINGS_MODULE="clausier.settings",
        CLAUSIER_LMTP_LISTEN=f"127.0.0.1:{lmtp}",
        CLAUSIER_MAIL_HOST="127.0.0.1",
        CLAUSIER_MAIL_PORT=str(smtp),
        CLAUSIER_MAIL_TLS="none",
    )
    served.start()
    try:
        subprocess.run(
            [sys.executable, "-m", "tests.post.furnishing"],
            env=environment(engine_home, **served.environment, CLAUSIER_ROLE="owner", PEOPLE=str(PEOPLE)),
            cwd=ROOT,
            check=True,
        )
        messages = storm()
        shares = [[raw_ for _kind, raw_ in messages[start::SENDERS]] for start in range(SENDERS)]
        hands = [threading.Thread(target=deliver, args=(lmtp, share)) for share in shares]
        for hand in hands:
            hand.start()
        for service in ("mail", "background worker", "database"):
            came = asked(served, "select count(*) from post_incomingmail")
            eventually(lambda came=came: asked(served, "select count(*) from post_incomingmail") > came + 20)
            served.kill(service)
        for hand in hands:
            hand.join(WITHIN)
        assert not any(hand.is_alive() for hand in hands)
        read = "select count(*) from post_incomingmail where standing <> 'new'"
        whole = len({raw_ for _kind, raw_ in messages})
        eventually(lambda: asked(served, read) == whole, within=WITHIN, what="messages wait still")
        done = """select case when count(*) > 0 and count(*) filter (where state = 'waiting') = 0
                  then 1 else 0 end from post_outgoingmail"""
        try:
            eventually(lambda: asked(served, done) == 1, within=WITHIN, what="letters wait still")
        except AssertionError:
            pytest.fail(f"letters wait still:\n{standing(served)}\n{served.said()[-20_000:]}")

        expected = Counter({raw_: kind for kind, raw_ in messages}.values())
        # What answers may be read before what it answers: the two change places, on one ticket all the same.
        opening, persons = expected["ticket"], expected.pop("ticket") + expected.pop("reply")
        for outcome, count in expected.items():
            found = asked(served, f"select count(*) from post_incomingmail where outcome = '{outcome}'")
            assert found == count, (outcome, found, count)
        # Every exchange is one ticket, every message one entry of one thread.
        assert asked(served, "select count(*) from desk_ticket") == opening
        said = asked(
            served,
            "select count(*) from desk_ticketevent where kind in ('opened', 'message') and contact_id > 0",
        )
        assert said == persons
        wrote = [(to[0], content.partition(b"Message-ID: ")[2][:60]) for to, content in taken.taken]
        assert all(address.startswith("figurante") for address, _id in wrote)
        # A letter whose sending was cut may come twice, as the same one; nobody is acknowledged twice.
        assert len({address for address, _id in wrote}) == len(set(wrote))
    finally:
        served.stop()
