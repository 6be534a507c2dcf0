"""An answer to one client, made fit for others: without greeting, names, addresses and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import phonenumbers

_GREETING: Final = re.compile(
    r"^(bonjour|bonsoir|madame|monsieur|cher|chère|hello|hi|dear|good \w+)\b.*", re.I
)
_ENDING: Final = re.compile(
    r"^(bien )?(cordialement|à vous|bonne (journée|soirée|fin)|salutations|kind regards|best regards|regards)"
    r"\b.*",
    re.I,
)
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
SHORTEST: Final = 3
LONGEST_GREETING: Final = 60
ELLIPSIS: Final = "[…]"


def nameless(text: str, names: Iterable[str]) -> str:
    """`text` without its greeting and its end, and « […] » for each of `names`, each address and number."""
    lines = text.strip().splitlines()
    while lines and (not lines[0].strip() or _is(_GREETING, lines[0])):
        lines.pop(0)
    for place, line in enumerate(lines):
        if place and _is(_ENDING, line):
            lines = lines[:place]
            break
    return _hidden("\n".join(lines).strip(), names)


def nameless_title(text: str, names: Iterable[str]) -> str:
    """A title without names, addresses and numbers."""
    return " ".join(_hidden(text, names).split())


def named_in(text: str, names: Iterable[str]) -> str:
    """The first of `names` that `text` still says; "" for none."""
    return next((name for name in _sayable(names) if re.search(_whole(name), text, re.I)), "")


def _hidden(text: str, names: Iterable[str]) -> str:
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "FR"))):
        text = text[: match.start] + ELLIPSIS + text[match.end :]
    text = _ADDRESS.sub(ELLIPSIS, text)
    for name in _sayable(names):
        text = re.sub(_whole(name), ELLIPSIS, text, flags=re.I)
    return text


def _sayable(names: Iterable[str]) -> list[str]:
    """The longest first, so that a whole name goes before its parts."""
    return sorted({name.strip() for name in names if len(name.strip()) >= SHORTEST}, key=len, reverse=True)


def _whole(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}(?!\w)"


def _is(pattern: re.Pattern[str], line: str) -> bool:
    return len(line) <= LONGEST_GREETING and pattern.match(line.strip()) is not None
