"""Finding rows by words, beginnings of words and identifiers, within an actor's scope.

A model whose rows are found says `searchable = Searchable(…)`: what of a row is sought, in SQL, and which
other tables it is made of. `clausier.search_index` makes triggers of it, which keep one `SearchEntry` for
each row in the very statement that changes the row: nobody can forget to, and nobody waits for a job.

`find` asks the function of the database that reads the entries. It runs with the owner's rights, for an index
of words is not used behind a fence, and keeps to the signed scope by itself: see `docs/isolation.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from clausier.foundation import isolation
from clausier.foundation.actors import Actor

LONGEST: Final = 200
"""Characters of a query that are read; nobody types more."""

LONGEST_WORD: Final = 60
"""Characters of a word that are held."""

MOST_CHUNKS: Final = 12
FEWEST: Final = 3
"""Characters from which a word is looked for by its beginning anywhere."""

SHELF = "$"
"""In a question, the place of the shelf that the database puts before each word."""

WORD, TITLE, INNER, CODE, BACKWARDS = "=", "@", "!", "#", "~"
"""Where words stand in entries: see `clausier.search_index`."""

TEXTS: Final = frozenset({"ticket", "document", "article"})
"""Kinds of many words: of several typed, all but the last are taken for whole while that finds any."""

MARKS: Final = {
    "client": "c",
    "contact": "p",
    "site": "s",
    "contract": "k",
    "account": "a",
    "ticket": "t",
    "document": "d",
    "supplier": "f",
    "article": "b",
    "quote": "q",
}
"""One letter for each kind of entries, with which all of their words begin."""

RECENT: Final = 20_000
"""How many entries of a provider's kind are looked through before the older ones."""

MANY: Final = 5_000
"""How many entries must leave the recent ones at once for the server to be told to count them anew."""

ALWAYS: Final = "'9999-01-01Z'::timestamptz"
"""The instant of what is present, for the order of results: after all that has an end."""


@dataclass(frozen=True, slots=True)
class Follows:
    """A table that entries are made of too: when `columns` of a row change, `objects` get new entries.

    `objects` is SQL for their ids, where `new` is the changed row; `when` narrows the rows that matter. Rows
    only ever changed in place (`inserts=False`) are not looked at when they come.
    """

    table: str
    columns: tuple[str, ...]
    objects: str
    when: str = "true"
    inserts: bool = True


