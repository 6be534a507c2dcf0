"""`clausier rule --batch`: a question a line, an answer a line."""

from __future__ import annotations

import argparse
import json
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any, TextIO

from pydantic_core import PydanticSerializationError, to_json

from clausier.terms.book import Book, load
from clausier.terms.errors import IllTyped, MissingInput, OutOfRange, TermsError, UnreadableLine
from clausier.terms.outcome import Outcome, Reason, Words, plain
from clausier.terms.rules import ask

# Keys of a question that are not inputs; `value` is what an example expects, and is never looked at.
_ABOUT = ("rule", "book", "value")
# Made once: `json.loads` makes its own anew at each call that is not plain.
_READER = json.JSONDecoder(parse_float=Decimal)
# Lines that a process of several answers at once.
_SHARE = 500
# Under so many questions, the start of more processes costs more than it spares.
_WORTH_SHARING = 500


def run(questions: TextIO, replies: TextIO, args: argparse.Namespace) -> None:
    """Answer every question, in order; those of a great batch in several processes."""
    alone = islice(questions, _WORTH_SHARING) if args.processes > 1 else questions
    for line in alone:
        replies.write(_answer(line, args))
    if args.processes > 1:
        replies.writelines(_shared(questions, args))


def _shared(questions: TextIO, args: argparse.Namespace) -> Iterator[str]:
    """The replies in the order of the questions, a few shares ahead of who reads them."""
    lines = list(islice(questions, _SHARE))
    if not lines:
        return
    with ProcessPoolExecutor(args.processes) as pool:
        begun: deque[Future[str]] = deque()
        while lines:
            begun.append(pool.submit(_answers, lines, args))
            if len(begun) > 2 * args.processes:
                yield begun.popleft().result()
            lines = list(islice(questions, _SHARE))
        while begun:
            yield begun.popleft().result()


def _answers(lines: list[str], args: argparse.Namespace) -> str:
    return "".join(_answer(line, args) for line in lines)


@cache
def _book(name: str) -> Book:
    return load(name)


def _reply(line: str, language: str, values_only: bool) -> dict[str, Any]:
    """The answer to one line. Whatever the line holds, there is one."""
    try:
        outcome = _outcome(line)
    except TermsError as error:
        return {"error": error.as_json(language)}
    except (ValueError, ArithmeticError):
        # Each input is held to its own bounds; this is for what only their sum passes.
        too_far = Words("Une valeur dépasse ce qui se calcule.", "A value passes what can be computed.")
        return {"error": OutOfRange(too_far).as_json(language)}
    reply = {"value": plain(outcome.value)}
    if not values_only:
        # Told once and let go: nothing of it has to be kept.
        reply["because"] = [_reason(reason, language) for reason in outcome.tell().because]
    return reply


def _outcome(line: str) -> Outcome:
    question = _question(line)
    name, book_name = _text_of(question, "rule"), _text_of(question, "book")
    for key in _ABOUT:
        question.pop(key, None)
    return ask(name, _book(book_name), question)


def _question(line: str) -> dict[str, Any]:
    """The JSON object of a line. Raises UnreadableLine."""
    if not line.strip():
        raise UnreadableLine(
            Words(
                "La ligne est vide : une question est attendue.", "The line is empty: a question is expected."
            )
        )
    try:
        question = _READER.decode(line)
    except (ValueError, ArithmeticError, RecursionError):
        question = None
    if not isinstance(question, dict):
        raise UnreadableLine(
            Words("La ligne n’est pas un objet JSON lisible.", "The line is not a readable JSON object.")
        )
    return question


def _text_of(question: Mapping[str, Any], key: str) -> str:
    raw = question.get(key)
    if raw is None:
        raise MissingInput(Words(f"Il manque « {key} ».", f"“{key}” is missing."), key)
    if not isinstance(raw, str):
        raise IllTyped(Words(f"« {key} » : un texte est attendu.", f"“{key}”: a text is expected."), key)
    return raw


def _reason(reason: Reason, language: str) -> dict[str, Any]:
    says = getattr(reason.says, language)
    if reason.amount is not None:
        says = f"{says} : {reason.amount.fr}" if language == "fr" else f"{says}: {reason.amount.en}"
    if reason.detail is not None:
        says = f"{says} ({getattr(reason.detail, language)})"
    line: dict[str, Any] = {"clause": reason.clause, "says": says}
    if reason.document is not None:
        line["document"] = reason.document
    return line


def _answer(line: str, args: argparse.Namespace) -> str:
    """The reply to one line of a batch, as a line."""
    reply = _reply(line, args.lang, args.values_only)
    try:
        return to_json(reply).decode() + "\n"
    except PydanticSerializationError:
        # Half a character, which a question may hold and a refusal then repeats.
        return json.dumps(reply, ensure_ascii=False) + "\n"
