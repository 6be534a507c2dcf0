"""The help of the commands speaks the language of the terminal, down to the last option."""

import argparse
from importlib import import_module

import pytest

from clausier.cli import helping, main


def lines(parser):
    """Every line of help of a parser and of its sub-commands."""
    found = {parser.description}
    for action in parser._actions:
        found |= {one.help for one in (action, *getattr(action, "_choices_actions", ()))}
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                found |= lines(inner)
    return {line for line in found if line}


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_line_of_help_has_its_english(name, monkeypatch):
    parsers = {}
    for language in ("fr_FR.UTF-8", "en_US.UTF-8"):
        monkeypatch.setenv("LC_ALL", language)
        parser = argparse.ArgumentParser(description=main.COMMANDS[name].help)
        import_module(main.COMMANDS[name].module).add_arguments(parser)
        if language.startswith("en"):
            helping.put_into_english(parser)
        parsers[language] = lines(parser)
    assert parsers["fr_FR.UTF-8"] & parsers["en_US.UTF-8"] <= {"show this help message and exit"}


def test_the_list_of_commands_is_in_the_terminals_language(monkeypatch, capsys):
    for language, said in (("en_GB.UTF-8", "every figure says why"), ("fr_FR.UTF-8", "chaque chiffre dit")):
        monkeypatch.setenv("LC_ALL", language)
        with pytest.raises(SystemExit):
            main.main(["--help"])
        assert said in capsys.readouterr().out
