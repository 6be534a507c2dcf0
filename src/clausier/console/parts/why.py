"""The why panel: an outcome made ready to be shown, beside a page, on its own page, or on paper.

`panel_of` takes the JSON of a kernel outcome and what only the application knows (the gist of the clauses
cited, the edition and who accepted it, where the links lead); everything else is read from the outcome.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from clausier.console.parts.contract_line import ContractLife, life_from_parts
from clausier.console.parts.rates import RateMatrix, matrix_from_part
from clausier.console.parts.ruler import Mark, Ruler, ruler_of
from clausier.console.parts.scale import MinuteScale, scale_from_part
from clausier.console.parts.slices import Slices, slices_of
from clausier.foundation import wording

Json = Mapping[str, Any]
NO_BREAK_HYPHEN = "\u2011"
ClauseKey = tuple[str, str]  # book, number of the clause


@dataclass(frozen=True, slots=True)
class ClauseNote:
    """What the panel tells of a clause it cites: its gist in our words, and where it can be read."""

    gist: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition that ruled: « imri/2013 », and how the client came under it."""

    book: str
    accepted_on: date | None = None
    accepted_by: str = ""
    how: str = ""  # « signature sur papier »
    contract: str = ""  # « C-0231 »


@dataclass(frozen=True, slots=True)
class Links:
    """Where the panel leads; an empty address hides its link."""

    self_url: str = ""
    pdf_url: str = ""
    read_url: str = ""
    close_url: str = ""
    reference: str = ""  # permanent: « 1184/promesse/1 »


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line of the account below the total: what the page adds to the outcome (« Utilisé à 16:42 »)."""

    says: str
    amount: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the account: what was read or computed, its clause, its amount."""

    says: str
    detail: str
    amount: str
    source: str
    chip: str
    chip_url: str
    chip_title: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of « D’où cela vient »."""

    kind: str  # clause | edition | interpretation | derogation | practice
    chip: str
    url: str
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SumLine:
    """A `line` part: one line of a fee."""

    label: str
    quantity: str
    amount: str


@dataclass(frozen=True, slots=True)
class IntervalLine:
    """An `interval` part: one outage or window, counted or not."""

    start: str
    end: str
    length: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A `grid` part: the priority grid, its cell lit."""

    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, bool, tuple[tuple[str, bool], ...]], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the template shows; nothing here is asked of a database."""

    question: str
    value: str
    says: str
    warnings: tuple[str, ...]
    ruler: Ruler | None
    matrix: RateMatrix | None
    scale: MinuteScale | None
    slices: Slices | None
    life: ContractLife | None
    sums: tuple[SumLine, ...]
    intervals: tuple[IntervalLine, ...]
    grid: Grid | None
    account: tuple[Line, ...]
    total: Line | None
    after: tuple[AccountLine, ...]
    sources: tuple[SourceLine, ...]
    links: Links
    read_label: str

    @property
    def minimum_words(self) -> str:
        """How the minutes and the minimum read, for those who do not see the scale."""
        if self.scale is None:
            return ""
        return _("%(worked)s min travaillées, minimum %(minimum)s min, %(accounted)s min décomptées") % {
            "worked": self.scale.worked,
            "minimum": self.scale.minimum,
            "accounted": self.scale.accounted,
        }


def cited(outcome: Json) -> list[ClauseKey]:
    """The clauses an outcome cites, each once, in the order of its account: (book, number)."""
    keys = [(r.get("book") or outcome["book"], r["clause"]) for r in outcome["because"] if r.get("clause")]
    keys += [(outcome["book"], i["clause"]) for i in outcome.get("rests_on", ()) if i.get("clause")]
    return list(dict.fromkeys(keys))


def panel_of(
    outcome: Json,
    *,
    language: str,
    today: date,
    clauses: Callable[[str, str], ClauseNote] | None = None,
    edition: Edition | None = None,
    after: Sequence[AccountLine] = (),
    marks: Sequence[Mark] | None = None,
    links: Links | None = None,
) -> Panel:
    """The panel of `outcome`, in `language`, as seen on `today`.

    `clauses` answers a book and a number with the clause's note; `after` are lines below the total; `marks`
    are the instants ticked on the ruler of days (those of the inputs and the answer when None).
    """
    clauses = clauses or (lambda _book, _number: ClauseNote())
    links = links or Links()
    speak = _Speaker(language)
    parts: list[Json] = list(outcome.get("parts", ()))
    lines = [_line(reason, outcome["book"], clauses, speak) for reason in outcome["because"]]
    account, total = _parted(lines, speak(outcome.get("shown")))
    first = cited(outcome)[:1]
    return Panel(
        question=speak(outcome["title"]),
        value=speak(outcome.get("shown")) or str(outcome["value"]),
        says=speak(outcome["says"]),
        warnings=tuple(speak(warning) for warning in outcome.get("warnings", ())),
        ruler=ruler_of(parts, marks_of(outcome) if marks is None else marks, language),
        matrix=_first(parts, "rate", matrix_from_part),
        scale=_first(parts, "minimum", scale_from_part),
        slices=slices_of(parts, language),
        life=life_from_parts([dict(part) for part in parts], today),
        sums=tuple(_sum_line(part, speak) for part in parts if part["kind"] == "line"),
        intervals=tuple(_interval(part, language) for part in parts if part["kind"] == "interval"),
        grid=_first(parts, "grid", lambda part: _grid(part, speak)),
        account=account,
        total=total,
        after=tuple(after),
        sources=tuple(_sources(outcome, clauses, edition, speak)),
        links=links,
        read_label=_("Lire %(clause)s") % {"clause": first[0][1]} if first else _("Lire le livre"),
    )


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says a [fr, en] pair in one language; nothing for None."""

    language: str

    def __call__(self, pair: Any) -> str:
        if not pair:
            return ""
        if isinstance(pair, str):
            return pair
        return str(pair[1] if wording.is_english(self.language) and len(pair) > 1 else pair[0])


