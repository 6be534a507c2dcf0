"""Why a file is not taken, an import not done or not undone, an archive not made."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class UnreadableFile(Refusal):
    """The file is not one that we read, or holds nothing."""

    code = "unreadable_file"


class TooLarge(Refusal):
    """More lines or columns than are taken at once."""

    code = "too_many_lines"


class ColumnMissing(Refusal):
    """A column that the kind cannot do without is not named."""

    code = "column_missing"


class NotNow(Refusal):
    """The import or the archive is not in a state that allows it."""

    code = "not_now"
    status = 409


class TooEarly(Refusal):
    """Balances and open tickets are taken over on the day of moving in, not before."""

    code = "too_early"


class TooLate(Refusal):
    """The time in which an import can be undone is over."""

    code = "too_late"


class BuiltUpon(Refusal):
    """What an import made was used since: it stays. `facts["lines"]` says by what, line by line."""

    code = "built_upon"
    status = 409


class Expired(Refusal):
    """The archive is no longer kept."""

    code = "archive_expired"
    status = 404
