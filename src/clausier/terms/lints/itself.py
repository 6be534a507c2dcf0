"""The book against itself: citations, dates, articles, references, words, and articles that contradict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from clausier.terms.book import Book, timeline_faults
from clausier.terms.entries import Clause, Duty, Reading
from clausier.terms.lints.reading import about_of, last_value, references, table, tables, texts
from clausier.terms.outcome import Words
from clausier.terms.phrases import in_months, say
from clausier.terms.remarks import CLAUSES, DUTIES, FINDINGS, HEAD, Remark, clause_place


def unknown_clauses(book: Book) -> Iterator[Remark]:
    """A term, reading, duty or finding that cites a clause the book does not have."""
    for file, place, cited in _citations(book):
        if cited not in book.clauses:
            yield Remark(
                "unknown-clause",
                "fault",
                file,
                place,
                Words(f"la clause « {cited} » n’existe pas", f"there is no clause “{cited}”"),
                Words("une clause de clauses.toml", "a clause of clauses.toml"),
            )


def _citations(book: Book) -> Iterator[tuple[str, str, str]]:
    for term in book.terms.values():
        for value in term.values:
            if value.clause is not None:
                yield term.file, f"{term.name}, since = {value.since.isoformat()}", value.clause
    for row in tables(table(book.parsed.get("interpretations.toml")).get("interpretation")):
        for cited in (row.get("clause"), *texts(row.get("also"))):
            if isinstance(cited, str):
                yield "interpretations.toml", str(row.get("key")), cited
    for duty in book.duties:
        yield DUTIES, str(duty.extra.get("key", duty.says.fr)), duty.clause
    for finding in book.findings:
        if finding.clause is not None:
            yield FINDINGS, finding.key, finding.clause


def timelines(book: Book) -> Iterator[Remark]:
    """Dated values that overlap or leave a gap between two of them."""
    for fault in timeline_faults(book):
        yield Remark("timeline", "fault", fault.file, fault.place, fault.says, fault.would_be_right)


def articles(book: Book) -> Iterator[Remark]:
    """An article of the text that no clause tells, or a clause outside the text's list of articles."""
    listed = texts(book.head.get("articles"))
    if not listed:
        yield Remark(
            "articles",
            "fault",
            HEAD,
            "articles",
            Words("la liste des articles du texte manque", "the list of the text’s articles is missing"),
            Words('articles = ["1", "2", …], dans l’ordre du texte', 'articles = ["1", "2", …], in order'),
        )
        return
    for number in listed:
        if number not in book.clauses:
            yield Remark(
                "articles",
                "fault",
                CLAUSES,
                clause_place(number),
                Words(f"l’article {number} du texte manque", f"article {number} of the text is missing"),
                Words("une [[clause]] qui le résume", "a [[clause]] that sums it up"),
            )
    for number in book.clauses:
        if number not in listed:
            yield Remark(
                "articles",
                "fault",
                HEAD,
                "articles",
                Words(
                    f"la clause {number} n’est pas un article du texte",
                    f"clause {number} is no article of the text",
                ),
                Words(
                    f"« {number} » dans articles, ou la clause retirée",
                    f"“{number}” in articles, or the clause removed",
                ),
                clause=number,
            )


def same_numbers(book: Book) -> Iterator[Remark]:
    """Two articles that bear the same number in print."""
    printed: dict[str, Clause] = {}
    for clause in book.clauses.values():
        number = str(clause.extra.get("printed", clause.number))
        first = printed.setdefault(number, clause)
        if first is not clause:
            yield Remark(
                "same-number",
                "reference",
                CLAUSES,
                clause_place(clause.number),
                Words(f"deux articles portent le numéro {number}", f"two articles bear the number {number}"),
                Words(
                    f"un numéro propre à « {clause.title.fr} »",
                    f"a number of its own for “{clause.title.en}”",
                ),
                clause=clause.number,
            )


def internal_references(book: Book) -> Iterator[Remark]:
    """A reference to an article that does not exist, or to another one than was plainly meant."""
    for clause, reference in references(book, "to"):
        to, meant = str(reference["to"]), reference.get("meant")
        about = about_of(reference)
        if not _exists(book, to):
            says = Words(
                f"renvoi à l’article {to}, qui n’existe pas{about.fr}",
                f"points to article {to}, which does not exist{about.en}",
            )
        elif meant is not None and meant != to:
            says = Words(f"renvoi à l’article {to}{about.fr}", f"points to article {to}{about.en}")
        else:
            continue
        right = (
            Words(f"l’article {meant}", f"article {meant}")
            if meant
            else Words("un article du texte", "an article of the text")
        )
        yield Remark(
            "internal-reference",
            "reference",
            CLAUSES,
            clause_place(clause.number),
            says,
            right,
            clause=clause.number,
            subject=to,
        )


