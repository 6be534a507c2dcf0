"""The dates of reversibilities: the day by which all is returned, and the steps of the plans (imri XIV)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from clausier.agenda.obligations import Asked, Obligation, kept
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.reversal_queries import DueReturn


def reversals(asked: Asked) -> Iterator[Obligation]:
    """What reversibilities ask of either party."""
    for one in reversal_queries.due_returns(asked.actor, asked.since, asked.until):
        file = one.reversal
        common: dict[str, Any] = {
            "owed_by": one.party,
            "client": file.client,
            "contract": file.contract,
            "due_on": one.due_on,
            "state": kept(one.done, one.due_on >= asked.today),
            "place": "reversals",
            "ident": file.number,
            "book": file.contract.book.name,
            "digest": file.contract.book.digest,
            "clause": file.clause,
        }
        yield _of_step(one, common) if one.step else _of_return(one, common)


def _of_return(one: DueReturn, common: dict[str, Any]) -> Obligation:
    return Obligation(
        key=f"reversal:{one.reversal.pk}",
        kind="reversal",
        says=_("Restitution achevée, réversibilité %(number)s") % {"number": one.reversal},
        ruling=one.reversal.ruling_id,
        **common,
    )


def _of_step(one: DueReturn, common: dict[str, Any]) -> Obligation:
    if one.step is None:
        raise ValueError("only a step has its own line")
    return Obligation(
        key=f"reversal-step:{one.step.pk}",
        kind="reversal-step",
        says=_("%(step)s, réversibilité %(number)s") % {"step": one.step.title, "number": one.reversal},
        person=one.step.person_id,
        **common,
    )
