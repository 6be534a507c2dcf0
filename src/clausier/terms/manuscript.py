"""A book being written: its files changed term by term and clause by clause, then written out as TOML again.

What is changed is dated: a new value starts on the day the edition takes effect, the former ones stay. Only
files that something changed in are written anew; the others keep their very text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import tomli_w

from clausier.terms.errors import ClauseInUse, ClauseTaken, NoSuchTerm, UnknownClause
from clausier.terms.outcome import Words

Table = dict[str, Any]

PRACTICES, CLAUSES, READINGS, DUTIES, FINDINGS, HEAD = (
    "practices.toml",
    "clauses.toml",
    "interpretations.toml",
    "duties.toml",
    "findings.toml",
    "book.toml",
)
_OF_A_TERM = frozenset({"values", "label", "unit"})


class Manuscript:
    """The files of a book as tables that can be changed. Raises TOMLDecodeError when one is no TOML."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._texts = dict(files)
        self._tables: dict[str, Table] = {
            path: tomllib.loads(text, parse_float=Decimal) for path, text in files.items()
        }
        self._touched: set[str] = set()

    def files(self) -> dict[str, str]:
        """The text of every file, those that were changed written anew."""
        return {
            path: tomli_w.dumps(table) if path in self._touched else self._texts[path]
            for path, table in sorted(self._tables.items())
            if table or path not in self._touched
        }

    def same_as(self, other: Manuscript) -> bool:
        """True when both say the same, however their texts are laid out."""
        return self._tables == other._tables

    # The head

    def head(self) -> Table:
        """What book.toml says, to be changed in place."""
        return self._open(HEAD)

    # Terms

    def terms(self) -> Iterator[tuple[str, Table]]:
        """Every term with its table, in the order of the files."""
        for path, table in self._tables.items():
            if path == PRACTICES or path.startswith("terms/"):
                yield from ((name, found) for name, found, _, _ in _walk(_stem(path), table))

    def term(self, name: str) -> Table:
        """The table of a term, read only. Raises NoSuchTerm."""
        return self._place(name)[1]

    def is_practice(self, name: str) -> bool:
        """True of a term that no clause sets."""
        path, table, _, _ = self._place(name)
        return path == PRACTICES or table.get("practice") is True

    def set_value(self, name: str, value: Any, *, since: date, clause: str | None) -> None:
        """The value of a term from `since` on; a value that says what the former one said is no new one.

        A practice keeps the clause that leaves it open, where it cites one.
        """
        path, table, _, _ = self._place(name)
        values = sorted((dict(one) for one in table.get("values", [])), key=lambda one: one["since"])
        earlier = [one for one in values if one["since"] < since]
        later = [one for one in values if one["since"] > since]
        last = earlier[-1] if earlier else None
        if clause is None and last is not None:
            clause = last.get("clause")
        said = last is not None and (last["value"], last.get("clause")) == (value, clause)
        if said and last is not None and ("until" not in last or last["until"] > since):
            values = earlier + later
        else:
            if last is not None and last.get("until", since) > since:
                del last["until"]
            values = [*earlier, _dated(since, value, clause), *later]
        table["values"] = values
        self._touched.add(path)

    def set_label(self, name: str, label: Words) -> None:
        """What a term is called."""
        path, table, _, _ = self._place(name)
        table["label"] = _pair(label)
        self._touched.add(path)

    def make_practice(self, name: str, reason: Words) -> None:
        """Let a term be what the provider settles itself, for a reason, whatever a clause said before."""
        path, table, _, _ = self._place(name)
        if not self.is_practice(name):
            table["practice"] = True
            for one in table["values"]:
                one.pop("clause", None)
        table["reason"] = _pair(reason)
        self._touched.add(path)

    def make_promise(self, name: str, clause: str) -> None:
        """Let a term that was a practice be set by a clause, all of its values."""
        path, table, _, _ = self._place(name)
        table.pop("practice", None)
        table.pop("reason", None)
        for one in table["values"]:
            one["clause"] = clause
        self._touched.add(path)
        if path == PRACTICES:
            self.remove_term(name)
            self.add_term(name, table)

    def add_term(self, name: str, table: Mapping[str, Any]) -> None:
        """Take up a term that the book has not, in the file that its name says."""
        stem, _, rest = name.partition(".")
        path = f"terms/{stem}.toml"
        folder = self._tables.setdefault(path, {})
        self._touched.add(path)
        *outer, last = rest.split(".")
        for key in outer:
            folder = folder.setdefault(key, {})
        folder[last] = dict(table)

    def remove_term(self, name: str) -> None:
        """Leave a term out of this edition, its former values with it."""
        path, _, folder, key = self._place(name)
        del folder[key]
        self._touched.add(path)

    def move(self, former: date, later: date, base: Manuscript | None) -> None:
        """The edition takes effect on another day: what was written for it moves, what `base` said stays."""
        kept = dict(base.terms()) if base else {}
        for name, table in list(self.terms()):
            stays = {one["since"] for one in kept.get(name, {}).get("values", [])}
            moved = [one for one in table.get("values", []) if one["since"] == former]
            if not moved or former in stays:
                continue
            for one in moved:
                value, clause = one["value"], one.get("clause")
                table["values"].remove(one)
                self.set_value(name, value, since=later, clause=clause)

    def _place(self, name: str) -> tuple[str, Table, Table, str]:
        """The file of a term, its table, and where it hangs."""
        for path, table in self._tables.items():
            if path == PRACTICES or path.startswith("terms/"):
                for found, inner, folder, key in _walk(_stem(path), table):
                    if found == name:
                        return path, inner, folder, key
        raise NoSuchTerm(
            Words(f"Ce livre n’a pas de terme « {name} ».", f"This book has no term “{name}”."), "term"
        )

    # Clauses

    def clauses(self) -> list[Table]:
        """The clauses in the order of the text, read only."""
        return list(self._rows(CLAUSES, "clause"))

    def clause(self, number: str) -> Table:
        """A clause, to be changed in place but for its number. Raises UnknownClause."""
        self._touched.add(CLAUSES)
        for row in self._rows(CLAUSES, "clause"):
            if row["number"] == number:
                return row
        raise UnknownClause(
            Words(f"Ce livre n’a pas de clause {number}.", f"This book has no clause {number}."), "number"
        )

    def add_clause(self, row: Table, *, after: str = "") -> None:
        """A clause more, after another or last. Raises ClauseTaken."""
        self._must_be_free(row["number"])
        rows = self._open(CLAUSES).setdefault("clause", [])
        numbers = [one["number"] for one in rows]
        at = numbers.index(after) + 1 if after in numbers else len(rows)
        rows.insert(at, row)
        articles = self.head().setdefault("articles", [])
        at = articles.index(after) + 1 if after in articles else len(articles)
        articles.insert(at, row["number"])

    def remove_clause(self, number: str) -> None:
        """A clause less. Raises ClauseInUse while something cites it."""
        row = self.clause(number)
        users = sorted(set(self._users(number)))
        if users:
            listed = ", ".join(users[:5])
            raise ClauseInUse(
                Words(
                    f"La clause {number} sert encore\u00a0: {listed}.",
                    f"Clause {number} is still in use: {listed}.",
                ),
                "number",
            )
        self._tables[CLAUSES]["clause"].remove(row)
        articles = self.head().get("articles", [])
        if number in articles:
            articles.remove(number)

    def renumber(self, number: str, new: str) -> None:
        """Another number for a clause, wherever it is cited. Raises ClauseTaken."""
        if new == number:
            return
        self._must_be_free(new)
        row = self.clause(number)
        if row.get("article") == number:
            row["article"] = new
        row["number"] = new
        row.pop("printed", None)
        for path, table in self._tables.items():
            if _recited(table, number, new):
                self._touched.add(path)
        articles = self.head().get("articles", [])
        self.head()["articles"] = [new if one == number else one for one in articles]

    def _must_be_free(self, number: str) -> None:
        if any(row["number"] == number for row in self.clauses()):
            raise ClauseTaken(
                Words(f"Une clause porte déjà le numéro {number}.", f"A clause has number {number} already."),
                "number",
            )

    def _users(self, number: str) -> Iterator[str]:
        """What cites a clause: terms by their label, readings, duties, other clauses."""
        for name, table in self.terms():
            if any(one.get("clause") == number for one in table.get("values", [])):
                yield str(table.get("label", {}).get("fr", name))
        for row in self._rows(READINGS, "interpretation"):
            if number in (row.get("clause"), *row.get("also", [])):
                yield f"« {row['words']['fr']} »"
        for row in self._rows(DUTIES, "duty"):
            if row.get("clause") == number:
                yield str(row["says"]["fr"])
        for row in self.clauses():
            if any(one.get("to") == number for one in row.get("refers_to", [])):
                yield str(row["number"])

    # Readings

    def readings(self) -> list[Table]:
        """How doubtful words are read, read only."""
        return list(self._rows(READINGS, "interpretation"))

    def reading(self, key: str) -> Table:
        """One of them, to be changed in place. Raises NoSuchTerm."""
        self._touched.add(READINGS)
        for row in self._rows(READINGS, "interpretation"):
            if row["key"] == key:
                return row
        raise NoSuchTerm(
            Words(f"Ce livre n’a pas d’interprétation « {key} ».", f"This book has no reading “{key}”."),
            "reading",
        )

    def add_words(self, words: Mapping[str, Any]) -> None:
        """How words of a value are read, for those that the book does not know yet."""
        known = self._open("words.toml").setdefault("words", {})
        for word, pair in words.items():
            known.setdefault(word, dict(pair))

    def forget_findings(self, stale: set[str]) -> None:
        """Leave out the recorded findings of these keys: the text they spoke of has changed."""
        rows = self._rows(FINDINGS, "finding")
        if any(row.get("key") in stale for row in rows):
            self._open(FINDINGS)["finding"] = [row for row in rows if row.get("key") not in stale]

    def _rows(self, path: str, key: str) -> list[Table]:
        rows = self._tables.get(path, {}).get(key, [])
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def _open(self, path: str) -> Table:
        self._touched.add(path)
        return self._tables.setdefault(path, {})