@dataclass(frozen=True, slots=True)
class Searchable:
    """What of a model's rows is sought. Every text is SQL, in which `t` is the row.

    `title` and `words` are prose, `inner` is prose that only the staff may find; `codes` are identifiers,
    found in any spelling; `phones` are E.164. `joined` adds the tables that these read. `at` orders what is
    found, latest first. `columns` are those of the row itself that matter.
    """

    kind: str
    title: str
    columns: tuple[str, ...]
    client: str = "t.client_id"
    words: str = "''"
    inner: str = "''"
    codes: str = "'{}'::text[]"
    phones: str = "'{}'::text[]"
    at: str = ALWAYS
    joined: str = ""
    follows: tuple[Follows, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that answers. `rank`: 0 its identifier, 1 the beginning of one, 2 its title, 3 other words."""

    kind: str
    object_id: int
    rank: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What answers, best first within each kind, and how many do by kind: at least, where in `more`."""

    found: tuple[Found, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    more: frozenset[str] = frozenset()

    def ids(self, kind: str) -> list[int]:
        """The objects of one kind, best first."""
        return [one.object_id for one in self.found if one.kind == kind]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a query, folded, and its French stem ("" for a word too common to tell anything)."""

    text: str
    stem: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was typed between two spaces, and its words."""

    typed: str
    words: tuple[Word, ...]

    @property
    def compact(self) -> str:
        """Its letters and figures, as identifiers are held."""
        return "".join(word.text for word in self.words)


def find(actor: Actor, text: str, kinds: Sequence[str], most: int) -> Finding:
    """The objects of `kinds` in `actor`'s scope that answer `text`, at most `most` of each kind.

    Every word must be found, from its beginning; a complete one also by its stem. Whoever asks still reads
    the objects themselves as `visible_to(actor)`: an entry says where to look, not what may be seen.
    """
    return find_chunks(actor, chunks_of(text), kinds, most)


def find_chunks(actor: Actor, chunks: Sequence[Chunk], kinds: Sequence[str], most: int) -> Finding:
    """As `find`, for what was read of the query already."""
    by_beginnings = [kind for kind in kinds if len(chunks) < 2 or kind not in TEXTS]
    texts = [kind for kind in kinds if kind not in by_beginnings]
    with isolation.confined(actor.scope), connection.cursor() as cursor:
        rows = _found(cursor, actor, chunks, by_beginnings, most)
        if texts:
            rows += _found(cursor, actor, chunks, texts, most, whole=True) or _found(
                cursor, actor, chunks, texts, most
            )
    return Finding(
        tuple(Found(kind, object_id, rank) for kind, object_id, rank, _counted, _is_all in rows),
        {kind: counted for kind, _object_id, _rank, counted, _is_all in rows},
        frozenset(kind for kind, _object_id, _rank, _counted, is_all in rows if not is_all),
    )


def _found(
    cursor: Any, actor: Actor, chunks: Sequence[Chunk], kinds: list[str], most: int, *, whole: bool = False
) -> list[tuple[str, int, int, int, bool]]:
    """What the database answers: kind, object, rank, how many of the kind, and whether these are all."""
    places = (WORD,) if actor.is_client_side else (WORD, INNER)
    asked = [
        _identifier(chunks),
        _beginning(chunks),
        _every(chunks, (), whole=whole),
        _every(chunks, places, whole=whole),
    ]
    if not any(asked) or not kinds:
        return []
    cursor.execute(
        "select kind, object_id, rank, counted, is_all from clausier_find(%s::text[], %s, %s, %s)",
        [[one or None for one in asked], kinds, [MARKS[kind] for kind in kinds], most],
    )
    found: list[tuple[str, int, int, int, bool]] = cursor.fetchall()
    return found


def let_age() -> int:
    """Leave the latest `RECENT` entries of each provider's kinds among the recent; how many are no more.

    Idempotent. In whatever scope it is called: the job runs in everyone's. Where many moved, the server
    counts the entries anew at once, not when its own housekeeping comes by.
    """
    moved = 0
    with connection.cursor() as cursor:
        cursor.execute("select id from foundation_provider")
        for (provider_id,) in cursor.fetchall():
            for kind in MARKS:
                cursor.execute(
                    "update foundation_searchentry set recent = false "
                    "where provider_id = %(provider)s and kind = %(kind)s and recent and (at, object_id) <= ("
                    "select at, object_id from foundation_searchentry "
                    "where provider_id = %(provider)s and kind = %(kind)s and recent "
                    "order by at desc, object_id desc offset %(kept)s limit 1)",
                    {"provider": provider_id, "kind": kind, "kept": RECENT},
                )
                moved += cursor.rowcount
        if moved >= MANY:
            cursor.execute("select clausier_count_entries()")
    return moved


def chunks_of(text: str) -> list[Chunk]:
    """What is sought, read as entries hold it; nothing for a text without a letter or a figure."""
    typed = text.replace("\x00", " ").strip()[:LONGEST].split()
    if not typed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select place, word, clausier_stem(word) "
            "from unnest(%s::text[]) with ordinality given (chunk, place), "
            "unnest(string_to_array(clausier_fold(chunk), ' ')) with ordinality each (word, nth) "
            "order by place, nth",
            [typed],
        )
        rows = cursor.fetchall()
    return [
        Chunk(
            chunk,
            tuple(Word(word[:LONGEST_WORD], stem[:LONGEST_WORD]) for at, word, stem in rows if at == place),
        )
        for place, chunk in enumerate(typed, start=1)
        if any(at == place for at, _word, _stem in rows)
    ][:MOST_CHUNKS]


def lexemes_of(texts: Iterable[str]) -> list[frozenset[str]]:
    """The words of each text with their stems, as entries hold them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select clausier_lexemes(text) from unnest(%s::text[]) with ordinality given (text, place) "
            "order by place",
            [list(texts)],
        )
        return [frozenset(lexemes) for (lexemes,) in cursor.fetchall()]


# The questions, in PostgreSQL's language for them: words are letters and figures alone, and so need no care


def _every(chunks: Sequence[Chunk], places: Sequence[str], *, whole: bool) -> str:
    """Every chunk, in the title or at `places`; with `whole`, but for the last, as whole words. "": none."""
    telling = any(word.stem for chunk in chunks for word in chunk.words)
    asked = (_chunk(chunk, places, telling, whole and chunk is not chunks[-1]) for chunk in chunks)
    return " & ".join(f"({one})" for one in asked if one)


def _chunk(chunk: Chunk, places: Sequence[str], telling: bool, whole: bool) -> str:
    """The chunk as an identifier, or all of its words; those that tell nothing only where no other does."""
    words = [_word(word, places, whole) for word in chunk.words if word.stem or not telling]
    choices = [" & ".join(words)] if words else []
    if _is_code(chunk.typed):
        choices += [_lexeme(CODE, chunk.compact, begins=len(chunk.compact) >= FEWEST)]
    return " | ".join(choices)


def _word(word: Word, places: Sequence[str], whole: bool) -> str:
    choices = []
    if not places or not word.stem or len(word.text) < FEWEST:
        choices.append(_lexeme(TITLE, word.text, begins=not whole))
    for place in places:
        # What is nearly nothing begins too many words: its beginning is looked for in titles alone.
        choices.append(_lexeme(place, word.text, begins=len(word.text) >= FEWEST and not whole))
        if word.stem not in ("", word.text):
            choices.append(_lexeme(place, word.stem))
    return f"({' | '.join(choices)})"


def _identifier(chunks: Sequence[Chunk]) -> str:
    """All that was typed as one identifier, whole, with or without the zeros it begins with."""
    typed, compact = _as_one(chunks)
    if not _is_code(typed) or not compact:
        return ""
    return " | ".join({_lexeme(CODE, compact), _lexeme(CODE, compact.lstrip("0") or compact)})


def _beginning(chunks: Sequence[Chunk]) -> str:
    """All that was typed as the beginning of an identifier, or the end of a telephone number."""
    typed, compact = _as_one(chunks)
    if not _is_code(typed) or len(compact) < FEWEST:
        return ""
    choices = [_lexeme(CODE, compact, begins=True)]
    if compact.startswith("00"):
        choices.append(_lexeme(CODE, compact[2:], begins=True))
    if compact.isdecimal() and len(compact) > FEWEST:
        choices.append(_lexeme(BACKWARDS, compact[::-1], begins=True))
    return " | ".join(choices)


def _as_one(chunks: Sequence[Chunk]) -> tuple[str, str]:
    """All that was typed without its spaces, and its letters and figures; (0) is not dialled."""
    typed = "".join(chunk.typed for chunk in chunks)
    compact = "".join(chunk.compact for chunk in chunks)
    if "(0)" in typed:
        before, after = typed.split("(0)", 1)
        compact = "".join(filter(str.isalnum, before + after)).lower()
    return typed, compact[:LONGEST_WORD]


def _is_code(typed: str) -> bool:
    return "@" in typed or any(letter.isdecimal() for letter in typed)


def _lexeme(place: str, word: str, *, begins: bool = False) -> str:
    return f"'{SHELF}{place}{word}'" + (":*" if begins else "")
