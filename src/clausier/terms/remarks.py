"""A remark of a check: what is wrong in a book, where, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clausier.terms.outcome import Words

HEAD, CLAUSES, DUTIES, FINDINGS = "book.toml", "clauses.toml", "duties.toml", "findings.toml"

# A fault is wrong in the files themselves; legal, reference and wording are flaws of the text they tell.
ERRORS = frozenset({"fault", "legal", "reference"})


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark.

    `subject` is the thing at fault where a clause may have several (the article pointed to, the law, the
    word). `seen` is what the lint saw, when the words of a recorded finding replaced it in `says`. `details`
    are the figures behind the remark, a line each.
    """

    lint: str
    severity: str
    file: str
    place: str
    says: Words
    would_be_right: Words
    clause: str | None = None
    subject: str | None = None
    finding: str | None = None
    seen: Words | None = None
    details: tuple[Words, ...] = ()

    @property
    def is_error(self) -> bool:
        """True when someone has to mend it; False of advice on the wording."""
        return self.severity in ERRORS

    def as_json(self) -> dict[str, Any]:
        """The remark as JSON, sentences as [fr, en]."""
        return {
            "lint": self.lint,
            "severity": self.severity,
            "error": self.is_error,
            "file": self.file,
            "place": self.place,
            "clause": self.clause,
            "subject": self.subject,
            "finding": self.finding,
            "says": list(self.says),
            "would_be_right": list(self.would_be_right),
            "seen": list(self.seen) if self.seen else None,
            "details": [list(line) for line in self.details],
        }


def clause_place(number: str) -> str:
    """Where a clause stands in its file, for the `place` of a remark."""
    return f"clause {number}"
