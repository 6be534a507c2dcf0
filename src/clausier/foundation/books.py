"""Books of terms, installed: kept in the database under their digest, read back as the kernel's `Book`."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from clausier.foundation import isolation, journal
from clausier.foundation.models import InstalledBook, Provider
from clausier.terms import book as terms_book
from clausier.terms.book import Book


@isolation.everything("a book that the package brings is no provider's")
def install(book: Book, *, at: datetime) -> InstalledBook:
    """Keep a book of the package in the database; the same digest is kept once."""
    installed, made = InstalledBook.objects.get_or_create(
        digest=book.digest,
        defaults={
            "name": book.name,
            "title_fr": book.title.fr,
            "title_en": book.title.en,
            "content": dict(book.files),
            "installed_at": at,
        },
    )
    if made:
        journal.write_for_installation(
            code="foundation.book_installed", at=at, about=installed, data={"digest": book.digest}
        )
    return installed


def publish(book: Book, *, provider: Provider, at: datetime) -> InstalledBook:
    """Keep an edition of `provider`'s own; nobody else reads it."""
    return InstalledBook.objects.create(
        provider=provider,
        digest=book.digest,
        name=book.name,
        title_fr=book.title.fr,
        title_en=book.title.en,
        content=dict(book.files),
        installed_at=at,
    )


def install_shipped(*, at: datetime) -> list[InstalledBook]:
    """Keep every book that the package brings, in its present edition."""
    return [install(terms_book.load(name), at=at) for name in terms_book.shipped_names()]


def newest(name: str) -> InstalledBook:
    """The edition of a book of the package installed last. Raises InstalledBook.DoesNotExist."""
    return InstalledBook.objects.filter(name=name, provider=None).latest("installed_at", "pk")


@lru_cache(maxsize=64)
def _read(digest: str) -> Book:
    return terms_book.from_files(InstalledBook.objects.get(digest=digest).content)


def read(installed: InstalledBook) -> Book:
    """The kernel's book, from the database and not from the files; cached, for it never changes."""
    return _read(installed.digest)
