"""A file brought in: a rehearsal that writes nothing and finds every fault, the writing, the taking back.

All three do the acts of the product themselves, line by line, in one transaction. The rehearsal rolls it
back; the writing keeps it only when no line has a fault; the taking back begins with the last line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.foundation import numbering
from clausier.foundation.actors import Actor
from clausier.foundation.errors import Refusal
from clausier.foundation.models import JournalEntry
from clausier.terms.errors import TermsError
from clausier.transfer import reading
from clausier.transfer.cells import Fault, shown
from clausier.transfer.errors import BuiltUpon
from clausier.transfer.kinds import KINDS
from clausier.transfer.kinds.shape import Bringing, LineKind, Made
from clausier.transfer.known import Known
from clausier.transfer.models import Import, ImportedLine, MovingIn
from clausier.transfer.reading import Line, Table

FAULTS_KEPT = 500
LINES_SHOWN = 20
TOLD_EVERY = 50  # lines

Tell = Callable[[int], None]


class Faulty(Exception):
    """Lines with faults: everything is rolled back."""


@dataclass(slots=True)
class Findings:
    """What came of the lines of a file."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[dict[str, Any]] = field(default_factory=list)
    fault_count: int = 0
    shown: list[dict[str, Any]] = field(default_factory=list)

    def add_fault(self, line: Line, column: str, value: Any, says: str) -> None:
        self.fault_count += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append({"line": line.number, "column": column, "value": shown(value), "says": says})

    def add_made(self, line: Line, made: Made) -> None:
        self.counts[made.did] += 1
        if len(self.shown) < LINES_SHOWN:
            self.shown.append({"line": line.number, "did": made.did, "label": _label(made)})


def _label(made: Made) -> str:
    """The row as a list of lines names it: by its title where it has one, and whose it is."""
    words = str(getattr(made.row, "title", "") or made.row)
    client = getattr(made.row, "client", None)
    return f"{words} · {client}"[:200] if client else words[:200]


def rehearse(source: Import, *, by: Actor, at: datetime, tell: Tell) -> Findings:
    """What bringing the file in would come to, and every fault it has; nothing is written."""
    with numbering.rehearsed(), rolled_back():
        return _bring(source, by=by, at=at, tell=tell, keep=None)


def write(source: Import, *, by: Actor, at: datetime, tell: Tell) -> Findings:
    """Bring the file in, whole. Raises Faulty with what was found when a line has a fault."""
    findings = _bring(source, by=by, at=at, tell=tell, keep=source)
    if findings.fault_count:
        raise Faulty(findings)
    return findings


