"""`clausier rule`: ask the terms a question, one at a time or a line at a time."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from decimal import Decimal
from typing import Any

from clausier.terms.book import load
from clausier.terms.errors import IllTyped, TermsError
from clausier.terms.outcome import Outcome, Reason, Words, plain
from clausier.terms.rules import RULES, ask

# `clausier rule points --book ims/2018 minutes=20`: facts may follow options.
INTERMIXED = True

_READER = json.JSONDecoder(parse_float=Decimal)


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
        default=os.cpu_count() or 1,
        help="combien de processus se partagent un grand lot (par défaut : autant que de processeurs)",
    )


def run(args: argparse.Namespace) -> int:
    """Answer, and return 0; 1 when a single question has no answer, 2 when it is not asked rightly."""
    _speak_utf8()
    if args.batch:
        # Here, for a single question starts without what a batch needs.
        from clausier.cli import batch

        batch.run(sys.stdin, sys.stdout.buffer, args)
        return 0
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


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


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
