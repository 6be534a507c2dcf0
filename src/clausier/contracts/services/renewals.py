"""Tacit renewal: the terms of a contract kept as their days come, with the rulings behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext as _

from clausier.contracts import ladder, queries
from clausier.contracts.errors import OfAnother
from clausier.contracts.ladder import Rung, Terms
from clausier.contracts.models import Contract, ContractTerm
from clausier.foundation import journal, rulings
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.terms.book import Book


@act("contracts.write")
def keep_terms(*, by: Actor, at: datetime, contract: Contract) -> list[ContractTerm]:
    """Keep the terms of `contract` up to the one that runs at `at`; the rows that are new, none when done
    before.

    Each renewal is journaled as of its day, however late it is written down. Where a paper that came in later
    changes days past, all terms are kept anew and say since when. Raises OfAnother.
    """
    held = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("client__agency", "book", "provider")
        .filter(pk=contract.pk, provider=by.provider)
        .first()
    )
    if held is None:
        raise OfAnother(_("Cette fiche n’existe pas chez ce prestataire."))
    before = [ladder.rung_of(row) for row in ladder.kept(held)]
    until = max([at.astimezone(PARIS).date(), *(rung.as_of for rung in before[-1:])])
    told = ladder.walk(held, until)
    walk = ladder.walk_number(held)
    goes_on = bool(before) and told[: len(before)] == before
    new = told[len(before) :] if goes_on else told
    if not new:
        return []
    terms = Terms(held)
    rows = [_keep(held, terms.on(rung.as_of), rung, walk if goes_on else walk + 1, at) for rung in new]
    _write_down(held, rows, goes_on=goes_on, by=by, at=at)
    return rows


def _keep(contract: Contract, book: Book, rung: Rung, walk: int, at: datetime) -> ContractTerm:
    ruled: dict[str, Any] = {
        "provider": contract.provider,
        "book": queries.edition_of(contract, rung.as_of),
        "about": contract,
        "at": at,
        "client_id": contract.client_id,
    }
    outcome = ladder.notice_outcome(contract, book, rung.as_of)
    if outcome is None:
        raise LookupError(rung)
    notice = rulings.keep(outcome, **ruled)
    announcement = ladder.announcement_outcome(book, rung.ends_on)
    return ContractTerm.objects.create(
        provider=contract.provider,
        client=contract.client,
        contract=contract,
        walk=walk,
        ordinal=rung.ordinal,
        as_of=rung.as_of,
        starts_on=rung.starts_on,
        ends_on=rung.ends_on,
        notice_by=rung.notice_by,
        announce_by=rung.announce_by,
        ruling=notice,
        announce_ruling=rulings.keep(announcement, **ruled) if announcement else None,
        kept_at=at,
    )


def _write_down(
    contract: Contract, rows: Sequence[ContractTerm], *, goes_on: bool, by: Actor, at: datetime
) -> None:
    """One entry a renewal, as of its day; one for all where terms are kept for the first time, or anew."""
    if not goes_on:
        data = _said(rows[-1]) | {"terms": rows[-1].ordinal + 1, "anew": rows[0].walk > 1}
        journal.write(by=by, at=at, code="contracts.terms_kept", about=contract, data=data)
        return
    for row in rows:
        if row.as_of == row.starts_on:
            day = datetime.combine(row.starts_on, time(), PARIS)
            journal.write(by=by, at=day, code="contracts.renewed", about=contract, data=_said(row))
        else:
            journal.write(by=by, at=at, code="contracts.term_changed", about=contract, data=_said(row))


def _said(row: ContractTerm) -> dict[str, object]:
    return {
        "ordinal": row.ordinal,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "notice_by": row.notice_by.isoformat(),
        "ruling": row.ruling_id,
    }
