"""`clausier rule --batch`: a question a line, an answer a line."""

from __future__ import annotations

import argparse
import gc
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any, BinaryIO, TextIO

import orjson

from clausier.terms.book import Book, load
from clausier.terms.errors import IllTyped, MissingInput, OutOfRange, TermsError, UnreadableLine
from clausier.terms.outcome import Reason, Words, plain
from clausier.terms.rules import answer
from clausier.terms.rules.ruling import Answer

# Keys of a question that are not inputs; `value` is what an example expects, and is never looked at.
_ABOUT = ("rule", "book", "value")
# Made once: `json.loads` makes its own anew at each call that is not plain.
_READER = json.JSONDecoder(parse_float=Decimal)
_JSON_BLANKS = " \t\n\r"
# Lines that a process of several answers at once.
_SHARE = 250
# Under so many questions, the start of more processes costs more than it spares.
_WORTH_SHARING = 500
# An answer leaves no cycles behind: whatever may is looked for seldom.
_LOOK_FOR_GARBAGE = 100_000


def run(questions: TextIO, replies: BinaryIO, args: argparse.Namespace) -> None:
    """Answer every question, in order; those of a great batch in several processes."""
    gc.set_threshold(_LOOK_FOR_GARBAGE)
    alone = islice(questions, _WORTH_SHARING) if args.processes > 1 else questions
    for line in alone:
        replies.write(_answer(line, args))
    if args.processes > 1:
        replies.writelines(_shared(questions, args))


def _shared(questions: TextIO, args: argparse.Namespace) -> Iterator[bytes]:
    """The replies in the order of the questions, a few shares ahead of who reads them."""
    lines = list(islice(questions, _SHARE))
    if not lines:
        return
    # What was read and compiled so far is the other processes' too, and nobody looks through it again.
    gc.freeze()
    with ProcessPoolExecutor(args.processes) as pool:
        begun: deque[Future[bytes]] = deque()
        while lines:
            begun.append(pool.submit(_answers, lines, args))
            if len(begun) > 2 * args.processes:
                yield begun.popleft().result()
            lines = list(islice(questions, _SHARE))
        while begun:
            yield begun.popleft().result()


def _answers(lines: list[str], args: argparse.Namespace) -> bytes:
    replies = bytearray()
    for line in lines:
        replies += _answer(line, args)
    return bytes(replies)


@cache
def _book(name: str) -> Book:
    return load(name)


def _reply(line: str, language: str, values_only: bool) -> dict[str, Any]:
    """The answer to one line. Whatever the line holds, there is one."""
    try:
        answered = _answered(line)
    except TermsError as error:
        return {"error": error.as_json(language)}
    except (ValueError, ArithmeticError):
        # Each input is held to its own bounds; this is for what only their sum passes.
        too_far = Words("Une valeur dépasse ce qui se calcule.", "A value passes what can be computed.")
        return {"error": OutOfRange(too_far).as_json(language)}
    if values_only:
        return {"value": plain(answered.value)}
    return {"value": plain(answered.value), "because": _because(answered.tell().because, language)}


def _answered(line: str) -> Answer:
    question = _question(line)
    name, book_name = _text_of(question, "rule"), _text_of(question, "book")
    for key in _ABOUT:
        question.pop(key, None)
    return answer(name, _book(book_name), question)


def _question(line: str) -> dict[str, Any]:
    """The JSON object of a line. Raises UnreadableLine."""
    text = line.strip(_JSON_BLANKS)
    try:
        question, end = _READER.raw_decode(text)
    except (ValueError, ArithmeticError, RecursionError):
        question, end = None, 0
    if not isinstance(question, dict) or end != len(text):
        raise UnreadableLine(_NOTHING if not text.strip() else _UNREADABLE)
    return question


_NOTHING = Words(
    "La ligne est vide\u00a0: une question est attendue.", "The line is empty: a question is expected."
)
_UNREADABLE = Words("La ligne n’est pas un objet JSON lisible.", "The line is not a readable JSON object.")


def _text_of(question: Mapping[str, Any], key: str) -> str:
    raw = question.get(key)
    if raw is None:
        raise MissingInput(Words(f"Il manque « {key} ».", f"“{key}” is missing."), key)
    if not isinstance(raw, str):
        raise IllTyped(Words(f"« {key} » : un texte est attendu.", f"“{key}”: a text is expected."), key)
    return raw


def _because(reasons: Iterable[Reason], language: str) -> list[dict[str, Any]]:
    """The reasons in one language, told once and let go: nothing of them has to be kept."""
    french = language == "fr"
    lines = []
    for reason in reasons:
        says = reason.says.fr if french else reason.says.en
        if (amount := reason.amount) is not None:
            says = f"{says}\u00a0: {amount.fr}" if french else f"{says}: {amount.en}"
        if (detail := reason.detail) is not None:
            says = f"{says} ({detail.fr if french else detail.en})"
        line: dict[str, Any] = {"clause": reason.clause, "says": says}
        if reason.document is not None:
            line["document"] = reason.document
        lines.append(line)
    return lines


def _answer(line: str, args: argparse.Namespace) -> bytes:
    """The reply to one line of a batch, as a line."""
    reply = _reply(line, args.lang, args.values_only)
    try:
        return orjson.dumps(reply, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:
        # Half a character, which a question may hold and a refusal then repeats.
        return json.dumps(reply, ensure_ascii=False).encode(errors="backslashreplace") + b"\n"
