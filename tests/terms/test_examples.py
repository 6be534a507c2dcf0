"""Worked examples and border cases, asked as a person or a script would ask them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from clausier.cli.main import main
from clausier.terms.book import load
from clausier.terms.errors import TermsError
from clausier.terms.outcome import plain
from clausier.terms.rules import RULES, ask
from tests.terms.asked import CASES, EXAMPLES, HERE, facts


def batch(
    lines: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str
) -> list[dict[str, Any]]:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert main(["rule", "--batch", *options]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_example_comes_out_equal_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replies = batch((HERE / "examples.jsonl").read_text("utf-8"), monkeypatch, capsys)
    assert [reply.get("value") for reply in replies] == [row["value"] for row in EXAMPLES]
    assert all(reply["because"] for reply in replies)


def test_every_example_comes_out_equal_through_the_rules() -> None:
    wrong = [
        row
        for row in EXAMPLES
        if plain(ask(row["rule"], load(row["book"]), facts(row)).value) != row["value"]
    ]
    assert wrong == []


@pytest.mark.parametrize("row", [r for r in CASES if "value" in r], ids=lambda r: r["why"])
def test_the_border_case_has_its_value(row: dict[str, Any]) -> None:
    assert plain(ask(row["rule"], load(row["book"]), facts(row)).value) == row["value"]


@pytest.mark.parametrize("row", [r for r in CASES if "error" in r], ids=lambda r: r["why"])
def test_the_question_is_refused_and_its_field_named(
    row: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = json.dumps({key: value for key, value in row.items() if key not in {"why", "error"}})
    (reply,) = batch(line, monkeypatch, capsys, "--lang", "en")
    assert {key: reply["error"][key] for key in ("code", "field")} == row["error"]
    assert reply["error"]["message"]


def test_the_cases_leave_no_rule_out() -> None:
    asked = {row["rule"] for row in [*EXAMPLES, *CASES] if "value" in row}
    assert asked == set(RULES)


def test_a_refusal_speaks_both_languages() -> None:
    for row in (r for r in CASES if "error" in r and r["error"]["code"] != "unknown-book"):
        with pytest.raises(TermsError) as refusal:
            ask(row["rule"], load(row["book"]), facts(row))
        fr, en = refusal.value.message
        assert fr
        assert en
        assert fr != en
