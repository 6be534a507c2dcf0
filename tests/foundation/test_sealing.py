"""Seals: put on and read wherever one stands, in an event loop too."""

from __future__ import annotations

import asyncio

from clausier.foundation import sealing
from tests.people import FRIDAY_1630
from tests.signatures.asking import pdf


def test_papers_are_sealed_signed_and_checked_while_an_event_loop_runs():
    async def within() -> None:
        pair = sealing.make_local("Imri Démonstration", FRIDAY_1630)
        sealed = sealing.seal(pdf("Avenant"), pair, at=FRIDAY_1630, reason="Essai")
        (seal,) = sealing.check(sealed)
        assert seal.holds
        signature = sealing.sign(b"manifeste", pair)
        assert sealing.check_signature(b"manifeste", signature, at=FRIDAY_1630).holds
        assert not sealing.check_signature(b"autre", signature, at=FRIDAY_1630).holds

    asyncio.run(within())
