"""The help of the commands in English: French stands in the code, its English in `help_en.json` beside."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

WORDS = Path(__file__).with_name("help_en.json")


def put_into_english(parser: argparse.ArgumentParser) -> None:
    """Every line of help of `parser` and of its own sub-commands; what has no English stays as it is."""
    english: Mapping[str, str] = json.loads(WORDS.read_text(encoding="utf-8"))
    _put(parser, english)


def _put(parser: argparse.ArgumentParser, english: Mapping[str, str]) -> None:
    if parser.description:
        parser.description = english.get(parser.description, parser.description)
    for action in parser._actions:
        # A sub-command's line stands in the list of choices, its parser among them.
        for line in (action, *getattr(action, "_choices_actions", ())):
            if line.help:
                line.help = english.get(line.help, line.help)
        if isinstance(action, argparse._SubParsersAction):
            for inner in set(action.choices.values()):
                _put(inner, english)
