"""`clausier book`: list the books of terms, read one, see what becomes of each article, check it.

No database and no Django: the shipped books by their name, a provider's own by its folder.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from clausier.terms import book as books
from clausier.terms.book import Book, Reading
from clausier.terms.check import Checked, Remark, check_files
from clausier.terms.coverage import (
    STATES,
    ArticleLine,
    Asked,
    Reader,
    TermLine,
    coverage,
    interpretations_of,
    unattached,
)
from clausier.terms.entries import Clause
from clausier.terms.errors import TermsError
from clausier.terms.outcome import Words, plain
from clausier.terms.phrases import full_day, say
from clausier.terms.telling import told

CLEAN, FOUND, UNUSABLE = 0, 1, 2

SEVERITIES = {
    "fault": Words("faute", "fault"),
    "legal": Words("loi", "law"),
    "reference": Words("renvoi", "reference"),
    "wording": Words("rédaction", "wording"),
}
MUST = {
    "client": Words("le client doit", "the client must"),
    "provider": Words("le prestataire doit", "the provider must"),
    "both": Words("les deux doivent", "both must"),
}
MAY = {
    "client": Words("le client peut", "the client may"),
    "provider": Words("le prestataire peut", "the provider may"),
    "both": Words("les deux peuvent", "both may"),
}
# What reads terms as rules do without being asked as one: a ticket's promise, and the check of a book.
OTHERS: tuple[Asked, ...] = (
    Reader("promise", ("promise.*",), ("target.*", "hours.*", "holidays.*")),
    Reader("check", ("references.*", "late-payment.recovery-indemnity", "termination.grounds.*")),
)
NO_RULE = Words("aucune règle ne le lit encore", "no rule reads it yet")
AS_TERM = Words("noté comme terme", "recorded as a term")
AS_DUTY, AS_RIGHT = (
    Words("noté comme devoir", "recorded as a duty"),
    Words("noté comme droit", "recorded as a right"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The four acts on books, each with its language and JSON."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=("fr", "en"), default="fr", help="langue de la réponse")
    shared.add_argument("--json", action="store_true", help="répondre en JSON")
    acts = parser.add_subparsers(dest="act", metavar="ACTE", required=True)
    acts.add_parser("list", parents=[shared], help="les livres livrés")
    show = acts.add_parser("show", parents=[shared], help="lire un livre, ou une de ses clauses")
    show.add_argument("name", help="un livre (imri/2013) ou un dossier")
    show.add_argument("--clause", help="une seule clause, par son numéro")
    cover = acts.add_parser("coverage", parents=[shared], help="ce que devient chaque article du texte")
    cover.add_argument("name", help="un livre (imri/2013) ou un dossier")
    check = acts.add_parser(
        "check",
        parents=[shared],
        help="contrôler un livre face à la loi et à lui-même",
        description="Sort en 0 si rien n’est à reprendre, 1 s’il reste une faute, un écart à la loi ou un "
        "renvoi faux (les remarques de rédaction n’y suffisent pas), 2 si le livre ne se lit pas.",
    )
    check.add_argument("name", help="un livre (imri/2013) ou un dossier")


def run(args: argparse.Namespace) -> int:
    """The exit status: 0 clean, 1 something found, 2 no book to read."""
    acts: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": list_books,
        "show": show_book,
        "coverage": show_coverage,
        "check": check_book,
    }
    try:
        return acts[args.act](args)
    except TermsError as error:
        print(error.message.to(args.lang), file=sys.stderr)
        return UNUSABLE


def list_books(args: argparse.Namespace) -> int:
    """Each shipped book: name, title, since when it applies."""
    shipped = [books.load(name) for name in books.shipped_names()]
    if args.json:
        return _print_json([_head_as_json(book) for book in shipped])
    width = max(len(book.name) for book in shipped)
    for book in shipped:
        print(
            f"{book.name:{width}}  {book.title.to(args.lang)}  ({full_day(book.applies_from).to(args.lang)})"
        )
    return CLEAN


def show_book(args: argparse.Namespace) -> int:
    """A book's clauses, or one clause with all that rests on it."""
    book = _book(args.name)
    if args.clause is None:
        return _show_whole(book, args)
    clause = book.clauses.get(args.clause)
    if clause is None:
        numbers = ", ".join(book.clauses)
        raise TermsError(
            say(
                "Le livre {book} n’a pas de clause « {clause} ». Ses clauses\u00a0: {numbers}.",
                "The book {book} has no clause “{clause}”. Its clauses: {numbers}.",
                book=book.name,
                clause=args.clause,
                numbers=numbers,
            ),
            "clause",
        )
    if args.json:
        return _print_json(_clause_as_json(book, clause))
    _print_lines(_clause_lines(book, clause, args.lang))
    return CLEAN


