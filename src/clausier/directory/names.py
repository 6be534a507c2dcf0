"""Names as they are found: without accents, case or punctuation, from the beginning of any word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

# Letters that Unicode does not take apart into a letter and its accent.
_WHOLE = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "þ": "th"})


def fold(text: str) -> str:
    """`text` in bare lower-case letters and figures, its words parted by one space."""
    return " ".join(word for _, word in _words(text))


def highlights(text: str, sought: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where the folded words `sought` begin a word of `text`: (start, length) in characters of `text`."""
    starts = tuple(sought)
    found = []
    for places, word in _words(text):
        length = max((len(start) for start in starts if word.startswith(start)), default=0)
        if length:
            first, last = places[0], places[length - 1]
            found.append((first, last - first + 1))
    return tuple(found)


def _bare(letter: str) -> str:
    """One character of a name as bare letters or figures; "" for what parts words."""
    folded = unicodedata.normalize("NFKD", letter.casefold()).casefold().translate(_WHOLE)
    return "".join(c for c in folded if c.isalnum())


def _words(text: str) -> Iterator[tuple[list[int], str]]:
    """Each word of `text`, folded, with the place in `text` that each of its letters comes from."""
    places: list[int] = []
    word = ""
    for place, letter in enumerate(text):
        bare = _bare(letter)
        if bare:
            word += bare
            places += [place] * len(bare)
        elif word and not unicodedata.combining(letter):
            yield places, word
            places, word = [], ""
    if word:
        yield places, word