def _first(parts: Sequence[Json], kind: str, make: Callable[[Json], Any]) -> Any:
    return next((make(part) for part in parts if part["kind"] == kind), None)


MARKED: dict[str, tuple[tuple[str, str], ...]] = {
    "deadline": (("at", "call"),),
    "promise": (("at", "call"),),
    "elapsed": (("from", "start"), ("to", "end")),
}


def marks_of(outcome: Json) -> list[Mark]:
    """The instants of an outcome worth a tick: when the call came, when the promise falls."""
    words = {"call": _("appel"), "start": _("début"), "end": _("fin"), "promise": _("promesse")}
    inputs = outcome.get("inputs", {})
    marks = [
        Mark(datetime.fromisoformat(inputs[name]), words[word])
        for name, word in MARKED.get(outcome["rule"], ())
        if isinstance(inputs.get(name), str)
    ]
    value = outcome["value"]
    due = value.get("due_at") if isinstance(value, Mapping) else value
    if outcome["rule"] in {"deadline", "promise"} and isinstance(due, str):
        marks.append(Mark(datetime.fromisoformat(due), words["promise"]))
    return marks


def book_mark(book: str) -> str:
    """« IMRI » for imri/2013, « Loi » for law-fr."""
    return _("Loi") if book.startswith("law-") else book.split("/")[0].upper()


def _line(reason: Json, book: str, clauses: Callable[[str, str], ClauseNote], speak: _Speaker) -> Line:
    """One reason as a line; its chip names the clause, and the book when it is not the ruling one."""
    own, number, source = reason.get("book") or book, reason.get("clause"), reason["source"]
    chip, url, title = "", "", ""
    if source == "derogation":
        chip, title = _("dérogation"), reason.get("document") or ""
    elif source == "practice":
        chip, title = _("usage"), _("usage du prestataire, le texte est muet")
    elif number:
        note = clauses(own, number)
        chip, url, title = number if own == book else f"{book_mark(own)} {number}", note.url, note.gist
    return Line(
        says=speak(reason["says"]),
        detail=speak(reason.get("detail")),
        amount=speak(reason.get("amount")),
        source=source if not own.startswith("law-") or source != "clause" else "law",
        chip=chip,
        chip_url=url,
        chip_title=title,
    )