def show_coverage(args: argparse.Namespace) -> int:
    """Each article with its terms and the rules that read them; 1 when one is missing or bears nothing."""
    from clausier.terms.rules import RULES  # only here: the rules take a while to import

    book = _book(args.name)
    readers: tuple[Asked, ...] = (*RULES.values(), *OTHERS)
    articles = coverage(book, readers)
    loose = unattached(book, readers)
    gaps = [article for article in articles if article.is_gap]
    if args.json:
        _print_json(
            {
                "book": book.name,
                "articles": [article.as_json() for article in articles],
                "practices": [line.as_json() for line in loose],
                "gaps": [article.number for article in gaps],
            }
        )
    else:
        for article in articles:
            _print_lines(_article_lines(book, article, args.lang))
        _print_lines(_practice_lines(book, loose, args.lang))
        _print_lines([_coverage_sum(articles, gaps).to(args.lang)])
    return FOUND if gaps or not articles else CLEAN


def check_book(args: argparse.Namespace) -> int:
    """Every fault and flaw at once."""
    checked = check_files(_files(args.name))
    if args.json:
        _print_json({"book": args.name, "remarks": [remark.as_json() for remark in checked.remarks]})
    else:
        for remark in checked.remarks:
            _print_lines(_remark_lines(remark, args.lang))
        _print_lines([_check_sum(checked).to(args.lang)])
    if checked.book is None:
        return UNUSABLE
    return FOUND if checked.errors else CLEAN


# Where a book comes from -----------------------------------------------------------------------------


def _files(name: str) -> dict[str, str]:
    """The files of a folder, or of a shipped book. Raises `TermsError` when there is neither."""
    folder = Path(name)
    shipped = books.SHIPPED / name
    if name in books.shipped_names():
        return books.files_of(shipped)
    if not folder.is_dir():
        known = ", ".join(books.shipped_names())
        raise TermsError(
            say(
                "« {name} » n’est ni un dossier ni un livre livré ({known}).",
                "“{name}” is neither a folder nor a shipped book ({known}).",
                name=name,
                known=known,
            ),
            "name",
        )
    try:
        return books.files_of(folder)
    except (OSError, UnicodeDecodeError) as error:
        raise TermsError(
            say(
                "« {name} » ne se lit pas\u00a0: {error}",
                "“{name}” does not read: {error}",
                name=name,
                error=str(error),
            ),
            "name",
        ) from error


def _book(name: str) -> Book:
    if name in books.shipped_names():
        return books.load(name)
    return books.from_files(_files(name))


# Printing --------------------------------------------------------------------------------------------


def _print_json(value: Any) -> int:
    print(json.dumps(value, ensure_ascii=False, indent=2))
    return CLEAN


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _head_as_json(book: Book) -> dict[str, Any]:
    return {
        "name": book.name,
        "edition": book.edition,
        "title": list(book.title),
        "applies_from": book.applies_from.isoformat(),
        "digest": book.digest,
        "clauses": len(book.clauses),
        "terms": len(book.terms),
    }


def _show_whole(book: Book, args: argparse.Namespace) -> int:
    if args.json:
        clauses = [_clause_as_json(book, clause) for clause in book.clauses.values()]
        return _print_json({**_head_as_json(book), "clauses": clauses})
    print(book.title.to(args.lang))
    print(
        say(
            "{name}, en vigueur depuis le {since}, empreinte {digest}",
            "{name}, in force since {since}, digest {digest}",
            name=book.name,
            since=full_day(book.applies_from),
            digest=book.digest[:12],
        ).to(args.lang)
    )
    for clause in book.clauses.values():
        print(f"\n{clause.number}  {clause.title.to(args.lang)}")
        print(f"    {clause.gist.to(args.lang)}")
    return CLEAN


def _readings(book: Book, number: str) -> Iterator[Reading]:
    """Every dated value that cites the clause, through time."""
    for name in book.names():
        yield from (reading for reading in book.timeline(name) if reading.clause == number)


def _clause_as_json(book: Book, clause: Clause) -> dict[str, Any]:
    return {
        "number": clause.number,
        "title": list(clause.title),
        "gist": list(clause.gist),
        "bears": clause.bears,
        "by": clause.by,
        "terms": [
            {
                "term": reading.term,
                "label": list(reading.label),
                "unit": reading.unit,
                "since": reading.since.isoformat(),
                "until": reading.until.isoformat() if reading.until else None,
                "value": plain(reading.value),
                "told": list(told(book, reading)),
            }
            for reading in _readings(book, clause.number)
        ],
        "duties": [
            {
                "kind": duty.extra.get("kind", "duty"),
                "by": duty.by,
                "when": duty.when,
                "says": list(duty.says),
            }
            for duty in book.duties
            if duty.clause == clause.number
        ],
        "interpretations": [
            {"key": i.key, "words": list(i.words), "reading": list(i.reading), "reason": list(i.reason)}
            for i in interpretations_of(book, clause.number)
        ],
        "findings": [
            {"key": f.key, "severity": f.severity, "says": list(f.says)}
            for f in book.findings
            if f.clause == clause.number
        ],
    }


