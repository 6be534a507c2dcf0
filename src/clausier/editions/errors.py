"""Why an edition is not written or published, and a value of law not taken."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class ChangedMeanwhile(Refusal):
    """Someone else changed the same thing since it was read; what was typed is not lost."""

    code = "changed_meanwhile"
    status = 409


class NotOpen(Refusal):
    """The draft was published or given up: it is not written in any more."""

    code = "draft_not_open"
    status = 409


class UnknownDraft(Refusal):
    """No such draft for this provider."""

    code = "unknown_draft"
    status = 404


class HasFaults(Refusal):
    """A book that does not load, or does not hold together, is not published."""

    code = "book_faults"


class NotAccepted(Refusal):
    """What the check found against the law must have been read before the edition is published."""

    code = "findings_not_accepted"


class NothingChanged(Refusal):
    """The draft says what the edition in force says."""

    code = "nothing_changed"


class NotABook(Refusal):
    """What was uploaded is not a book of terms that can be read."""

    code = "not_a_book"


class SamePerson(Refusal):
    """A value of law takes two people: one enters it, another confirms it."""

    code = "same_person"


class Superseded(Refusal):
    """A newer entry for the same period took its place."""

    code = "superseded"
    status = 409
