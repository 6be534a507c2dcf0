"""Reading a book's TOML files, gathering every fault on the way instead of stopping at the first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import tomli

from clausier.terms.entries import Clause, DatedValue, Duty, Fault, Finding, Term, freeze
from clausier.terms.outcome import Interpretation, Words, plain


class Contents(NamedTuple):
    """A book as its files have it."""

    name: str
    edition: str
    digest: str
    title: Words
    applies_from: date
    head: Mapping[str, Any]
    terms: Mapping[str, Term]
    clauses: Mapping[str, Clause]
    interpretations: Mapping[str, Interpretation]
    findings: tuple[Finding, ...]
    duties: tuple[Duty, ...]
    files: Mapping[str, str]
    parsed: Mapping[str, Any]


class Loader:
    """Reads the files of one book and gathers every fault on the way."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = dict(sorted(files.items()))
        self.faults: list[Fault] = []
        self.parsed: dict[str, Any] = {}
        self.terms: dict[str, Term] = {}

    def contents(self) -> Contents | None:
        """What the files hold; None when there is no reading them at all."""
        for path, text in self.files.items():
            self._parse(path, text)
        self._practice_file()
        for path, table in self.parsed.items():
            if path.startswith("terms/"):
                stem = path.removeprefix("terms/").removesuffix(".toml")
                self._terms(path, stem, table, practice=False)
        clauses = {c.number: c for c in self._each("clauses.toml", "clause", self._clause)}
        interpretations = {
            i.key: i for i in self._each("interpretations.toml", "interpretation", self._interpretation)
        }
        findings = tuple(self._each("findings.toml", "finding", self._finding))
        duties = tuple(self._each("duties.toml", "duty", self._duty))
        head = self._head()
        if head is None:
            return None
        return Contents(
            name=head["name"],
            edition=head["edition"],
            digest=digest_of(self.parsed),
            title=Words(**head["title"]),
            applies_from=head["applies_from"],
            head=freeze(head),
            terms=MappingProxyType(self.terms),
            clauses=MappingProxyType(clauses),
            interpretations=MappingProxyType(interpretations),
            findings=findings,
            duties=duties,
            files=MappingProxyType(self.files),
            parsed=freeze(self.parsed),
        )

    def fault(self, file: str, place: str, says: Words, right: Words) -> None:
        self.faults.append(Fault(file, place, says, right))

    def _parse(self, path: str, text: str) -> None:
        try:
            self.parsed[path] = tomli.loads(text, parse_float=Decimal)
        except tomli.TOMLDecodeError as error:
            self.fault(
                path,
                "TOML",
                Words(f"le fichier ne se lit pas : {error}", f"the file does not parse: {error}"),
                Words("du TOML 1.0", "TOML 1.0"),
            )

    def _head(self) -> dict[str, Any] | None:
        head = self.parsed.get("book.toml")
        if head is None:
            if "book.toml" not in self.files:
                self.fault(
                    "book.toml",
                    "book.toml",
                    Words("le fichier manque", "the file is missing"),
                    Words(
                        "un book.toml avec name, edition, title et applies_from",
                        "a book.toml with name, edition, title and applies_from",
                    ),
                )
            return None
        before = len(self.faults)
        for key in ("name", "edition"):
            if not isinstance(head.get(key), str) or not head[key]:
                self._lacks("book.toml", key, key, Words("un texte", "a text"))
        if isinstance(head.get("name"), str) and not is_name(head["name"]):
            self._lacks("book.toml", "name", "name", Words("fournisseur/édition", "provider/edition"))
        if not _is_day(head.get("applies_from")):
            self._lacks(
                "book.toml",
                "applies_from",
                "applies_from",
                Words("une date, 2018-10-01", "a date, 2018-10-01"),
            )
        self._words("book.toml", "title", head.get("title"))
        return head if len(self.faults) == before else None

    def _practice_file(self) -> None:
        if "practices.toml" in self.parsed:
            self._terms("practices.toml", "", self.parsed["practices.toml"], practice=True)

    def _terms(self, path: str, prefix: str, table: Any, practice: bool) -> None:
        """Walk the tables of a file: a table with `values` is a term, any other is a folder of terms."""
        if not isinstance(table, dict):
            self.fault(
                path,
                prefix,
                Words("une valeur hors de tout terme", "a value outside any term"),
                Words("un tableau avec label, unit et values", "a table with label, unit and values"),
            )
        elif {"values", "label", "unit"} & set(table):
            self._term(path, prefix, table, practice)
        else:
            for key, inner in table.items():
                self._terms(path, f"{prefix}.{key}" if prefix else key, inner, practice)

    def _term(self, path: str, name: str, table: dict[str, Any], practice_file: bool) -> None:
        practice = practice_file or table.get("practice") is True
        self._unknown_keys(path, name, table, {"label", "unit", "values", "practice", "reason"})
        label = self._words(path, f"{name}, label", table.get("label"))
        if not isinstance(table.get("unit"), str):
            self._lacks(
                path,
                name,
                "unit",
                Words('une unité, par exemple "open hours"', 'a unit, such as "open hours"'),
            )
        reason = None
        if practice:
            reason = self._words(path, f"{name}, reason", table.get("reason"))
        raw = table.get("values")
        if not isinstance(raw, list) or not raw:
            self._lacks(path, name, "values", Words("au moins une valeur datée", "at least one dated value"))
            raw = []
        values = [self._value(path, f"{name}, values[{n}]", value, practice) for n, value in enumerate(raw)]
        if name in self.terms:
            self.fault(
                path,
                name,
                Words(
                    f"terme déjà écrit dans {self.terms[name].file}",
                    f"term already written in {self.terms[name].file}",
                ),
                Words("un seul endroit pour chaque terme", "one place for each term"),
            )
        dated = sorted((v for v in values if v is not None), key=lambda v: v.since)
        self.terms[name] = Term(
            name, label or Words(name, name), str(table.get("unit", "")), tuple(dated), practice, reason, path
        )

    def _value(self, path: str, place: str, raw: Any, practice: bool) -> DatedValue | None:
        if not isinstance(raw, dict):
            self.fault(
                path,
                place,
                Words("ce n’est pas une valeur datée", "this is not a dated value"),
                Words(
                    '{ since = 2018-10-01, value = …, clause = "…" }',
                    '{ since = 2018-10-01, value = …, clause = "…" }',
                ),
            )
            return None
        before = len(self.faults)
        self._unknown_keys(path, place, raw, {"since", "until", "value", "clause"})
        if not _is_day(raw.get("since")):
            self._lacks(path, place, "since", Words("une date", "a date"))
        if "until" in raw and not _is_day(raw["until"]):
            self._lacks(path, place, "until", Words("une date", "a date"))
        elif "until" in raw and _is_day(raw.get("since")) and raw["until"] <= raw["since"]:
            self._lacks(path, place, "until", Words("une date après since", "a date after since"))
        if "value" not in raw:
            self._lacks(path, place, "value", Words("la valeur", "the value"))
        if not _is_finite(raw.get("value")):
            self._lacks(path, place, "value", Words("un nombre fini", "a finite number"))
        clause = raw.get("clause")
        if not practice and not (isinstance(clause, str) and clause):
            self.fault(
                path,
                place,
                Words("une valeur sans clause ne se charge pas", "a value without a clause does not load"),
                Words(
                    'clause = "numéro", ou practice = true avec une raison',
                    'clause = "number", or practice = true with a reason',
                ),
            )
        if len(self.faults) > before:
            return None
        return DatedValue(raw["since"], raw.get("until"), freeze(raw["value"]), clause)

    def _each(self, path: str, key: str, make: Any) -> Iterator[Any]:
        table = self.parsed.get(path, {})
        rows = table.get(key, [])
        self._unknown_keys(path, path, table, {key})
        if not isinstance(rows, list):
            self._lacks(path, key, key, Words(f"des tableaux [[{key}]]", f"[[{key}]] tables"))
            return
        seen: set[str] = set()
        for n, row in enumerate(rows):
            if not isinstance(row, dict):
                self._lacks(path, f"{key}[{n}]", key, Words(f"un tableau [[{key}]]", f"a [[{key}]] table"))
                continue
            identity = next((str(row[k]) for k in ("key", "number") if k in row), None)
            place = f"{key}[{n}]" + (f" {identity}" if identity else "")
            if identity is not None and identity in seen:
                self.fault(
                    path,
                    place,
                    Words(f"« {identity} » paraît deux fois", f"“{identity}” appears twice"),
                    Words("un seul de chaque", "one of each"),
                )
                continue
            if identity is not None:
                seen.add(identity)
            made = make(path, place, row)
            if made is not None:
                yield made

    def _clause(self, path: str, place: str, row: dict[str, Any]) -> Clause | None:
        before = len(self.faults)
        self._texts(path, place, row, "number", "article", "bears")
        title = self._words(path, f"{place}, title", row.get("title"))
        gist = self._words(path, f"{place}, gist", row.get("gist"))
        if row.get("bears") not in ("terms", "duty", "right", "nothing"):
            self._lacks(
                path, place, "bears", Words("terms, duty, right ou nothing", "terms, duty, right or nothing")
            )
        if len(self.faults) > before or title is None or gist is None:
            return None
        extra = _rest(row, "number", "article", "title", "gist", "bears", "by")
        return Clause(row["number"], row["article"], title, gist, row["bears"], row.get("by"), extra)

    def _interpretation(self, path: str, place: str, row: dict[str, Any]) -> Interpretation | None:
        before = len(self.faults)
        self._texts(path, place, row, "key", "clause")
        said = [self._words(path, f"{place}, {key}", row.get(key)) for key in ("words", "reading", "reason")]
        if len(self.faults) > before:
            return None
        words, reading, reason = (one or Words("", "") for one in said)
        return Interpretation(row["key"], row["clause"], words, reading, reason)

    def _finding(self, path: str, place: str, row: dict[str, Any]) -> Finding | None:
        before = len(self.faults)
        self._texts(path, place, row, "key", "severity")
        says = self._words(path, f"{place}, says", row.get("says"))
        if len(self.faults) > before or says is None:
            return None
        extra = _rest(row, "key", "clause", "says", "severity")
        return Finding(row["key"], row.get("clause"), says, row["severity"], extra)

    def _duty(self, path: str, place: str, row: dict[str, Any]) -> Duty | None:
        before = len(self.faults)
        self._texts(path, place, row, "clause", "by", "when")
        says = self._words(path, f"{place}, says", row.get("says"))
        if len(self.faults) > before or says is None:
            return None
        return Duty(row["clause"], row["by"], says, row["when"], _rest(row, "clause", "by", "says", "when"))

    def _words(self, path: str, place: str, raw: Any) -> Words | None:
        if (
            isinstance(raw, dict)
            and set(raw) == {"fr", "en"}
            and all(isinstance(text, str) and text.strip() for text in raw.values())
        ):
            return Words(**raw)
        self.fault(
            path,
            place,
            Words("il faut la phrase dans les deux langues", "the sentence is needed in both languages"),
            Words('{ fr = "…", en = "…" }', '{ fr = "…", en = "…" }'),
        )
        return None

    def _texts(self, path: str, place: str, row: dict[str, Any], *keys: str) -> None:
        for key in keys:
            if not isinstance(row.get(key), str) or not row[key]:
                self._lacks(path, place, key, Words("un texte", "a text"))

    def _lacks(self, path: str, place: str, key: str, right: Words) -> None:
        self.fault(
            path, place, Words(f"« {key} » manque ou ne convient pas", f"`{key}` is missing or wrong"), right
        )

    def _unknown_keys(self, path: str, place: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        right = ", ".join(sorted(known))
        for key in sorted(set(table) - set(known)):
            self.fault(
                path,
                place,
                Words(f"clé inconnue « {key} »", f"unknown key `{key}`"),
                Words(f"parmi : {right}", f"one of: {right}"),
            )


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_finite(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    if isinstance(value, dict):
        return all(_is_finite(inner) for inner in value.values())
    if isinstance(value, list):
        return all(_is_finite(inner) for inner in value)
    return True


def _rest(row: Mapping[str, Any], *known: str) -> Mapping[str, Any]:
    rest: Mapping[str, Any] = freeze({key: value for key, value in row.items() if key not in known})
    return rest


def digest_of(parsed: Mapping[str, Any]) -> str:
    """sha256 of the content: blanks, comments and the order of keys do not count."""
    canonical = json.dumps(plain(parsed), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def is_name(name: str) -> bool:
    """No empty, hidden or parent folder in the name: it comes from outside."""
    return all(part and not part.startswith(".") for part in name.split("/")) and "\\" not in name