def _exists(book: Book, number: str) -> bool:
    """True of a clause, and of an article that only holds numbered parts ("7.1", "VI")."""
    return any(
        number in (clause.number, clause.article) or clause.number.startswith(f"{number}.")
        for clause in book.clauses.values()
    )


def undefined_words(book: Book) -> Iterator[Remark]:
    """A term of art that the text uses and no article defines; told once, at its first use."""
    defined = {word for clause in book.clauses.values() for word in texts(clause.extra.get("defines"))}
    told: set[str] = set()
    for clause in book.clauses.values():
        for word in texts(clause.extra.get("uses")):
            if word in defined or word in told:
                continue
            told.add(word)
            yield Remark(
                "undefined-word",
                "wording",
                CLAUSES,
                clause_place(clause.number),
                Words(f"« {word} » est employé sans être défini", f"“{word}” is used but not defined"),
                Words("une définition du mot", "a definition of the word"),
                clause=clause.number,
                subject=word,
            )


def both_sides(book: Book) -> Iterator[Remark]:
    """The same duty laid on the client by one article and on the provider by another."""
    by_subject: dict[str, list[Duty]] = defaultdict(list)
    for duty in book.duties:
        if "subject" in duty.extra:
            by_subject[str(duty.extra["subject"])].append(duty)
    for duties in by_subject.values():
        sides = {duty.by for duty in duties}
        if not {"client", "provider"} <= sides:
            continue
        numbers = list(dict.fromkeys(duty.clause for duty in duties))
        yield Remark(
            "both-sides",
            "wording",
            DUTIES,
            clause_place(numbers[0]),
            Words(
                f"la même tâche revient au client et au prestataire : articles {', '.join(numbers)}",
                f"the same task falls to the client and the provider: articles {', '.join(numbers)}",
            ),
            Words("un seul responsable", "one side in charge"),
            clause=numbers[0],
            details=tuple(Words(f"{d.clause} : {d.says.fr}", f"{d.clause}: {d.says.en}") for d in duties),
        )


def same_ground(book: Book) -> Iterator[Remark]:
    """One ground that ends the contract after different notices, according to the article."""
    by_ground: dict[str, list[Reading]] = defaultdict(list)
    for name in book.names("termination.grounds."):
        reading = last_value(book, name)
        if reading is not None and "ground" in table(reading.value):
            by_ground[str(reading.value["ground"])].append(reading)
    for readings in by_ground.values():
        notices = {reading.value.get("notice_days") for reading in readings}
        if len(notices) < 2:
            continue
        told = [(reading.clause, reading.value.get("notice_days")) for reading in readings]
        yield Remark(
            "same-ground",
            "wording",
            book.terms[readings[0].term].file,
            readings[0].term,
            Words(
                "même motif de résiliation, préavis différents : "
                + ", ".join(f"{days} j à l’article {clause}" for clause, days in told),
                "same ground for ending, different notices: "
                + ", ".join(f"{days} d in article {clause}" for clause, days in told),
            ),
            Words("un seul préavis par motif", "one notice for each ground"),
            clause=readings[0].clause,
        )


def reversibility_before_term(book: Book) -> Iterator[Remark]:
    """Data given back within a delay that runs from a notice sent long before the contract ends."""
    within = last_value(book, "reversibility.within")
    if within is None or not isinstance(within.value, int):
        return
    for name in book.names("contract.duration."):
        spell = last_value(book, name)
        notice = table(spell.value).get("notice") if spell is not None else None
        if isinstance(notice, int) and notice > within.value:
            yield Remark(
                "reversibility-before-term",
                "wording",
                book.terms[within.term].file,
                within.term,
                say(
                    "restitution {within} après la lettre, préavis de {notice} : elle finit avant l’échéance",
                    "data returned {within} after the letter, notice of {notice}: over before the term",
                    within=in_months(within.value),
                    notice=in_months(notice),
                ),
                Words("un délai compté de l’échéance", "a delay counted from the term"),
                clause=within.clause,
            )
            return


def untold_languages(book: Book) -> Iterator[Remark]:
    """A sentence inside a value that is not there in both languages."""
    for term in book.terms.values():
        for value in term.values:
            for path in _half_told(value.value):
                yield Remark(
                    "languages",
                    "fault",
                    term.file,
                    f"{term.name}, since = {value.since.isoformat()}{path}",
                    Words(
                        "il faut la phrase dans les deux langues", "the sentence is needed in both languages"
                    ),
                    Words('{ fr = "…", en = "…" }', '{ fr = "…", en = "…" }'),
                )


def _half_told(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        spoken = {"fr", "en"} & set(value)
        texts = [value.get(language) for language in ("fr", "en")]
        if spoken and not all(isinstance(text, str) and text.strip() for text in texts):
            yield path
        for key, inner in value.items():
            yield from _half_told(inner, f"{path}, {key}")
    elif isinstance(value, tuple):
        for n, inner in enumerate(value):
            yield from _half_told(inner, f"{path}[{n}]")
