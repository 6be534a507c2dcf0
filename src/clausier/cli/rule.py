"""`clausier rule`: ask the terms a question, one at a time or a line at a time."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

from clausier.terms.book import Book, load
from clausier.terms.errors import IllTyped, MissingInput, OutOfRange, TermsError, UnreadableLine
from clausier.terms.outcome import Outcome, Reason, Words, plain
from clausier.terms.rules import RULES, ask

if TYPE_CHECKING:
    from concurrent.futures import Future

# `clausier rule points --book ims/2018 minutes=20`: facts may follow options.
INTERMIXED = True

# Keys of a question that are not inputs; `value` is what an example expects, and is never looked at.
_ABOUT = frozenset({"rule", "book", "value"})
# Made once: `json.loads` and `json.dumps` make theirs anew at each call that is not plain.
_READER = json.JSONDecoder(parse_float=Decimal)
_WRITER = json.JSONEncoder(ensure_ascii=False)
# Lines that a process of several answers at once.
_SHARE = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `clausier rule`."""
    parser.epilog = "Règles : " + ", ".join(RULES)
    parser.add_argument("name", nargs="?", help="la règle")
    parser.add_argument("inputs", nargs="*", metavar="clé=valeur", help="les faits ; le JSON est admis")
    parser.add_argument("--book", help="le livre, par exemple imri/2013")
    parser.add_argument("--json", action="store_true", help="tout le résultat, en JSON")
    parser.add_argument("--lang", choices=("fr", "en"), default="fr", help="la langue des phrases")
    parser.add_argument("--values-only", action="store_true", help="la valeur sans les raisons")
    parser.add_argument(
        "--batch", action="store_true", help="une question JSON par ligne, une réponse par ligne"
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=1,
        help="pour un grand lot : combien de processus se le partagent (les réponses viennent par paquets)",
    )


def run(args: argparse.Namespace) -> int:
    """Answer, and return 0; 1 when a single question has no answer, 2 when it is not asked rightly."""
    _speak_utf8()
    if args.batch:
        return _batch(sys.stdin, sys.stdout, args)
    if not args.name or not args.book:
        needs = Words("Il faut une règle et --book, ou --batch.", "A rule and --book are needed, or --batch.")
        print(needs.to(args.lang), file=sys.stderr)
        return 2
    try:
        outcome = ask(args.name, load(args.book), _from_words(args.inputs))
    except TermsError as error:
        if args.json:
            print(_line({"error": error.as_json(args.lang)}))
        else:
            print(error.message.to(args.lang), file=sys.stderr)
        return 1
    _show(outcome, args)
    return 0


def _speak_utf8() -> None:
    """Read and print UTF-8 whatever the locale: a stray byte must not stop a batch, nor get lost."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _from_words(words: list[str]) -> dict[str, Any]:
    """`key=value` pairs; a value that reads as JSON is taken as such, any other is text."""
    given: dict[str, Any] = {}
    for word in words:
        key, equals, raw = word.partition("=")
        if not equals:
            raise IllTyped(
                Words(f"« {word} » : clé=valeur est attendu.", f"“{word}”: key=value is expected."), word
            )
        try:
            given[key] = _READER.decode(raw)
        except ValueError:
            given[key] = raw
    return given


def _batch(questions: TextIO, replies: TextIO, args: argparse.Namespace) -> int:
    if args.processes > 1:
        for part in _shared(questions, args):
            replies.write(part)
        return 0
    for line in questions:
        replies.write(_line(_reply(line, args.lang, args.values_only)) + "\n")
    return 0


def _shared(questions: TextIO, args: argparse.Namespace) -> Iterator[str]:
    """The replies in the order of the questions, a few shares ahead of who reads them."""
    # Here, for a single question starts without it.
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(args.processes) as pool:
        begun: deque[Future[str]] = deque()
        while lines := list(islice(questions, _SHARE)):
            begun.append(pool.submit(_replies, lines, args.lang, args.values_only))
            if len(begun) > 2 * args.processes:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def _replies(lines: list[str], language: str, values_only: bool) -> str:
    return "".join(_line(_reply(line, language, values_only)) + "\n" for line in lines)


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
        reply["because"] = [_reason(reason, language) for reason in outcome.because]
    return reply


def _outcome(line: str) -> Outcome:
    question = _question(line)
    name, book_name = _text_of(question, "rule"), _text_of(question, "book")
    return ask(name, _book(book_name), {key: value for key, value in question.items() if key not in _ABOUT})


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
    says = reason.says.to(language)
    if reason.amount is not None:
        says = f"{says} : {reason.amount.fr}" if language == "fr" else f"{says}: {reason.amount.en}"
    if reason.detail is not None:
        says = f"{says} ({reason.detail.to(language)})"
    line: dict[str, Any] = {"clause": reason.clause, "says": says}
    if reason.document is not None:
        line["document"] = reason.document
    return line


def _line(value: object) -> str:
    return _WRITER.encode(value)


def _show(outcome: Outcome, args: argparse.Namespace) -> None:
    """One outcome, for a person or for a program."""
    if args.json:
        print(json.dumps(outcome.as_json(), ensure_ascii=False, indent=2))
        return
    value = plain(outcome.value)
    print(value if isinstance(value, str) else _line(value))
    if args.values_only:
        return
    language = args.lang
    print(f"\n{outcome.shown.to(language)}\n{outcome.says.to(language)}\n")
    for reason in outcome.because:
        _print_reason(reason, language)
    for warning in outcome.warnings:
        print(f"\n! {warning.to(language)}")
    for reading in outcome.rests_on:
        print(f"\n[{reading.clause}] « {reading.words.to(language)} »\n{reading.reading.to(language)}")


def _print_reason(reason: Reason, language: str) -> None:
    amount = reason.amount.to(language) if reason.amount else ""
    mark = f"[{reason.clause}]" if reason.clause else ""
    print(f"{'= ' if reason.total else '  '}{reason.says.to(language):<52} {mark:<14} {amount:>18}".rstrip())
    if reason.detail is not None:
        print(f"      {reason.detail.to(language)}")
