"""The why panel: an outcome made ready to be shown, beside a page, on its own page, or on paper.

`panel_of` takes the JSON of a kernel outcome and what only the application knows (the gist of the clauses
cited, the edition and who accepted it, where the links lead); everything else is read from the outcome.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from clausier.foundation import wording
from clausier.pages.parts.contract_line import ContractLife, life_from_parts
from clausier.pages.parts.rates import RateMatrix, matrix_from_part
from clausier.pages.parts.ruler import Mark, Ruler, ruler_of
from clausier.pages.parts.scale import MinuteScale, scale_from_part
from clausier.pages.parts.slices import Slices, slices_of

Json = Mapping[str, Any]
NO_BREAK_HYPHEN = "\u2011"
UNITS = {"unit": ""}  # units that go without saying
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
class Line:
    """A line of the account: what was read or computed, its clause, its amount."""

    says: str
    amount: str = ""
    detail: str = ""
    source: str = "arithmetic"
    chip: str = ""
    chip_url: str = ""
    chip_title: str = ""
    strong: bool = False


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
    window: bool = False


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
    after: tuple[Line, ...]
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
    after: Sequence[Line] = (),
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
    account, total, below = _parted(outcome["because"], lines, speak(outcome.get("shown")))
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
        sums=_sums(parts, outcome["rule"], speak),
        intervals=tuple(_interval(part, language) for part in parts if part["kind"] == "interval"),
        grid=_first(parts, "grid", lambda part: _grid(part, speak)),
        account=account,
        total=total,
        after=(*below, *after),
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


def marks_of(outcome: Json) -> list[Mark]:
    """The instants of an outcome worth a tick: when the call came, when the promise falls."""
    rule, inputs, value = outcome["rule"], outcome.get("inputs", {}), outcome["value"]
    found: list[tuple[Any, str]] = []
    if rule == "deadline":
        found = [(inputs.get("at"), _("appel")), (value, _("promesse"))]
    elif rule == "elapsed":
        found = [(inputs.get("from"), _("début")), (inputs.get("to"), _("fin"))]
    elif rule == "promise":
        words = {
            "started": _("appel"),
            "suspended": _("suspension"),
            "resumed": _("reprise"),
            "met": _("arrivée"),
        }
        steps = inputs.get("steps", ())
        found = [(step["at"], words[step["step"]]) for step in steps if step["step"] in words]
        found.append((value.get("due_at"), _("promesse")))
    return [Mark(datetime.fromisoformat(at), word) for at, word in found if at]


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


def _parted(
    reasons: Sequence[Json], lines: list[Line], shown: str
) -> tuple[tuple[Line, ...], Line | None, tuple[Line, ...]]:
    """The account, its total, and what follows the total.

    The total is the line marked so; without one it is the last line with an amount, or the value itself.
    """
    marked = [index for index, reason in enumerate(reasons) if reason.get("total")]
    if not marked and len(lines) > 1 and lines[-1].amount:
        marked = [len(lines) - 1]
    if not marked:
        return tuple(lines), Line(_("Résultat"), shown) if shown else None, ()
    at = marked[-1]
    after = lines[at + 1 :]
    if after:
        after[-1] = replace(after[-1], strong=True)
    return tuple(lines[:at]), lines[at], tuple(after)


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
    entered = [one for one in overlays if str(one.get("book", "")).startswith("law-")]
    derogations = [
        one for one in overlays if one.get("kind", "derogation") == "derogation" and one not in entered
    ]
    found += [SourceLine("law", _("valeur saisie"), "", str(one.get("document", ""))) for one in entered]
    for one in derogations:
        label = speak(one.get("label")) or one.get("term", "")
        found.append(SourceLine("derogation", "", "", f"{label}, {one.get('document', '')}".strip(", ")))
    if edition and not derogations:
        text = (
            _("Aucune sur le contrat %(contract)s.")
            % {"contract": edition.contract.replace("-", NO_BREAK_HYPHEN)}
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


POINT_RULES = frozenset({"points", "session-points"})
"""Rules whose lines are counted in points, not in euros."""


def _sums(parts: Sequence[Json], rule: str, speak: _Speaker) -> tuple[SumLine, ...]:
    """The `line` parts; a single one of points is already told by its lit cell."""
    lines = tuple(_sum_line(part, rule, speak) for part in parts if part["kind"] == "line")
    return () if rule in POINT_RULES and len(lines) == 1 else lines


def _sum_line(part: Json, rule: str, speak: _Speaker) -> SumLine:
    """One line of a fee: « 8 × 270,53 €, majoration 30 %, 210 jours sur 365 » and its amount."""
    language = speak.language
    amount = _decimal(part["amount"])
    said = [_quantity(part, language)]
    if _decimal(part.get("surcharge") or 0):
        said.append(
            _("majoration %(percent)s") % {"percent": wording.percent(_decimal(part["surcharge"]), language)}
        )
    if part.get("days") and part.get("of_days") and part["days"] != part["of_days"]:
        said.append(_("%(days)s jours sur %(all)s") % {"days": part["days"], "all": part["of_days"]})
    written = (
        wording.number(amount, language, places=2) if rule in POINT_RULES else wording.money(amount, language)
    )
    return SumLine(speak(part.get("label")), ", ".join(word for word in said if word), written)


def _quantity(part: Json, language: str) -> str:
    if part.get("quantity") is None:
        return ""
    quantity = wording.number(_decimal(part["quantity"]), language)
    if part.get("unit_price") is not None:
        return f"{quantity} × {wording.money(_decimal(part['unit_price']), language)}"
    unit = UNITS.get(str(part.get("unit") or ""), str(part.get("unit") or ""))
    return f"{quantity}{wording.NBSP}{unit}" if unit else quantity


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def _interval(part: Json, language: str) -> IntervalLine:
    start, end = datetime.fromisoformat(part["from"]), datetime.fromisoformat(part["to"])
    return IntervalLine(
        wording.instant(start, language, year=True),
        wording.instant(end, language, year=True),
        wording.duration(int(part.get("seconds") or (end - start).total_seconds())),
        bool(part.get("counted", True)),
        part.get("what") == "window",
    )


def _grid(part: Json, speak: _Speaker) -> Grid:
    """The grid with its row and column of the choice; `cells` is one list of priorities a row of impact."""
    urgencies, impacts, cells = part["urgencies"], part["impacts"], part["cells"]
    across, down = part.get("urgency_labels", urgencies), part.get("impact_labels", impacts)
    columns = tuple(
        (speak(label), name == part.get("urgency")) for name, label in zip(urgencies, across, strict=True)
    )
    rows = []
    for index, impact in enumerate(impacts):
        row = (
            cells[index] if isinstance(cells, Sequence) else [cells[impact][urgency] for urgency in urgencies]
        )
        lit = impact == part.get("impact")
        rows.append(
            (
                speak(down[index]),
                lit,
                tuple((str(cell), lit and on) for cell, (_name, on) in zip(row, columns, strict=True)),
            )
        )
    return Grid(columns, tuple(rows))
