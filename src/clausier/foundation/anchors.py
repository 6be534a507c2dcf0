"""Where each chain of the journal ends, told to the outside: an end once told cannot be cut off unseen.

A chain alone does not show that its newest entries are gone. An anchor is the last position and hash of a
chain on some day, kept where whoever changes the database has no hand: the log, a file, a letter, a backup.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from clausier.foundation import isolation, journal, mail
from clausier.foundation.models import JournalSeal

logger = logging.getLogger("clausier.journal")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of a chain: `chain` is the provider's id, "" the installation's, None when only the hash was
    kept; then `position` is 0."""

    chain: str | None
    position: int
    hash: str

    def line(self, at: datetime) -> str:
        """As one line of JSON, as it is kept outside."""
        return json.dumps({"at": at.isoformat(), **asdict(self)})

    @classmethod
    def of(cls, told: Any) -> Anchor | None:
        """The anchor that a JSON object tells, whatever else it says; None when it tells none."""
        try:
            return cls(str(told["chain"]), int(told["position"]), str(told["hash"]))
        except (KeyError, TypeError, ValueError):
            return None


@isolation.everything("every chain has its end, the installation's too")
def ends() -> tuple[Anchor, ...]:
    """The last sealed position and hash of each chain."""
    last = JournalSeal.objects.order_by("provider_id", "-position").distinct("provider_id")
    rows = last.values_list("provider_id", "position", "hash")
    return tuple(Anchor(str(chain or ""), position, hashed) for chain, position, hashed in rows)


@isolation.everything("every chain is looked at, the installation's too")
def cut_off(anchors: Iterable[Anchor]) -> list[Anchor]:
    """The anchors whose seal is no longer there: what they ended was cut off, or written anew."""
    return [anchor for anchor in anchors if not _stands(anchor)]


def _stands(anchor: Anchor) -> bool:
    seals = JournalSeal.objects.filter(hash=anchor.hash)
    if anchor.chain is not None:
        of_chain = journal.of_chain(int(anchor.chain) if anchor.chain else None)
        seals = seals.filter(of_chain, position=anchor.position)
    return seals.exists()


def log(anchors: Iterable[Anchor]) -> None:
    """Write anchors to the program's log, a line each."""
    for anchor in anchors:
        logger.info("journal anchor", extra=asdict(anchor))


def publish(*, at: datetime) -> tuple[Anchor, ...]:
    """Seal what waits, then tell the ends to the log, and to the letter and the file that settings ask for.

    Raises OSError when the file cannot be written; the log has them by then.
    """
    journal.seal_all()
    anchors = ends()
    log(anchors)
    lines = "".join(anchor.line(at) + "\n" for anchor in anchors)
    if settings.JOURNAL_ANCHORS_MAIL:
        says = _("Gardez cette lettre : « clausier journal verify --anchor » la relit.")
        mail.defer(
            to=settings.JOURNAL_ANCHORS_MAIL,
            subject=_("Ancres du journal, %(day)s") % {"day": at.date().isoformat()},
            body=f"{says}\n\n{lines}",
        )
    if settings.JOURNAL_ANCHORS_FILE:
        with Path(settings.JOURNAL_ANCHORS_FILE).open("a", encoding="utf-8") as file:
            file.write(lines)
    return anchors


def read(text: str) -> tuple[Anchor, ...]:
    """The anchors in a file that keeps some: ours, a letter, the log. Other lines are skipped."""
    found = []
    for line in text.splitlines():
        if line.lstrip().startswith("{"):
            try:
                anchor = Anchor.of(json.loads(line))
            except ValueError:
                continue
            if anchor:
                found.append(anchor)
    return tuple(found)
