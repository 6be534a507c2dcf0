"""What if? A book run against the recorded facts of a period: nothing is written, nothing is kept.

Facts are what happened: calls, waits, work, arrivals, closings, and what people decided (the class of a
ticket, its coverage). What the terms make of them is computed anew, and held against what was said then.
"""

from clausier.overview.replay.comparing import replay
from clausier.overview.replay.explaining import Explained, explain
from clausier.overview.replay.question import Choice, Question, Text, choices, text_of, text_of_files
from clausier.overview.replay.result import (
    AMOUNTS,
    CLOCKS,
    DAYS,
    KINDS,
    Change,
    Clock,
    Fallen,
    Line,
    Pair,
    Replay,
    Tally,
    Unruled,
)

__all__ = [
    "AMOUNTS",
    "CLOCKS",
    "DAYS",
    "KINDS",
    "Change",
    "Choice",
    "Clock",
    "Explained",
    "Fallen",
    "Line",
    "Pair",
    "Question",
    "Replay",
    "Tally",
    "Text",
    "Unruled",
    "choices",
    "explain",
    "replay",
    "text_of",
    "text_of_files",
]
