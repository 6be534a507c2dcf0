"""Numbers of tickets, contracts, clients, documents. Invoices will have their own, without gaps."""

from __future__ import annotations

from django.db import connection

from clausier.foundation.models import Counter, Provider


def next_number(provider: Provider, series: str, *, start: int = 1) -> int:
    """The next number of `series`; one statement, so two acts never get the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into foundation_counter (provider_id, series, last) values (%s, %s, %s)
            on conflict (provider_id, series) do update set last = foundation_counter.last + 1
            returning last
            """,
            [provider.pk, series, start],
        )
        return int(cursor.fetchone()[0])


def start_at(provider: Provider, series: str, first: int) -> None:
    """Have `series`, in which no number was given yet, begin at `first`."""
    Counter.objects.update_or_create(provider=provider, series=series, defaults={"last": first - 1})
