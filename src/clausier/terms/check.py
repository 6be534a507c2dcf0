"""Checking a book of terms: every fault and every flaw at once, each with its place and what would be right.

A fault keeps a book from loading; a flaw is found by a lint of `clausier.terms.lints` in a book that loads;
a finding is a flaw that people recorded in the book's own `findings.toml`. A lint that meets a recorded
finding answers with it, and a recorded finding that its lint no longer meets is reported as stale. Nothing
here reads a clock: the law is taken as the law book last knows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from clausier.terms.book import Book
from clausier.terms.entries import Fault, Finding
from clausier.terms.lints import LINTS
from clausier.terms.loading import Loader
from clausier.terms.outcome import Words
from clausier.terms.remarks import FINDINGS, Remark, clause_place

__all__ = ["Checked", "Remark", "check", "check_files"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `book` is None when the files cannot be read as a book at all."""

    book: Book | None
    remarks: tuple[Remark, ...]

    @property
    def errors(self) -> tuple[Remark, ...]:
        """The remarks that someone has to mend; the others are advice."""
        return tuple(remark for remark in self.remarks if remark.is_error)


def check(book: Book) -> tuple[Remark, ...]:
    """Every flaw of a book that loads: against the law, against itself, and the findings it records."""
    found = [remark for lint in LINTS.values() for remark in lint(book)]
    recorded = [finding for finding in book.findings if _lint_of(finding) is None]
    return (*_matched(book, found), *(_as_recorded(finding) for finding in recorded))


def check_files(files: Mapping[str, str]) -> Checked:
    """Faults and flaws of a book from the text of its files, even when faults would keep it from loading."""
    loader = Loader(files)
    contents = loader.contents()
    faults = tuple(_as_remark(fault) for fault in loader.faults)
    if contents is None:
        return Checked(None, faults)
    book = Book(contents)
    return Checked(book, faults + check(book))


def _as_remark(fault: Fault) -> Remark:
    return Remark("fault", "fault", fault.file, fault.place, fault.says, fault.would_be_right)


def _lint_of(finding: Finding) -> str | None:
    name = finding.extra.get("lint")
    return str(name) if name is not None else None


def _matched(book: Book, found: list[Remark]) -> Iterator[Remark]:
    """What the lints found, each taking the words of the recorded finding it meets; then the stale ones."""
    waiting = [finding for finding in book.findings if _lint_of(finding) is not None]
    for remark in found:
        met = next((finding for finding in waiting if _meets(remark, finding)), None)
        if met is None:
            yield remark
            continue
        waiting.remove(met)
        yield replace(remark, finding=met.key, severity=met.severity, says=met.says, seen=remark.says)
    yield from (_stale(finding) for finding in waiting)


def _meets(remark: Remark, finding: Finding) -> bool:
    subject = finding.extra.get("subject", remark.subject)
    return (remark.lint, remark.clause, remark.subject) == (_lint_of(finding), finding.clause, subject)


def _as_recorded(finding: Finding) -> Remark:
    return Remark(
        "recorded",
        finding.severity,
        FINDINGS,
        finding.key if finding.clause is None else f"{finding.key}, {clause_place(finding.clause)}",
        finding.says,
        Words("une rédaction corrigée à la prochaine édition", "a mended wording in the next edition"),
        clause=finding.clause,
        finding=finding.key,
    )


def _stale(finding: Finding) -> Remark:
    lint = _lint_of(finding) or ""
    known = lint in LINTS
    return Remark(
        "stale-finding",
        "fault",
        FINDINGS,
        finding.key,
        Words(
            f"le contrôle « {lint} » ne retrouve plus ce constat"
            if known
            else f"le contrôle « {lint} » n’existe pas",
            f"the check “{lint}” no longer finds this" if known else f"there is no check “{lint}”",
        ),
        Words(
            "retirer le constat, ou corriger sa clause" if known else "parmi : " + ", ".join(LINTS),
            "remove the finding, or mend its clause" if known else "one of: " + ", ".join(LINTS),
        ),
        clause=finding.clause,
        finding=finding.key,
    )
