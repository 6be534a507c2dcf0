"""`clausier rule`, as a person types it and as a program feeds it."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from clausier.cli.main import main

POINTS = ["rule", "points", "--book", "ims/2018", "mode=remote", "domain=server-network", "minutes=20"]


def test_one_question_prints_the_value_and_its_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(POINTS) == 0
    told = capsys.readouterr().out
    assert told.startswith("26.67\n")
    assert "Minimum à distance" in told
    assert "7.1.2" in told


def test_in_english_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*POINTS, "--lang", "en"]) == 0
    assert "Minutes worked" in capsys.readouterr().out


def test_the_value_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*POINTS, "--values-only"]) == 0
    assert capsys.readouterr().out == "26.67\n"


def test_the_whole_outcome_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*POINTS, "--json"]) == 0
    outcome = json.loads(capsys.readouterr().out)
    assert (outcome["value"], outcome["rule"]) == ("26.67", "points")
    assert {part["kind"] for part in outcome["parts"]} >= {"rate", "minimum"}


def test_a_list_is_given_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    entries = 'entries=[{"domain": "workstation", "minutes": 60}]'
    assert (
        main(["rule", "session-points", entries, "mode=remote", "--book", "ims/2018", "--values-only"]) == 0
    )
    assert capsys.readouterr().out == "60.00\n"


def test_a_refusal_exits_with_one_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "points", "--book", "imri/2013", "mode=remote", "minutes=20"]) == 1
    assert "points.rates" in capsys.readouterr().err
    assert main(["rule", "points", "--book", "imri/2013", "--json", "mode=remote", "minutes=20"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "book"
    assert main(["rule", "points", "--book", "ims/2018", "twenty"]) == 1


def test_a_question_without_rule_or_book_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule"]) == 2
    assert main(["rule", "points"]) == 2
    assert capsys.readouterr().err


def test_every_line_gets_one_answer_that_names_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    year = {"rule": "availability", "book": "imri/2013", "opened_on": "2020-01-01", "outages": []}
    days = {"rule": "quote-validity", "book": "ims/2018", "received_on": "2020-01-01"}
    lines = [
        "",
        "  ",
        "{",
        json.dumps(year | {"service_year": 10**8}),
        json.dumps(days | {"stated_days": 10**8}),
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    assert main(["rule", "--batch"]) == 0
    errors = [json.loads(line)["error"] for line in capsys.readouterr().out.splitlines()]
    assert [(error["code"], error["field"]) for error in errors] == [
        ("unreadable-line", None),
        ("unreadable-line", None),
        ("unreadable-line", None),
        ("out-of-range", "service_year"),
        ("out-of-range", "stated_days"),
    ]
    assert "vide" in errors[0]["message"]


def test_a_bad_line_never_stops_the_batch(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.dumps(
        {"rule": "force-majeure", "book": "ims/2018", "since": "2026-01-01", "value": "ignored"}
    )
    bad = ["not json", "[]", "42", "null", "{}", '{"rule": 1, "book": 2}', "[" * 100_000, '{"rule": "points"']
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*bad, good])))
    assert main(["rule", "--batch", "--values-only"]) == 0
    *refusals, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(refusals) == len(bad)
    assert all(refusal["error"]["message"] for refusal in refusals)
    assert last == {"value": "2026-01-15"}


def test_processes_share_a_batch_and_keep_its_order(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    question = {"rule": "points", "book": "ims/2018", "mode": "remote", "domain": "server-network"}
    lines = "".join(json.dumps(question | {"minutes": minutes}) + "\n" for minutes in range(10, 3010))

    def told(*options: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        assert main(["rule", "--batch", *options]) == 0
        return capfd.readouterr().out

    assert told("--processes", "3") == told("--processes", "1")


def test_asking_a_rule_imports_neither_django_nor_numpy() -> None:
    code = (
        "import sys; from clausier.cli.main import main; "
        f"main({[*POINTS, '--values-only']!r}); "
        "sys.exit(any(name in sys.modules for name in ('django', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def test_stray_bytes_and_broken_characters_do_not_stop_the_batch() -> None:
    good = b'{"rule": "force-majeure", "book": "ims/2018", "since": "2026-01-01"}'
    bad = [b'{"rule": "caf\xe9"}', b'{"rule": "\\ud800", "book": "ims/2018"}', b"\xff\xfe"]
    code = "from clausier.cli.main import main; main(['rule', '--batch', '--values-only'])"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        input=b"\n".join([*bad, good]),
        check=True,
        capture_output=True,
        env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    *refusals, last = [json.loads(line) for line in ran.stdout.decode().splitlines()]
    assert len(refusals) == len(bad)
    assert all("error" in refusal for refusal in refusals)
    assert last == {"value": "2026-01-15"}
