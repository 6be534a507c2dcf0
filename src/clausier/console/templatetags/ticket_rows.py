"""The list of tickets: its rows are drawn without a template, for a page has fifty; what stands around them
is the same for many pages and drawn once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clausier.console.teamwork.forms import BulkForm
from clausier.console.teamwork.offers import Offers
from clausier.console.tickets.listing import ANY, KEPT, PROMISES, STATES, Choices, Filters, Row
from clausier.contracts.models import EquipmentClass
from clausier.desk.models import Step, Ticket
from clausier.desk.states import TicketState
from clausier.pages.templatetags.parts import avatar_in, compact_clock, icon, state_in
from clausier.pages.templatetags.words import instant_in, language

register = template.Library()

STEP_ICONS = {Step.ONSITE.value: "car", Step.REMOTE.value: "monitor-dot"}


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in many rows, in one language, ready to stand in a page."""

    language: str
    choose: str  # of the number
    closed: str
    target: str
    unpromised: str
    priority: str  # of the level
    to_take: str
    nobody: str
    states: dict[str, str]


@lru_cache(maxsize=2)
def _words(language: str) -> Words:
    """The words in the language that is spoken."""
    return Words(
        language=language,
        choose=_("Choisir le ticket %(number)s"),
        closed=_("Clos"),
        target=_("objectif"),
        unpromised=_("Sans promesse"),
        priority=_("priorité %(level)s"),
        to_take=_("à prendre"),
        nobody=_("personne d’affecté"),
        states={state.value: str(state.label) for state in TicketState},
    )


@register.simple_tag
def ticket_filters(filters: Filters, choices: Choices, slug: str) -> SafeString:
    """The form that narrows the list."""
    return _filters(language(), filters, choices, slug)


@lru_cache(maxsize=256)
def _filters(language: str, filters: Filters, choices: Choices, slug: str) -> SafeString:
    facts = {
        "filters": filters,
        "slug": slug,
        "states": STATES,
        "promises": [("", _("toutes")), *PROMISES, *KEPT, (ANY, _("avec promesse"))],
        "assignees": [("", _("tous")), ("me", _("moi")), ("nobody", _("personne")), *choices.team],
        "agencies": [("", _("toutes")), *choices.agencies],
        "classes": [("", _("toutes")), *EquipmentClass.choices],
        "tag_choices": [("", _("toutes")), *choices.tags] if choices.tags else [],
    }
    return render_to_string("console/tickets/filters.html", facts)


@register.simple_tag
def bulk_acts(offers: Offers) -> SafeString:
    """What can be done to the tickets that are ticked."""
    return _bulk_acts(language(), offers)


@lru_cache(maxsize=256)
def _bulk_acts(language: str, offers: Offers) -> SafeString:
    facts = {"offers": offers, "form": BulkForm(team=offers.team)}
    return render_to_string("console/teamwork/bulk_acts.html", facts)


@register.simple_tag
def ticket_rows(rows: Sequence[Row], slug: str, pick: bool) -> SafeString:
    """Tickets of the list; `pick`: with the box that chooses one for the acts on several."""
    words = _words(language())
    return SafeString("".join(_row(row, slug, bool(pick), words) for row in rows))


def _row(row: Row, slug: str, pick: bool, words: Words) -> str:
    ticket = row.ticket
    choice = _choice(ticket, words) if pick else ""
    level = words.priority % {"level": ticket.priority}
    return (
        f'<li class="promise-row" data-row>{choice}{_promise(row, words)}'
        f'<div class="what"><a class="over title" href="{_url(slug, ticket.number)}">'
        f"{escape(ticket.title)}</a>"
        f'<span class="second pair"><span>{ticket} · {escape(ticket.client.name)}</span>'
        f"<span>{level}</span></span>{_tags(row)}</div>"
        f'<span class="step">{_step(ticket, words)}</span><span>{_assignee(ticket, words)}</span></li>\n'
    )


@lru_cache(maxsize=4096)
def _url(slug: str, number: int) -> str:
    return reverse("ticket", args=[slug, number])


def _choice(ticket: Ticket, words: Words) -> str:
    says = words.choose % {"number": ticket}
    return (
        f'<label class="pick"><input type="checkbox" name="t" value="{ticket.number}" form="bulk"'
        f' data-key="x" aria-label="{says}"></label>'
    )


def _promise(row: Row, words: Words) -> str:
    """The state and the clock; of a closed ticket that was promised nothing, when it was closed."""
    state = clock = ""
    if row.clock:
        state = state_in(words.language, row.clock.state, "", True)
        clock = compact_clock(row.clock, words.language)
    if row.clock and not row.is_target:
        return f"<span>{state}</span>{clock}"
    if row.ticket.state == TicketState.CLOSED:
        at = instant_in(localtime(row.ticket.closed_at), words.language)
        return f'<span class="ink-2 t-13">{words.closed}</span><span class="ink-2 t-13">{at}</span>'
    if row.clock:
        target = f'<span class="target-word">{words.target}</span>'
        return f"<span>{state}{target}</span>{clock}"
    return f'<span class="ink-2 t-13">{words.unpromised}</span><span></span>'


def _tags(row: Row) -> str:
    if not row.tags:
        return ""
    marks = (f'<span class="tag is-{escape(tag.colour)}">{escape(tag.name)}</span>' for tag in row.tags)
    return f'<span class="row-tags">{"".join(marks)}</span>'


def _step(ticket: Ticket, words: Words) -> str:
    """How far it is; before anybody has it, that someone should take it."""
    if ticket.assignee is None and ticket.state != TicketState.CLOSED:
        return words.to_take
    return f"{icon(STEP_ICONS.get(ticket.step, 'phone'))}{words.states[ticket.state]}"


def _assignee(ticket: Ticket, words: Words) -> str:
    if ticket.assignee is None:
        return f'{avatar_in(words.language)}<span class="sr">{words.nobody}</span>'
    name = ticket.assignee.full_name
    return f'{avatar_in(words.language, name)}<span class="sr">{escape(name)}</span>'
