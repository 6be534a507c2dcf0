"""Reading a provider's own editions, its drafts, and the law as the provider knows it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clausier.editions.errors import UnknownDraft
from clausier.editions.models import BY_MONTH, BookDraft, DraftState, Edition, LawValue
from clausier.foundation import isolation
from clausier.foundation.actors import Actor
from clausier.foundation.models import InstalledBook, Provider
from clausier.terms import book as terms_book
from clausier.terms.book import LAW, Book
from clausier.terms.days import add_months
from clausier.terms.entries import Derogation

# Drafts and editions


def drafts(actor: Actor) -> QuerySet[BookDraft]:
    """The provider's drafts, the latest changed first."""
    found = BookDraft.objects.filter(provider=actor.provider).select_related("base")
    return found.defer("base__content").order_by("-changed_at", "-pk")


def open_drafts(actor: Actor) -> QuerySet[BookDraft]:
    """Those that are still written in."""
    return drafts(actor).filter(state=DraftState.OPEN)


def draft(actor: Actor, pk: int) -> BookDraft:
    """One draft of the provider's. Raises UnknownDraft."""
    found = drafts(actor).filter(pk=pk).first()
    if found is None:
        raise UnknownDraft(_("Ce brouillon n’existe pas chez vous."))
    return found


def editions(actor: Actor) -> QuerySet[Edition]:
    """What the provider published, the latest to take effect first."""
    found = Edition.objects.filter(provider=actor.provider).select_related("book", "former")
    return found.defer("book__content", "former__content").order_by("-effective_on", "-pk")


def edition_on(provider: Provider, on: date) -> Edition | None:
    """The own edition that new contracts pin on the day `on`; None while the provider has none."""
    found = Edition.objects.filter(provider=provider, effective_on__lte=on).select_related("book")
    return found.order_by("-effective_on", "-pk").first()


def starting_points(actor: Actor) -> list[InstalledBook]:
    """What a draft may start from: the provider's present edition, its own ones, and the books shipped."""
    own = [*editions(actor)]
    found = [actor.provider.book, *(one.book for one in own), *_shipped()]
    return list({book.pk: book for book in found}.values())


def _shipped() -> list[InstalledBook]:
    """The newest installed edition of each book that the package brings, the law apart."""
    rows = InstalledBook.objects.filter(provider=None).exclude(name=LAW).defer("content")
    return sorted({row.name: row for row in rows.order_by("installed_at", "pk")}.values(), key=_name)


def _name(book: InstalledBook) -> str:
    return book.name


# The law


def law_values(actor: Actor) -> QuerySet[LawValue]:
    """Every value of law entered at the provider's, the newest entry first."""
    return (
        LawValue.objects.filter(provider=actor.provider)
        .select_related("confirmation")
        .order_by("-entered_at", "-pk")
    )


def under_law(book: Book, provider: Provider) -> Book:
    """`book` with the law as this provider knows it: the package's, and the values two people entered."""
    return book.with_law(law_of(provider)) if provider.law_confirmed else book


def law_of(provider: Provider) -> Book:
    """The law as this provider knows it."""
    return _law(provider.pk, provider.law_confirmed) if provider.law_confirmed else terms_book.load(LAW)


@lru_cache(maxsize=256)
def _law(provider_id: int, law_confirmed: int) -> Book:
    """The law with the values confirmed so far laid over it; `law_confirmed` moves with each confirmation."""
    with isolation.confined(isolation.of_provider(provider_id)):
        rows = LawValue.objects.filter(provider_id=provider_id, confirmation__pk__lte=law_confirmed)
        latest = {
            (row.series, row.since_on): row for row in rows.select_related("confirmation").order_by("pk")
        }
    law = terms_book.load(LAW)
    return law.amended(*(_laid(law, row) for row in latest.values()))


def _laid(law: Book, row: LawValue) -> Derogation:
    """An entry in the kernel's form, citing where it was published and who vouches for it."""
    source = f"{row.reference}, {row.published_on.isoformat()}"
    document = f"{source} ({row.entered_by_name} + {row.confirmation.confirmed_by_name})"
    if row.series in BY_MONTH:
        first = law.timeline(row.series)[-1].since
        return Derogation(row.series, first, {row.period: row.figure}, document)
    return Derogation(row.series, row.since_on, row.figure, document, until=add_months(row.since_on, 6))
