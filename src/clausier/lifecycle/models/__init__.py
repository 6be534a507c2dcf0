"""How service is stopped and ended: notices, formal notices, letters and their evidence; disputes."""

from clausier.lifecycle.models.disputes import (
    Dispute,
    DisputeNote,
    DisputePaper,
    ExpertBy,
    PaperKind,
    PaperSource,
)
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
    "Dispute",
    "DisputeNote",
    "DisputePaper",
    "EndingNotice",
    "Evidence",
    "ExpertBy",
    "FormalNotice",
    "Letter",
    "LetterKind",
    "LetterMeans",
    "PaperKind",
    "PaperSource",
    "Returned",
]
