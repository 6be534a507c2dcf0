"""`clausier post`: take the mail that is delivered to us, and wait for news of mailboxes."""

from __future__ import annotations

import argparse
import asyncio
import signal
from typing import TYPE_CHECKING

from clausier.cli import installation
from clausier.terms.outcome import Words

if TYPE_CHECKING:
    from clausier.post.listening import Place

MEGABYTE = 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to say: the places are settings, CLAUSIER_LMTP_LISTEN and CLAUSIER_SMTP_LISTEN."""


def run(args: argparse.Namespace) -> int:
    """0: stopped as asked; 1: an address is taken, or is not this machine's."""
    with installation.ready("app"):
        from clausier import options
        from clausier.post import listening

        lmtp, smtp = options.value("CLAUSIER_LMTP_LISTEN"), options.value("CLAUSIER_SMTP_LISTEN")
        places = [
            listening.Place(host=found[0], port=found[1], lmtp=kind == "lmtp")
            for kind, found in (("lmtp", lmtp), ("smtp", smtp))
            if found
        ]
        try:
            asyncio.run(_serve(places, options.value("CLAUSIER_MAIL_LARGEST_MB") * MEGABYTE))
        except OSError as problem:
            installation.complain(
                Words(
                    f"Écoute impossible ({problem.strerror or problem})\u00a0: voyez CLAUSIER_LMTP_LISTEN.",
                    f"Cannot listen ({problem.strerror or problem}): see CLAUSIER_LMTP_LISTEN.",
                )
            )
            return 1
    return 0


async def _serve(places: list[Place], largest: int) -> None:
    from clausier.post import listening

    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(each, over.set)
    said = ", ".join(f"{'LMTP' if one.lmtp else 'SMTP'} {one.host}:{one.port}" for one in places) or "IMAP"
    await listening.serve(
        places,
        largest=largest,
        over=over,
        ready=lambda: installation.say(
            Words(f"Le courrier est attendu\u00a0: {said}", f"Waiting for mail: {said}")
        ),
    )