def _parted(lines: list[Line], shown: str) -> tuple[tuple[Line, ...], Line | None]:
    """The lines and their total: the last one when it is arithmetic, else the value itself."""
    if len(lines) > 1 and lines[-1].source == "arithmetic" and lines[-1].amount:
        return tuple(lines[:-1]), lines[-1]
    return tuple(lines), Line(_("Résultat"), "", shown, "arithmetic", "", "", "") if shown else None


def _sources(
    outcome: Json, clauses: Callable[[str, str], ClauseNote], edition: Edition | None, speak: _Speaker
) -> list[SourceLine]:
    found = []
    for book, number in cited(outcome):
        note = clauses(book, number)
        found.append(
            SourceLine(
                "law" if book.startswith("law-") else "clause",
                f"{book_mark(book)} {number}",
                note.url,
                note.gist,
            )
        )
    if edition:
        found.append(SourceLine("edition", edition.book, "", _accepted(edition, speak.language)))
    found += [
        SourceLine("interpretation", "", "", speak(one["reading"]), speak(one["reason"]))
        for one in outcome.get("rests_on", ())
    ]
    overlays = outcome.get("derogations", ())
    derogations = [one for one in overlays if one.get("kind", "derogation") == "derogation"]
    for one in derogations:
        label = speak(one.get("label")) or one.get("term", "")
        found.append(SourceLine("derogation", "", "", f"{label}, {one.get('document', '')}".strip(", ")))
    if edition and not derogations:
        text = (
            _("Aucune sur le contrat %(contract)s.") % {"contract": edition.contract.replace("-", NO_BREAK_HYPHEN)}
            if edition.contract
            else _("Aucune.")
        )
        found.append(SourceLine("derogation", "", "", text))
    found += [
        SourceLine(
            "practice", "", "", speak(one.get("label")) or one.get("term", ""), speak(one.get("reason"))
        )
        for one in overlays
        if one.get("kind") == "practice"
    ]
    return found


def _accepted(edition: Edition, language: str) -> str:
    """« acceptée le 12 mars 2025 par T. Darrousse, signature sur papier »."""
    if edition.accepted_on is None:
        return _("acceptation non enregistrée")
    on = wording.day(edition.accepted_on, language, year=True, weekday=False)
    if edition.accepted_by:
        said = _("acceptée le %(on)s par %(by)s") % {"on": on, "by": edition.accepted_by}
    else:
        said = _("acceptée le %(on)s") % {"on": on}
    return f"{said}, {edition.how}" if edition.how else said


def _sum_line(part: Json, speak: _Speaker) -> SumLine:
    quantity = f"{part.get('quantity', '')} {speak(part.get('unit'))}".strip()
    return SumLine(speak(part.get("label")), quantity, speak(part.get("amount")))


def _interval(part: Json, language: str) -> IntervalLine:
    start, end = datetime.fromisoformat(part["from"]), datetime.fromisoformat(part["to"])
    return IntervalLine(
        wording.instant(start, language, year=True),
        wording.instant(end, language, year=True),
        wording.duration(int(part.get("seconds") or (end - start).total_seconds())),
        bool(part.get("counted", True)),
    )


def _grid(part: Json, speak: _Speaker) -> Grid:
    """The grid with its row and column of the choice; `cells` is one list of priorities a row of impact."""
    urgencies, impacts, cells = part["urgencies"], part["impacts"], part["cells"]
    columns = tuple((speak(name), name == part.get("urgency")) for name in urgencies)
    rows = []
    for index, impact in enumerate(impacts):
        row = (
            cells[index] if isinstance(cells, Sequence) else [cells[impact][urgency] for urgency in urgencies]
        )
        lit = impact == part.get("impact")
        rows.append(
            (
                speak(impact),
                lit,
                tuple((str(cell), lit and on) for cell, (_name, on) in zip(row, columns, strict=True)),
            )
        )
    return Grid(columns, tuple(rows))
