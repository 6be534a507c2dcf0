"""The dates of contracts: last days for a notice and for announcing changes, renewals, ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.agenda.obligations import Asked, Obligation, Side, passed
from clausier.contracts import ladder
from clausier.contracts import queries as contracts
from clausier.contracts.ladder import Rung
from clausier.contracts.models import Contract, ContractTerm
from clausier.foundation import wording
from clausier.foundation.models import Ruling


def terms_of_contracts(asked: Asked) -> Iterator[Obligation]:
    """What the terms of each contract bring: of those kept, then of those that the running ones lead to."""
    if not asked.actor.may("contracts.read"):
        return
    rows = list(_touching(asked))
    for row in rows:
        yield from _of_term(row.contract, ladder.rung_of(row), asked, row)
    for contract in _going_on(asked):
        known = max((row.as_of for row in rows if row.contract_id == contract.pk), default=None)
        for rung in ladder.walk(contract, asked.until):
            if known is None or rung.as_of > known:
                yield from _of_term(contract, rung, asked, None)
    ending = contracts.contracts_visible_to(asked.actor).annotate(last_on=ladder.renewed_until())
    for contract in ending.filter(last_on__range=(asked.since, asked.until)):
        yield _end(contract, asked)


def _touching(asked: Asked) -> Iterator[ContractTerm]:
    """The kept terms one of whose dates may be among the days asked for, of each the latest state."""
    touching = (
        Q(starts_on__range=(asked.since, asked.until))
        | Q(notice_by__range=(asked.since, asked.until))
        | Q(announce_by__range=(asked.since, asked.until))
        | Q(ends_on__range=(asked.since, asked.until))
    )
    found = ladder.terms_visible_to(asked.actor).filter(touching).order_by("contract", "as_of", "pk")
    latest = {(row.contract_id, row.ordinal): row for row in found}
    yield from latest.values()


def _going_on(asked: Asked) -> Iterator[Contract]:
    """The contracts whose running term ends before the last day asked for: others follow it."""
    running = ladder.running_ones(ladder.terms_visible_to(asked.actor)).filter(ends_on__lt=asked.until)
    open_ended = Q(last_on=None) | Q(last_on__gt=asked.since)
    for row in running.annotate(last_on=ladder.renewed_until("contract__")).filter(open_ended):
        yield row.contract


def _of_term(contract: Contract, rung: Rung, asked: Asked, row: ContractTerm | None) -> Iterator[Obligation]:
    if rung.ordinal and _asked(rung.starts_on, asked):
        yield _renewal(contract, rung, asked, row.ruling if row else None)
    last = contract.renewed_until
    if last is not None and last <= rung.ends_on:
        return  # an end was given: there is no notice left to give
    if _asked(rung.notice_by, asked):
        yield _dated(
            "notice",
            "both",
            contract,
            rung.ordinal,
            rung.notice_by,
            asked,
            _("Dernier jour pour recevoir un préavis, terme du %(day)s") % {"day": _day(rung.ends_on)},
            row.ruling if row else None,
        )
    if rung.announce_by and _asked(rung.announce_by, asked):
        yield _dated(
            "announcement",
            "client",
            contract,
            rung.ordinal,
            rung.announce_by,
            asked,
            _("Dernier jour pour annoncer un changement de matériel, terme du %(day)s")
            % {"day": _day(rung.ends_on)},
            row.announce_ruling if row else None,
        )


def _renewal(contract: Contract, rung: Rung, asked: Asked, ruling: Ruling | None) -> Obligation:
    if rung.starts_on <= asked.today:
        says = _("Reconduit jusqu’au %(day)s")
    else:
        says = _("Sera reconduit jusqu’au %(day)s, sans préavis reçu")
    told = says % {"day": _day(rung.ends_on)}
    return _dated("renewal", "both", contract, rung.ordinal, rung.starts_on, asked, told, ruling)


def _end(contract: Contract, asked: Asked) -> Obligation:
    if contract.renewed_until is None:
        raise ValueError("only a contract that ends has an end")
    return _dated("end", "both", contract, 0, contract.renewed_until, asked, _("Fin du contrat"), None)


def _dated(
    kind: str,
    owed_by: Side,
    contract: Contract,
    ordinal: int,
    on: date,
    asked: Asked,
    says: str,
    ruling: Ruling | None,
) -> Obligation:
    return Obligation(
        key=f"{kind}:{contract.pk}:{ordinal}",
        kind=kind,
        owed_by=owed_by,
        client=contract.client,
        contract=contract,
        due_on=on,
        state=passed(on, asked),
        says=says,
        place="contract",
        ident=contract.number,
        book=contract.book.name,
        digest=contract.book.digest,
        clause=clause_of(ruling),
        ruling=ruling.pk if ruling else None,
    )


def clause_of(ruling: Ruling | None) -> str:
    """The first clause that an outcome rests on; "" without one."""
    if ruling is None:
        return ""
    return next((one["clause"] for one in ruling.outcome["because"] if one.get("clause")), "")


def _asked(on: date, asked: Asked) -> bool:
    return asked.since <= on <= asked.until


def _day(on: date) -> str:
    return wording.day(on, get_language() or "fr", year=True, weekday=False)
