"""A replay as tables: for files that a spreadsheet opens and for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from clausier.overview.replay import AMOUNTS, CLOCKS, Clock, Line, Replay
from clausier.pages.replay.reading import KIND_NAMES, SECTIONS, rows_of, state_word, unruled_says
from clausier.pages.report.tables import Table, hours
from clausier.terms.instants import instant


def tables(found: Replay) -> list[Table]:
    """Every table of a replay that has something to say: contracts, facts that change, what was not ruled."""
    made = (contracts(found), facts(found), unruled(found), fallen(found))
    return [table for table in made if table.rows]


def contracts(found: Replay) -> Table:
    """A row for each contract."""
    headings = [_("N° de client"), _("Client"), _("Contrat"), _("Édition actuelle")]
    for kind in CLOCKS:
        name = SECTIONS[kind]
        headings += [
            _("%(what)s, tenus avant") % {"what": name},
            _("%(what)s, tenus avec le livre") % {"what": name},
            _("%(what)s, manqués avant") % {"what": name},
            _("%(what)s, manqués avec le livre") % {"what": name},
        ]
    for kind in AMOUNTS:
        name = SECTIONS[kind]
        headings += [
            _("%(what)s, avant") % {"what": name},
            _("%(what)s, avec le livre") % {"what": name},
            _("%(what)s, écart") % {"what": name},
        ]
    headings += [_("Faits rejoués"), _("Finissent autrement"), _("Échéances déplacées")]
    return Table("contrats", _("Par contrat"), headings, [_contract(line) for line in found.lines])


def _contract(line: Line) -> Sequence[Any]:
    assert line.client
    row: list[Any] = [
        line.client.number,
        line.client.name,
        line.contract.number if line.contract else _("sans contrat"),
        line.contract.book.name if line.contract else "",
    ]
    for kind in CLOCKS:
        before, after = line.before[kind], line.after[kind]
        row += [before.kept, after.kept, before.missed, after.missed]
    for kind in AMOUNTS:
        pair = line.amounts[kind]
        row += [pair.before, pair.after, pair.delta]
    return [*row, line.facts, line.others, line.moved]


MOST = 20_000
"""Facts in a file that a page makes; `clausier replay --csv facts` gives them all."""


def facts(found: Replay, most: int | None = MOST) -> Table:
    """A row for each fact that changes, what is other first; `most` of them, None: all."""
    headings = [
        _("Quoi"),
        _("N° de client"),
        _("Client"),
        _("Contrat"),
        _("Ticket"),
        _("Le"),
        _("Avant"),
        _("Échéance avant"),
        _("Retard avant (heures ouvertes)"),
        _("Avec le livre"),
        _("Échéance avec le livre"),
        _("Retard avec le livre (heures ouvertes)"),
    ]
    rows = [
        [
            KIND_NAMES[row.change.kind],
            row.client.number,
            row.client.name,
            row.contract.number if row.contract else "",
            row.ticket.number if row.ticket else None,
            row.at,
            *_side(row.change.before),
            *_side(row.change.after),
        ]
        for row in rows_of(found, found.changes[:most])
    ]
    return Table("faits", _("Ce qui change"), headings, rows)


def _side(side: Any) -> list[Any]:
    if isinstance(side, Clock):
        due = instant(side.due) if side.due is not None else None
        return [state_word(side.state), due, hours(side.late) if side.late else None]
    return [side, None, None]


def unruled(found: Replay) -> Table:
    """What the book has no answer to, by reason."""
    rows = [[KIND_NAMES[one.kind], one.count, unruled_says(one)] for one in found.unruled]
    return Table("sans-reponse", _("Sans réponse"), [_("Quoi"), _("Faits"), _("Pourquoi")], rows)


def fallen(found: Replay) -> Table:
    """The derogations that the book leaves without object."""
    rows = [
        [one.contract.client.number, one.contract.client.name, one.contract.number, one.label.fr]
        for one in found.fallen
    ]
    headings = [_("N° de client"), _("Client"), _("Contrat"), _("Dérogation")]
    return Table("derogations", _("Dérogations sans objet"), headings, rows)
