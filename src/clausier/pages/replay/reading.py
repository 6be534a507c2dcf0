"""A replay in words: the figures of each contract, and each fact that changes, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clausier.contracts.models import Contract
from clausier.desk.models import Ticket
from clausier.directory.models import Client
from clausier.foundation import wording
from clausier.overview.replay import Change, Clock, Line, Replay, Unruled
from clausier.terms.instants import instant
from clausier.terms.promise import STATES

KIND_NAMES: Final = {
    "promise": gettext_lazy("promesse"),
    "target": gettext_lazy("objectif interne"),
    "points": gettext_lazy("points"),
    "hourly": gettext_lazy("travail à l’heure"),
    "notice_by": gettext_lazy("préavis au plus tard"),
    "term_ends_on": gettext_lazy("fin du terme"),
}
SECTIONS: Final = {
    "promise": gettext_lazy("Promesses"),
    "target": gettext_lazy("Objectifs internes"),
    "points": gettext_lazy("Points"),
    "hourly": gettext_lazy("Travail à l’heure"),
    "notice_by": gettext_lazy("Préavis"),
    "term_ends_on": gettext_lazy("Fins de terme"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a change: the word and the shape of a clock's state, when it is due; or a figure."""

    says: str
    state: str = ""
    due_at: datetime | None = None
    late: int = 0

    @property
    def second(self) -> str:
        """What stands under the word: when it was due, by how much it was missed."""
        language = get_language() or "fr"
        said = []
        if self.due_at is not None:
            said.append(_("échéance %(at)s") % {"at": wording.instant(self.due_at, language)})
        if self.late and self.state in ("late", "met-late"):
            said.append(_("dépassée de %(late)s") % {"late": wording.span(self.late)})
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Row:
    """A fact that changes, with what it is about."""

    change: Change
    kind: str
    client: Client
    contract: Contract | None
    ticket: Ticket | None
    at: datetime
    before: Side
    after: Side
    delta: Decimal | None


def rows_of(found: Replay, changes: Sequence[Change]) -> list[Row]:
    """`changes` of a replay as rows, in three questions however many there are."""
    tickets = Ticket.objects.only("number", "title").in_bulk({one.ticket for one in changes if one.ticket})
    lines = {one.contract.pk: one.contract for one in found.lines if one.contract}
    clients = Client.objects.in_bulk({one.client for one in changes})
    return [
        Row(
            change=one,
            kind=str(KIND_NAMES[one.kind]),
            client=clients[one.client],
            contract=lines.get(one.contract) if one.contract else None,
            ticket=tickets.get(one.ticket) if one.ticket else None,
            at=instant(one.at),
            before=side_of(one.kind, one.before),
            after=side_of(one.kind, one.after),
            delta=_delta(one),
        )
        for one in changes
    ]


def side_of(kind: str, side: Any) -> Side:
    """One side in the reader's language."""
    language = get_language() or "fr"
    match side:
        case Clock():
            due_at = instant(side.due) if side.due is not None else None
            return Side(state_word(side.state), side.state, due_at, side.late or 0)
        case Decimal() if kind == "hourly":
            return Side(wording.money(side, language))
        case Decimal():
            return Side(wording.points(side, language))
        case date():
            return Side(wording.day(side, language, year=True, weekday=False))
    return Side(_("rien"))


def state_word(state: str) -> str:
    """The word for how a clock stands."""
    if state == "not-owed":
        return _("rien de promis")
    if state == "running":
        return _("court encore")
    return STATES[state].to(get_language() or "fr")  # type: ignore[index]


def _delta(one: Change) -> Decimal | None:
    if isinstance(one.before, Decimal) and isinstance(one.after, Decimal):
        return one.after - one.before
    return None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure before and after: as a number where it is counted, as words where it is measured."""

    key: str
    label: Any
    before: Any
    after: Any
    unit: str = ""
    worse: bool = False  # whether more of it is worse

    @property
    def delta(self) -> Any:
        return self.after - self.before

    @property
    def is_same(self) -> bool:
        return bool(self.before == self.after)


def figures_of(line: Line) -> list[Figure]:
    """What a line says at a glance; figures that neither side has anything of are left out."""
    found = []
    for kind, kept, missed in (
        ("promise", gettext_lazy("Promesses tenues"), gettext_lazy("Promesses manquées")),
        ("target", gettext_lazy("Objectifs tenus"), gettext_lazy("Objectifs manqués")),
    ):
        before, after = line.before[kind], line.after[kind]
        if before.owed or after.owed:
            found.append(Figure(f"{kind}-kept", kept, before.kept, after.kept))
            found.append(Figure(f"{kind}-missed", missed, before.missed, after.missed, worse=True))
    for kind, label in (("points", gettext_lazy("Points")), ("hourly", gettext_lazy("Euros hors taxes"))):
        pair = line.amounts[kind]
        if pair.before or pair.after:
            found.append(Figure(kind, label, pair.before, pair.after, kind))
    return found


SORTS: Final = {
    "client": gettext_lazy("client"),
    "changes": gettext_lazy("ce qui finit autrement"),
    "missed": gettext_lazy("promesses manquées"),
    "points": gettext_lazy("points"),
    "hourly": gettext_lazy("euros"),
}


def sorted_lines(lines: Sequence[Line], by: str) -> list[Line]:
    """The lines that have facts, in the order asked for: of figures, what changes most comes first."""
    shown = [line for line in lines if line.facts]
    match by:
        case "changes":
            return sorted(shown, key=lambda one: -one.others)
        case "missed":
            return sorted(shown, key=lambda one: -abs(missed_more(one)))
        case "points" | "hourly":
            return sorted(shown, key=lambda one: -abs(one.amounts[by].delta))
    return shown


def missed_more(line: Line) -> int:
    """How many more promises the book would have seen missed; negative where it saves some."""
    return line.after["promise"].missed - line.before["promise"].missed


def kinds_in(found: Replay) -> list[tuple[str, Any, int]]:
    """The kinds of facts that change, with their number."""
    counts = dict.fromkeys(SECTIONS, 0)
    for one in found.changes:
        counts[one.kind] += 1
    return [(kind, SECTIONS[kind], count) for kind, count in counts.items() if count]


def unruled_says(one: Unruled) -> str:
    """« 12 points : Le livre … » in the reader's language."""
    return one.says.to(get_language() or "fr")