@contextmanager
def rolled_back() -> Iterator[None]:
    """Nothing that the block writes stays, nor what would have followed from it."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _bring(source: Import, *, by: Actor, at: datetime, tell: Tell, keep: Import | None) -> Findings:
    kind, table = KINDS[source.kind], reading.table_of(bytes(source.content or b""))
    moving = MovingIn.objects.filter(provider=by.provider).first()
    work = Bringing(
        by=by,
        at=at,
        duplicates=source.duplicates,
        known=Known(by),
        day=source.day,
        former_tool=moving.former_tool if moving else "",
    )
    findings = Findings()
    for count, line in enumerate(table.lines, start=1):
        made = _bring_line(kind, table, source.mapping, line, work, findings)
        if made is not None:
            findings.add_made(line, made)
            if made.did != "skipped":
                work.remember(line.number, made.row)
            if keep is not None:
                _keep(keep, line, made)
        if count % TOLD_EVERY == 0:
            tell(count)
    return findings


def _bring_line(
    kind: LineKind,
    table: Table,
    mapping: dict[str, int],
    line: Line,
    work: Bringing,
    findings: Findings,
) -> Made | None:
    """What the line became; None when it has faults, which are then among the findings."""
    if kind.is_example(line.cell(column) for column in mapping.values()):
        findings.add_fault(line, "", None, _("C’est la ligne d’exemple du modèle : retirez-la."))
        return None
    values, sound = {}, True
    for one in kind.fields:
        column = mapping.get(one.name)
        cell = line.cell(column) if column is not None else None
        if cell is None:
            if one.required:
                sound = False
                heading = table.headings[column] if column is not None else str(one.label)
                findings.add_fault(line, heading, None, _("Cette cellule ne peut pas rester vide."))
            continue
        try:
            values[one.name] = one.read(cell)
        except Fault as fault:
            sound = False
            findings.add_fault(line, table.headings[mapping[one.name]], cell, fault.says)
    if not sound:
        return None
    try:
        with transaction.atomic():
            return kind.bring(values, work)
    except Fault as fault:
        _refused(findings, kind, table, mapping, line, fault.field, fault.says)
    except Refusal as refusal:
        says = " ".join(part for part in (refusal.says, refusal.way_out) if part)
        _refused(findings, kind, table, mapping, line, refusal.field, says)
    except TermsError as error:
        says = error.message.to(get_language() or "fr")
        _refused(findings, kind, table, mapping, line, error.field, says)
    return None


def _refused(
    findings: Findings,
    kind: LineKind,
    table: Table,
    mapping: dict[str, int],
    line: Line,
    field: str | None,
    says: str,
) -> None:
    """A fault at the column of a field; where no column holds it, by the field's name, or of the line."""
    name = kind.refusals.get(field or "", field or "")
    column = mapping.get(name)
    if column is not None:
        findings.add_fault(line, table.headings[column], line.cell(column), says)
        return
    known = kind.field(name)
    findings.add_fault(line, str(known.label) if known else "", None, says)


def _keep(source: Import, line: Line, made: Made) -> None:
    ImportedLine.objects.create(
        provider_id=source.provider_id,
        client_id=source.client_id,
        source=source,
        line=line.number,
        did=made.did,
        object_kind=made.row._meta.model_name or "",
        object_id=made.row.pk,
        object_label=_label(made),
        former_key=made.former_key,
        before=dict(made.before),
        after=dict(made.after),
    )


def take_back(source: Import, *, by: Actor, at: datetime, tell: Tell) -> int:
    """Undo every line, the last one first; how many. Raises BuiltUpon with what was used since."""
    kind = KINDS[source.kind]
    work = Bringing(by=by, at=at, duplicates=source.duplicates, known=Known(by), day=source.day)
    kept: list[str] = []
    count = 0
    touched = _touched_since(source)
    for line in source.lines.exclude(did="skipped").filter(undone=False).order_by("-line"):
        undo = kind.take_back if line.did == "created" else kind.put_back
        assert undo
        try:
            if line.did == "created" and (line.object_kind, line.object_id) in touched:
                raise BuiltUpon(_("« %(name)s » a changé depuis l’import.") % {"name": line.object_label})
            with transaction.atomic():
                undo(line, work)
        except Refusal as refusal:
            kept.append(_("Ligne %(line)s : %(says)s") % {"line": line.line, "says": refusal.says})
            continue
        count += 1
        if count % TOLD_EVERY == 0:
            tell(count)
    if kept:
        raise BuiltUpon(
            _("Cet import ne s’annule plus : on s’est servi de ce qu’il a fait."),
            lines=kept[::-1][:FAULTS_KEPT],
        )
    source.lines.update(undone=True)
    return count


def _touched_since(source: Import) -> set[tuple[str, int | None]]:
    """The rows about which anything was written in the journal after the import was done."""
    written = JournalEntry.objects.filter(provider=source.provider)
    done = written.filter(code="transfer.imported", object_kind="import", object_id=source.pk).latest("pk")
    kinds = source.lines.values_list("object_kind", flat=True).distinct()
    later = written.filter(pk__gt=done.pk, object_kind__in=[*kinds])
    return set(later.values_list("object_kind", "object_id"))


def hold(source: Import) -> Import:
    """The import as it stands now; other work on it waits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [7_210_002, source.pk % 2**31])
    source.refresh_from_db()
    return source
