"""The panel tells an outcome whole: question, value, account to the total, where it comes from."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from clausier.pages.parts.why import ClauseNote, Edition, Line, Links, cited, panel_of
from clausier.terms import book, rules

TODAY = date(2026, 11, 20)

FEE_LINE = {"unit_price": "270.53", "quantity": 8, "in_service_on": "2016-01-01"}
LEGAL_RATES = [{"from": "2025-07-01", "rate": "2.76"}, {"from": "2026-01-01", "rate": "2.62"}]
LATE = {"amount": "1865.40", "due_on": "2025-11-30", "paid_on": "2026-02-20", "legal_rates": LEGAL_RATES}
OUTAGES = [["2025-04-14T20:00", "2025-04-15T05:00"]]

QUESTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("deadline", "imri/2013", {"commitment": "onsite-server", "at": "2026-11-20T16:30"}),
    ("elapsed", "imri/2013", {"calendar": "phone", "from": "2026-01-05T10:00", "to": "2026-06-30T11:00"}),
    ("points", "ims/2018", {"mode": "remote", "domain": "server-network", "minutes": 20}),
    ("points", "ims/2018", {"mode": "project", "minutes": 45}),
    ("recurring-fee", "imri/2013", {"starts_on": "2026-06-05", "year": 2026, "lines": [FEE_LINE]}),
    ("late-interest", "ims/2018", LATE),
    (
        "availability",
        "imri/2013",
        {"opened_on": "2025-02-01", "service_year": 1, "outages": OUTAGES, "windows": []},
    ),
    ("notice-deadline", "imri/2013", {"service": "managed", "starts_on": "2025-03-15", "on": "2026-11-20"}),
]


def outcome(rule: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return rules.ask(rule, book.load(name), inputs).as_json()


@pytest.mark.parametrize(("rule", "name", "inputs"), QUESTIONS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_line_of_the_account_is_on_the_panel(rule: str, name: str, inputs: Any, language: str) -> None:
    told = outcome(rule, name, inputs)
    with translation.override(language):
        panel = panel_of(told, language=language, today=TODAY)
        page = render_to_string("pages/parts/why_panel.html", {"panel": panel})
    assert panel.question.rstrip().endswith("?")
    lines = [*panel.account, *([panel.total] if panel.total else []), *panel.after]
    at = 1 if language == "en" else 0
    assert [line.says for line in lines] == [reason["says"][at] for reason in told["because"]]
    for reading in told["rests_on"]:
        assert any(reading["reading"][at] == source.text for source in panel.sources)
    assert "None" not in re.sub(r"<[^>]+>", " ", page)
    assert "style=" not in page


def test_the_deadline_is_drawn_from_the_call_to_the_promise() -> None:
    panel = panel_of(outcome(*QUESTIONS[0]), language="fr", today=TODAY)
    assert panel.value.replace("\u00a0", " ") == "lun. 23 nov., 12:30"
    assert panel.ruler is not None
    assert [tick.label for row in panel.ruler.rows for tick in row.ticks] == ["appel 16:30", "promesse 12:30"]
    assert panel.total is not None
    assert panel.total.amount.replace("\u00a0", " ") == "4 h 00"


def test_points_light_the_cell_and_show_the_minimum() -> None:
    panel = panel_of(outcome(*QUESTIONS[2]), language="fr", today=TODAY)
    assert panel.matrix is not None
    assert panel.matrix.chosen == "remote:server-network"
    assert panel.scale is not None
    assert (panel.scale.worked, panel.scale.minimum, panel.scale.accounted) == (20, 15, 20)
    assert panel.sums == ()


def test_the_grid_of_priorities_speaks_the_readers_language() -> None:
    told = outcome("priority", "imri/2013", {"impact": "site", "urgency": "blocked", "on": "2026-11-20"})
    grid = panel_of(told, language="fr", today=TODAY).grid
    assert grid is not None
    assert grid.columns[-1] == ("ne peut plus travailler", True)
    assert [row[0] for row in grid.rows] == ["une personne", "un service", "tout le site"]


def test_each_clause_cited_is_told_once_with_its_gist_and_its_place() -> None:
    told = outcome(*QUESTIONS[0])
    keys = cited(told)
    assert len(keys) == len(set(keys))
    panel = panel_of(
        told, language="fr", today=TODAY, clauses=lambda name, number: ClauseNote(f"de {number}", "/book")
    )
    clauses = [source for source in panel.sources if source.kind in {"clause", "law"}]
    assert [source.text for source in clauses] == [f"de {number}" for _name, number in keys]
    assert panel.account[0].chip_url == "/book"


def test_the_page_adds_lines_below_the_total_and_says_which_edition_ruled() -> None:
    edition = Edition("imri/2013", date(2025, 3, 12), "O. Modèle", "signature sur papier", "C-0231")
    links = Links(reference="1184/promesse/1", pdf_url="/pdf")
    panel = panel_of(
        outcome(*QUESTIONS[0]),
        language="fr",
        today=TODAY,
        edition=edition,
        after=[Line("Reste", "3 h 48")],
        links=links,
    )
    assert panel.after[-1].says == "Reste"
    told = {source.kind: source.text.replace("\u00a0", " ") for source in panel.sources}
    assert told["edition"] == "acceptée le 12 mars 2025 par O. Modèle, signature sur papier"
    assert "Aucune" in told["derogation"]
    page = render_to_string("pages/parts/why_panel.html", {"panel": panel})
    assert "1184/promesse/1" in page
    assert 'href="/pdf"' in page


def test_a_derogation_takes_the_place_of_none() -> None:
    told = outcome(*QUESTIONS[0])
    told["derogations"] = [
        {"kind": "derogation", "term": "promise.x", "label": ["délai", "time"], "document": "avenant 3"}
    ]
    panel = panel_of(told, language="fr", today=TODAY, edition=Edition("imri/2013"))
    assert [source.text for source in panel.sources if source.kind == "derogation"] == ["délai, avenant 3"]


def test_what_an_outcome_says_is_never_taken_for_markup() -> None:
    told = outcome(*QUESTIONS[0])
    told["says"] = ["<script>alert(1)</script>", ""]
    page = render_to_string(
        "pages/parts/why_panel.html", {"panel": panel_of(told, language="fr", today=TODAY)}
    )
    assert "<script>" not in page
