"""What the files hold besides the terms (articles, references, words…), in the shape it is read in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clausier.terms.book import Book
from clausier.terms.lints.reading import last_value, number, table
from clausier.terms.outcome import Words
from clausier.terms.remarks import CLAUSES, DUTIES, FINDINGS, HEAD, Remark, clause_place

Shape = tuple[Callable[[Any], bool], Words]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, tuple) and all(test(item) for item in value)


def _is_reference(value: Any) -> bool:
    return _is_text(table(value).get("to")) != _is_text(table(value).get("law"))


def _are_words(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        set(table(pair)) == {"fr", "en"} and all(_is_text(text) for text in pair.values())
        for pair in value.values()
    )


def _is_rate(value: Any) -> bool:
    return set(table(value)) == {"times_legal", "plus_points"} and all(
        number(part) is not None for part in value.values()
    )


def _one_of(*words: str) -> Shape:
    listed = ", ".join(words)
    return (lambda value: value in words, Words(f"l’un de\u00a0: {listed}", f"one of: {listed}"))


SIDES = _one_of("client", "provider", "both")
KINDS = _one_of("duty", "right")
MOMENTS = _one_of("always", "before-work", "on-change", "on-default", "on-ending", "on-order", "on-event")
TEXT: Shape = (_is_text, Words("un texte", "a text"))
TEXTS: Shape = (_are(_is_text), Words('une liste de textes, ["…", "…"]', 'a list of texts, ["…", "…"]'))
TABLE: Shape = (lambda value: isinstance(value, Mapping), Words("un tableau", "a table"))
NUMBER: Shape = (lambda value: number(value) is not None, Words("un nombre", "a number"))
REFERENCES: Shape = (
    _are(_is_reference),
    Words(
        '[{ to = "…" }] dans le texte, [{ law = "…" }] ailleurs',
        '[{ to = "…" }] inside, [{ law = "…" }] outside',
    ),
)
WORDS: Shape = (_are_words, Words('mot = { fr = "…", en = "…" }', 'word = { fr = "…", en = "…" }'))
RATE: Shape = (
    _is_rate,
    Words("{ times_legal = 1, plus_points = 5 }", "{ times_legal = 1, plus_points = 5 }"),
)

CLAUSE_KEYS: Mapping[str, Shape] = {"printed": TEXT, "defines": TEXTS, "uses": TEXTS, "refers_to": REFERENCES}
HEAD_KEYS: Mapping[str, Shape] = {"articles": TEXTS, "provider": TABLE}
# Terms that lints and rules compute with, whose value must have one shape.
TERM_VALUES: Mapping[str, Shape] = {"late-interest.rate": RATE, "late-interest.recovery-indemnity": NUMBER}


def shapes(book: Book) -> Iterator[Remark]:
    """A key of the files whose value cannot be read for what it is."""
    for file, place, key, value, (fits, right) in _shaped(book):
        if not fits(value):
            yield Remark(
                "shape",
                "fault",
                file,
                place,
                Words(f"« {key} » ne convient pas", f"`{key}` is wrong"),
                right,
            )


def _shaped(book: Book) -> Iterator[tuple[str, str, str, Any, Shape]]:
    yield from (
        (HEAD, key, key, book.head[key], shape) for key, shape in HEAD_KEYS.items() if key in book.head
    )
    if "siren" in (provider := table(book.head.get("provider"))):
        yield HEAD, "provider.siren", "siren", provider["siren"], TEXT
    for clause in book.clauses.values():
        place = clause_place(clause.number)
        for key, shape in CLAUSE_KEYS.items():
            if key in clause.extra:
                yield CLAUSES, place, key, clause.extra[key], shape
        if clause.by is not None:
            yield CLAUSES, place, "by", clause.by, SIDES
    for duty in book.duties:
        place = str(duty.extra.get("key", duty.says.fr))
        yield DUTIES, place, "key", duty.extra.get("key"), TEXT
        yield DUTIES, place, "kind", duty.extra.get("kind"), KINDS
        yield DUTIES, place, "by", duty.by, SIDES
        yield DUTIES, place, "when", duty.when, MOMENTS
        if "subject" in duty.extra:
            yield DUTIES, place, "subject", duty.extra["subject"], TEXT
    for finding in book.findings:
        if "lint" in finding.extra:
            yield FINDINGS, finding.key, "lint", finding.extra["lint"], TEXT
    if "words.toml" in book.parsed:
        yield "words.toml", "words", "words", book.parsed["words.toml"].get("words"), WORDS
    for name, shape in TERM_VALUES.items():
        reading = last_value(book, name)
        if reading is not None and name in book.terms:
            yield book.terms[name].file, name, "value", reading.value, shape
