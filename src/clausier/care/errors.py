"""What care refuses, in words."""

from __future__ import annotations

from clausier.terms.outcome import Words


class CareError(Exception):
    """Something that care cannot or will not do; `says` tells a person what and what to do."""

    def __init__(self, says: Words) -> None:
        super().__init__(says.en)
        self.says = says


class AlreadyData(CareError):
    """A restore onto a database that holds something."""


class InUse(CareError):
    """Other processes work on the database that was to be replaced."""


class DamagedBackup(CareError):
    """A backup file that is not what its manifest says."""


class NewerBackup(CareError):
    """A backup made by a program that knows more than this one."""


class ProgramFailed(CareError):
    """pg_dump or pg_restore did not do its work."""
