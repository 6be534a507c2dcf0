"""`clausier book` as a person or a script uses it: what it prints, in which language, with which status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausier.cli.main import main
from clausier.terms import book as books
from tests.books import example


def test_the_list_names_every_shipped_book(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["book", "list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in books.shipped_names())


def test_a_clause_is_shown_with_its_terms_readings_and_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["book", "show", "imri/2013", "--clause", "XIII"]) == 0
    printed = capsys.readouterr().out
    for expected in (
        "Durée et résiliation",
        "préavis\u00a0: 3\u00a0mois",
        "première présentation",
        "article XI",
    ):
        assert expected in printed


def test_a_clause_is_shown_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["book", "show", "ims/2018", "--clause", "7.1.1", "--lang", "en"]) == 0
    assert "technician: €88 excl. VAT an hour" in capsys.readouterr().out


def test_a_book_is_shown_as_json_with_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["book", "show", "ims/2018", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    clause = next(clause for clause in shown["clauses"] if clause["number"] == "7.4")
    assert clause["title"] == ["Retard et défaut de paiement", "Late and missed payment"]
    assert {reading["key"] for reading in clause["interpretations"]} == {
        "late-rate",
        "payment-term",
        "counted-days",
    }
    assert shown["digest"] == books.load("ims/2018").digest


@pytest.mark.parametrize(
    "asked",
    [
        ["book", "show", "nowhere/1999"],
        ["book", "show", "imri/2013", "--clause", "XVI"],
        ["book", "coverage", "../nowhere/1999"],
        ["book", "check", "nowhere"],
    ],
)
def test_what_does_not_exist_is_refused_in_words_with_status_2(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "imri/2013" in told.err


@pytest.mark.parametrize("name", books.shipped_names())
def test_the_coverage_of_a_shipped_book_is_complete(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["book", "coverage", name]) == 0
    printed = capsys.readouterr().out
    assert all(str(number) in printed for number in books.load(name).head["articles"])
    assert "tous couverts" in printed


def test_coverage_tells_rules_duties_and_what_has_nothing_to_compute(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["book", "coverage", str(example.written(example.files(), tmp_path)), "--lang", "en"]) == 0
    printed = capsys.readouterr().out
    for expected in (
        "nothing to compute",
        "recorded as a duty: back up",
        "promise.onsite-server.within → deadline",
    ):
        assert expected in printed


def test_coverage_exits_with_1_when_an_article_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = example.broken("book.toml", '"3", "4"]', '"3", "4", "5"]')
    assert main(["book", "coverage", str(example.written(files, tmp_path)), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["gaps"] == ["5"]


def test_coverage_exits_with_1_when_an_article_is_taken_out_of_a_shipped_book(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = dict(books.load("ims/2018").files)
    blocks = shipped["clauses.toml"].split("[[clause]]")
    shipped["clauses.toml"] = "[[clause]]".join(block for block in blocks if '\nnumber = "8"\n' not in block)
    assert main(["book", "coverage", str(example.written(shipped, tmp_path))]) == 1
    assert "article absent du livre" in capsys.readouterr().out


def test_a_reading_that_bears_on_several_clauses_is_shown_with_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for number in ("XIII", "VII", "XII"):
        assert main(["book", "show", "imri/2013", "--clause", number]) == 0
        assert "première présentation" in capsys.readouterr().out


def test_coverage_exits_with_1_when_the_book_lists_no_article(tmp_path: Path) -> None:
    files = example.broken("book.toml", 'articles = ["1", "2", "3", "4"]', "")
    assert main(["book", "coverage", str(example.written(files, tmp_path))]) == 1


@pytest.mark.parametrize("name", ["imri/2013", "ims/2018"])
def test_the_check_of_a_text_with_findings_exits_with_1(name: str) -> None:
    assert main(["book", "check", name]) == 1


def test_the_check_of_a_clean_book_exits_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["book", "check", str(example.written(example.files(), tmp_path))]) == 0
    assert capsys.readouterr().out == "Rien à reprendre.\n"


def test_remarks_on_the_wording_alone_exit_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = example.broken("book.toml", "dated_on = 2025-12-15", "")
    assert main(["book", "check", str(example.written(files, tmp_path))]) == 0
    assert "le texte ne porte pas de date" in capsys.readouterr().out


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"book.toml": "name = "},
        {"book.toml": 'name = "x/1"\n'},
        {"clauses.toml": ""},
        example.broken("book.toml", "applies_from = 2026-01-01", 'applies_from = "soon"'),
    ],
)
def test_what_cannot_be_read_as_a_book_exits_with_2(files: dict[str, str], tmp_path: Path) -> None:
    assert main(["book", "check", str(example.written(files, tmp_path))]) == 2


def test_a_file_that_is_no_text_exits_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = example.written(example.files(), tmp_path)
    (folder / "clauses.toml").write_bytes(b"\xff\xfe\x00")
    assert main(["book", "check", str(folder)]) == 2
    assert str(folder) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("clauses.toml", "clause = 3"),
        ("clauses.toml", 'clause = ["one", "two"]'),
        ("clauses.toml", "[clause]\nnumber = 1"),
        ("duties.toml", "[[duty]]\nclause = 3"),
        ("duties.toml", "duty = [[1]]"),
        ("interpretations.toml", "[[interpretation]]\nalso = 3"),
        ("findings.toml", "[[finding]]\nlint = 3"),
        ("words.toml", "words = 3"),
        ("terms/odd.toml", "value = 3"),
        ("terms/odd.toml", "[a]\nlabel = 3\nunit = 4\nvalues = [5, { since = 1 }]"),
        ("terms/hours.toml", '[onsite]\nlabel = { fr = "h", en = "h" }\nunit = "x"\nvalues = 3'),
        (
            "terms/hours.toml",
            '[onsite]\nlabel = { fr = "h", en = "h" }\nunit = "x"\n'
            'values = [{ since = 2026-01-01, clause = "2", value = { mon = 3, tue = [["9"]] } }]',
        ),
        (
            "terms/late-interest.toml",
            '[rate]\nlabel = { fr = "h", en = "h" }\nunit = "x"\n'
            'values = [{ since = 2026-01-01, clause = "4", value = "high" }]',
        ),
        (
            "terms/late-interest.toml",
            '[rate]\nlabel = { fr = "h", en = "h" }\nunit = "x"\n'
            'values = [{ since = 2026-01-01, clause = "4", value = { times_legal = "three" } }]\n'
            '[recovery-indemnity]\nlabel = { fr = "h", en = "h" }\nunit = "EUR"\n'
            'values = [{ since = 2026-01-01, clause = "4", value = "forty" }]',
        ),
        (
            "book.toml",
            example.files()["book.toml"].replace('articles = ["1", "2", "3", "4"]', "articles = 4"),
        ),
        ("book.toml", example.files()["book.toml"].replace("[provider]", "[[provider]]")),
        ("book.toml", example.files()["book.toml"].replace('siren = "900000001"', "siren = 900000001")),
        ("clauses.toml", example.files()["clauses.toml"] + "refers_to = 3\n"),
        ("clauses.toml", example.files()["clauses.toml"] + "uses = 3\ndefines = 4\n"),
    ],
)
def test_an_ill_typed_file_is_told_and_never_breaks_the_check(
    path: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = example.written({**example.files(), path: text}, tmp_path)
    assert main(["book", "check", str(folder)]) in (0, 1, 2)
    assert capsys.readouterr().out
