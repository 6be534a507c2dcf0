"""How service is stopped and ended: notices, formal notices, letters and their evidence."""

from clausier.lifecycle.models.endings import (
    EndingNotice,
    Evidence,
    FormalNotice,
    Letter,
    LetterKind,
    LetterMeans,
    Returned,
)

__all__ = [
    "EndingNotice",
    "Evidence",
    "FormalNotice",
    "Letter",
    "LetterKind",
    "LetterMeans",
    "Returned",
]