def _clause_lines(book: Book, clause: Clause, lang: str) -> Iterator[str]:
    yield f"{clause.number}  {clause.title.to(lang)}"
    yield f"    {clause.gist.to(lang)}"
    yield from _titled(Words("Termes", "Terms"), lang, _term_lines(book, clause.number, lang))
    yield from _titled(
        Words("Devoirs et droits", "Duties and rights"), lang, _duty_lines(book, clause.number, lang)
    )
    for reading in interpretations_of(book, clause.number):
        words = f"«\u00a0{reading.words.fr}\u00a0»" if lang == "fr" else f"“{reading.words.en}”"
        lines = [words, reading.reading.to(lang), reading.reason.to(lang)]
        yield from _titled(Words("Lecture", "Reading"), lang, lines)
    findings = [finding.says.to(lang) for finding in book.findings if finding.clause == clause.number]
    yield from _titled(Words("Constats", "Findings"), lang, findings)


def _titled(title: Words, lang: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines under their title; nothing at all when there is no line."""
    for n, line in enumerate(lines):
        if n == 0:
            yield f"\n  {title.to(lang)}"
        yield f"    {line}"


def _term_lines(book: Book, number: str, lang: str) -> Iterator[str]:
    for reading in _readings(book, number):
        since = full_day(reading.since).to(lang)
        yield f"{_colon(reading.label.to(lang), lang)} {told(book, reading).to(lang)}"
        yield f"    {reading.term}, " + (f"depuis le {since}" if lang == "fr" else f"since {since}")


def _duty_lines(book: Book, number: str, lang: str) -> Iterator[str]:
    for duty in book.duties:
        if duty.clause == number:
            acts = (MAY if duty.extra.get("kind") == "right" else MUST).get(duty.by, Words(duty.by, duty.by))
            yield f"{_colon(acts.to(lang), lang)} {duty.says.to(lang)}"


def _colon(text: str, lang: str) -> str:
    return f"{text}\u00a0:" if lang == "fr" else f"{text}:"


def _article_lines(book: Book, article: ArticleLine, lang: str) -> Iterator[str]:
    title = f"  {article.title.to(lang)}" if article.title else ""
    yield f"{article.number}{title}"
    if article.state != "recorded":
        yield f"    {STATES[article.state].to(lang)}"
    yield from _read_lines(book, article.terms, lang)
    for marked, duties in ((AS_DUTY, article.duties), (AS_RIGHT, article.rights)):
        for duty in duties:
            yield f"    {_colon(marked.to(lang), lang)} {duty.says.to(lang)}"


def _read_lines(book: Book, lines: Sequence[TermLine], lang: str) -> Iterator[str]:
    for line in lines:
        reading = line.reading
        yield f"    {_colon(reading.label.to(lang), lang)} {told(book, reading).to(lang)}"
        rules = ", ".join(line.rules) or (NO_RULE if _is_figure(reading.value) else AS_TERM).to(lang)
        yield f"        {reading.term} → {rules}"


def _is_figure(value: Any) -> bool:
    """True of a number, or of a table that holds one: what a rule could compute with."""
    if isinstance(value, Mapping):
        return any(_is_figure(inner) for inner in value.values())
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _practice_lines(book: Book, loose: Sequence[TermLine], lang: str) -> Iterator[str]:
    if loose:
        yield Words(
            "Pratiques du prestataire, hors du texte", "The provider’s practices, outside the text"
        ).to(lang)
        yield from _read_lines(book, loose, lang)


def _coverage_sum(articles: Sequence[ArticleLine], gaps: Sequence[ArticleLine]) -> Words:
    if not articles:
        return Words(
            "Le livre ne dit pas quels articles le texte compte (articles, dans book.toml).",
            "The book does not say which articles the text has (articles, in book.toml).",
        )
    if not gaps:
        return Words(
            f"Complet\u00a0: {len(articles)} articles, tous couverts.",
            f"Complete: {len(articles)} articles, all covered.",
        )
    numbers = ", ".join(gap.number for gap in gaps)
    return Words(
        f"Incomplet\u00a0: {len(gaps)} articles sur {len(articles)} à reprendre ({numbers}).",
        f"Incomplete: {len(gaps)} of {len(articles)} articles to mend ({numbers}).",
    )


def _remark_lines(remark: Remark, lang: str) -> Iterator[str]:
    yield f"{remark.file}, {remark.place}  [{SEVERITIES[remark.severity].to(lang)}, {remark.lint}]"
    yield f"    {remark.says.to(lang)}"
    for detail in remark.details:
        yield f"      {detail.to(lang)}"
    yield f"    → {remark.would_be_right.to(lang)}"


def _check_sum(checked: Checked) -> Words:
    errors, all_of_them = len(checked.errors), len(checked.remarks)
    if not all_of_them:
        return Words("Rien à reprendre.", "Nothing to mend.")
    return Words(
        f"À reprendre\u00a0: {errors}. Remarques de rédaction\u00a0: {all_of_them - errors}.",
        f"To mend: {errors}. Remarks on the wording: {all_of_them - errors}.",
    )
