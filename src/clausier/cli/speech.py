"""The commands' one way of speaking: a line, in the language of the terminal."""

from __future__ import annotations

import os
import sys

from clausier.terms.outcome import Words


def language() -> str:
    """The language of the terminal: French where the environment says so or says nothing, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "fr" if value.startswith("fr") else "en"
    return "fr"


def told(words: Words) -> str:
    """The words in the language of the terminal."""
    return words.to(language())


def say(words: Words) -> None:
    """Print one line, at once."""
    print(told(words), flush=True)


def complain(words: Words) -> None:
    """Print one line on the error output."""
    print(told(words), file=sys.stderr, flush=True)