def _stem(path: str) -> str:
    return "" if path == PRACTICES else path.removeprefix("terms/").removesuffix(".toml")


def _walk(prefix: str, table: Table) -> Iterator[tuple[str, Table, Table, str]]:
    """Every term under a table: its name, its table, where it hangs and by what key."""
    for key, inner in table.items():
        if not isinstance(inner, dict):
            continue
        name = f"{prefix}.{key}" if prefix else key
        if _OF_A_TERM & set(inner):
            yield name, inner, table, key
        else:
            yield from _walk(name, inner)


def _dated(since: date, value: Any, clause: str | None) -> Table:
    found: Table = {"since": since, "value": value}
    return found | {"clause": clause} if clause else found


def _pair(words: Words) -> Table:
    return {"fr": words.fr, "en": words.en}


def _recited(inner: Any, number: str, new: str) -> bool:
    """Change every citation of a clause under `inner`; True when there was one."""
    changed = False
    if isinstance(inner, list):
        for one in inner:
            changed = _recited(one, number, new) or changed
    elif isinstance(inner, dict):
        for key, value in inner.items():
            if key in ("clause", "to", "meant") and value == number:
                inner[key] = new
                changed = True
            elif key == "also" and isinstance(value, list) and number in value:
                inner[key] = [new if one == number else one for one in value]
                changed = True
            elif key != "value":
                changed = _recited(value, number, new) or changed
    return changed
