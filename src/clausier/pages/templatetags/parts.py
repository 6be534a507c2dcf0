"""The parts of a page. Each tag and the shape of its input are told in docs/parts.md."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from html import escape
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from clausier.foundation import sent_forms, wording
from clausier.pages.parts import states
from clausier.pages.parts.account import Account, bars_of
from clausier.pages.parts.availability import ServiceYear, strip_of
from clausier.pages.parts.clock import Bar, Clock, Size, bar_of
from clausier.pages.parts.columns import Columns
from clausier.pages.parts.contract_line import ContractLife, line_of
from clausier.pages.parts.day_ruler import DeskDay, DeskPromise, day_ruler_of
from clausier.pages.parts.priority import PriorityGrid
from clausier.pages.parts.rates import RateMatrix
from clausier.pages.parts.ruler import Ruler
from clausier.pages.parts.scale import MinuteScale
from clausier.pages.parts.shell import Shell
from clausier.pages.parts.slices import Slices
from clausier.pages.parts.why import Panel
from clausier.pages.templatetags import words
from clausier.pages.templatetags.words import language

register = template.Library()


@lru_cache(maxsize=256)
def _icon(name: str, size: int, css: str) -> SafeString:
    extra = {"class": css} if css else {}
    svg = lucide(name, size=size, stroke_width="1.75", aria_hidden="true", focusable="false", **extra)
    return SafeString(svg)


@register.simple_tag
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    """A lucide icon that says nothing to a screen reader: the words beside it do."""
    return _icon(str(name), size, str(css))


@register.simple_tag
def form_key() -> SafeString:
    """In a form that creates something: sent twice, it creates once."""
    return format_html('<input type="hidden" name="{}" value="{}">', sent_forms.FIELD, sent_forms.new_key())


# What a list repeats in every row is the same few each time: made once.
@lru_cache(maxsize=1024)
def _part(part: str, said_in: str, /, **facts: Any) -> SafeString:
    return render_to_string(f"pages/parts/{part}.html", facts)


@register.simple_tag
def shape(state: str, size: int = 14) -> SafeString:
    """The shape of a state alone; the word must stand beside it."""
    return _part("shape", language(), state=str(state), size=size)


@register.simple_tag
def state(key: str, label: str = "", ground: bool = False) -> SafeString:
    """Shape and word of a state; `ground` only for late and at risk, in lists."""
    return state_in(language(), str(key), str(label), bool(ground))


@lru_cache(maxsize=256)
def state_in(said_in: str, key: str, label: str = "", ground: bool = False) -> SafeString:
    """The same, in the language that is spoken."""
    word, on_ground = label or str(states.WORDS.get(key, key)), ground and key in states.ON_A_GROUND
    return _part("state", said_in, state=key, word=word, ground=on_ground)


@register.simple_tag
def bar(drawn: Bar) -> SafeString:
    """The bar of open time: what is left, what is used, a hairline for each closure."""
    height = f"{drawn.height:g}"
    pieces = []
    for one in drawn.stretches:
        if one.tick is not None:
            tick = f"{one.tick:.2f}"
            pieces.append(f'<line class="closure" x1="{tick}" x2="{tick}" y1="0" y2="{height}"/>')
        for css, width in (("left", one.width), ("used", one.used)):
            if width or css == "left":
                pieces.append(
                    f'<rect class="{css}" x="{one.x:g}" width="{width:g}" height="{height}" rx="1.5"/>'
                )
    return SafeString(
        f'<svg class="bar" height="{height}" viewBox="0 0 {drawn.width:g} {height}" '
        f'preserveAspectRatio="none" aria-hidden="true" focusable="false">{"".join(pieces)}</svg>'
    )


@register.simple_tag
def clock(promise: Clock, size: Size = "compact") -> SafeString:
    """The promise clock: "large" on a ticket, "card" in a grid, "compact" in two lines of a list."""
    if size == "compact":
        return compact_clock(promise, language())
    word = states.WORDS.get(promise.state, "")
    facts = {"clock": promise, "size": size, "bar": bar_of(promise, size), "state_word": word}
    return render_to_string("pages/parts/clock.html", facts)


def compact_clock(promise: Clock, said_in: str) -> SafeString:
    """The clock of a list, in the language that is spoken; without a template, for a page has many."""
    left, due = escape(_left(promise, said_in)), _due(promise, said_in)
    return SafeString(
        f'<div class="clock compact is-{promise.state}"><p class="row"><b>{left}</b>'
        f'<span class="ink-2 nowrap">{due}</span></p>{bar(bar_of(promise))}</div>'
    )


def _left(promise: Clock, said_in: str) -> str:
    if promise.note:
        return promise.note
    late, left, unpromised, met = _said(said_in)
    match promise.state:
        case "late":
            return late % {"late": wording.span(promise.late)}
        case "met" | "met-late":
            return wording.lateness(promise.behind, said_in) if promise.met_at else met
        case "lifted":
            return unpromised
    return left % {"left": wording.duration(promise.left)}


@lru_cache(maxsize=2)
def _said(said_in: str) -> tuple[str, ...]:
    """What compact clocks say, in the language that is spoken."""
    return _("%(late)s de retard"), _("Reste %(left)s"), _("Sans promesse"), _("Tenue")


def _due(promise: Clock, said_in: str) -> str:
    """Which day or hour a compact clock names, as it stands in a page."""
    if promise.state == "suspended":
        return words.instant_in(promise.resumes_at, said_in) if promise.resumes_at else ""
    met = promise.state in {"met", "met-late"}
    at = promise.met_at if met else promise.due_at
    if at is None:
        return ""
    if promise.same_day:
        return wording.hour(at)
    return words.raised(wording.day(at.date(), said_in)) if met else words.instant_in(at, said_in)


@register.inclusion_tag("pages/parts/why_mark.html")
def why(url: str, question: str = "", label: str = "", open: bool = False) -> dict[str, Any]:
    """The small "?" beside a computed figure; `question` is read aloud, `label` shown beside the mark."""
    return {"url": url, "question": question, "label": label, "open": open}


@register.inclusion_tag("pages/parts/section_head.html")
def section_head(
    title: str, count: Any = "", link: str = "", url: str = "", level: int = 2, id: str = ""
) -> dict[str, Any]:
    """The ink rule, the title, what is counted, and one link."""
    return {"title": title, "count": count, "link": link, "url": url, "level": level, "id": id}


@register.simple_tag
def avatar(name: str = "", size: int = 24, me: bool = False) -> SafeString:
    """The initials of a person, on ink for one's own people; a dashed ring when nobody is named."""
    return avatar_in(language(), str(name), size, bool(me))


@lru_cache(maxsize=1024)
def avatar_in(said_in: str, name: str = "", size: int = 24, me: bool = False) -> SafeString:
    """The same, in the language that is spoken."""
    initials = wording.initials(name) if name else "?"
    return _part("avatar", said_in, name=name, initials=initials, size=size, me=me)


@register.inclusion_tag("pages/parts/clause_chip.html")
def clause_chip(label: str, url: str = "", title: str = "", source: str = "clause") -> dict[str, Any]:
    """A clause, « IMRI VI.3 », as a link to where it is read; law, practice, derogation differ."""
    return {"label": label, "url": url, "title": title, "source": source}


@register.inclusion_tag("pages/parts/keys.html")
def keys(written: str) -> dict[str, Any]:
    """Key hints: « Ctrl K », « A »."""
    return {"keys": written.split()}


# The frame: the same for many pages, so made once


@register.simple_tag
def head() -> SafeString:
    """What every page declares in its head: sheets, fonts, script."""
    return _head()


@cache
def _head() -> SafeString:
    return render_to_string("pages/head.html")


# What stands in the places of a drawn frame where each page has its own: no text holds the character NUL.
_TOKEN, _ADDRESS, _MENU = "\0token\0", "\0address\0", "\0menu\0"


@lru_cache(maxsize=512)
def _frame(part: str, said_in: str, shell: Shell | str, section: str = "") -> SafeString:
    facts = {"shell": shell, "section": section, "menu": SafeString(_MENU)}
    return render_to_string(f"pages/parts/{part}.html", facts)


@lru_cache(maxsize=512)
def _person_menu(said_in: str, shell: Shell | str, theme: str) -> SafeString:
    request = {"COOKIES": {"theme": theme}, "get_full_path": _ADDRESS}
    facts = {"shell": shell, "request": request, "csrf_token": _TOKEN}
    return render_to_string("pages/parts/person_menu.html", facts)


def _with_menu(context: template.RequestContext, drawn: SafeString, shell: Shell | str) -> SafeString:
    """A part of the frame with what a person sets for oneself, whose forms lead back to this page."""
    request: Any = context["request"]
    theme = request.COOKIES.get("theme", "")
    menu = _person_menu(language(), shell, theme if theme in {"", "light", "dark"} else "other")
    own = menu.replace(_TOKEN, str(context.get("csrf_token", "")))
    return SafeString(drawn.replace(_MENU, own.replace(_ADDRESS, escape(request.get_full_path()))))


@register.simple_tag(takes_context=True)
def rail(context: template.RequestContext, shell: Shell | str, section: str) -> SafeString:
    """What the rail holds: the place, the sections of which `section` is the current one, the person."""
    return _with_menu(context, _frame("rail", language(), shell, str(section)), shell)


@register.simple_tag(takes_context=True)
def bottombar(context: template.RequestContext, shell: Shell | str, section: str) -> SafeString:
    """The same as the bar of a phone."""
    return _with_menu(context, _frame("bottombar", language(), shell, str(section)), shell)


@register.simple_tag
def topbar_acts(shell: Shell | str) -> SafeString:
    """The field that searches, and the call: taken, or under way."""
    return _frame("topbar_acts", language(), shell)


@register.simple_tag
def palette(shell: Shell | str) -> SafeString:
    """What is searched and done from anywhere by the keyboard."""
    return _frame("palette", language(), shell)


@register.simple_tag
def keys_dialog(shell: Shell | str) -> SafeString:
    """The list of the keys."""
    return _frame("keys_dialog", language(), shell)


# The why panel and its drawings


@register.inclusion_tag("pages/parts/why_panel.html")
def why_panel(panel: Panel) -> dict[str, Any]:
    """The whole panel, docked or on its own page."""
    return {"panel": panel}


@register.inclusion_tag("pages/parts/why_account.html")
def why_account(panel: Panel) -> dict[str, Any]:
    """What the panel holds without its head and foot: value, sentence, drawing, account, sources."""
    return {"panel": panel}


@register.inclusion_tag("pages/parts/ruler.html")
def ruler(drawing: Ruler) -> dict[str, Any]:
    """The ruler of days."""
    return {"ruler": drawing}


@register.inclusion_tag("pages/parts/rate_matrix.html")
def rate_matrix(matrix: RateMatrix, name: str = "", hx_post: str = "", hx_target: str = "") -> dict[str, Any]:
    """The rate matrix, shown; with `name`, a choice among its cells (digits choose too)."""
    return {"matrix": matrix, "name": name, "hx_post": hx_post, "hx_target": hx_target}


@register.inclusion_tag("pages/parts/minute_scale.html")
def minute_scale(scale: MinuteScale) -> dict[str, Any]:
    """The minutes worked against the minimum."""
    says = _("%(worked)s min travaillées, minimum %(minimum)s min, %(accounted)s min décomptées") % {
        "worked": scale.worked,
        "minimum": scale.minimum,
        "accounted": scale.accounted,
    }
    return {"scale": scale, "says": says}


@register.inclusion_tag("pages/parts/interest_slices.html")
def interest_slices(slices: Slices) -> dict[str, Any]:
    """Interest by half-year."""
    return {"slices": slices}


@register.inclusion_tag("pages/parts/contract_line.html")
def contract_line(life: ContractLife, small: bool = False) -> dict[str, Any]:
    """The line of a contract's life."""
    return {"line": line_of(life, language()), "small": small}


@register.inclusion_tag("pages/parts/day_ruler.html")
def day_ruler(
    days: Sequence[DeskDay], promises: Sequence[DeskPromise], now: datetime, owed: str = ""
) -> dict[str, Any]:
    """The day ruler of Today. `now` and the instants of promises are local; `owed` names their row."""
    rows = (("phone", _("Téléphone")), ("onsite", _("Sur site")))
    drawn = day_ruler_of(days, promises, now, language())
    return {"ruler": drawn, "rows": rows, "owed": owed or _("Promesses")}


@register.inclusion_tag("pages/parts/availability.html")
def availability_strip(year: ServiceYear) -> dict[str, Any]:
    """Twelve months of a hosted service."""
    return {"year": year, "strip": strip_of(year, language())}


@register.inclusion_tag("pages/parts/columns.html")
def columns(plot: Columns) -> dict[str, Any]:
    """Stacked columns over time. For eyes only: the table of the same figures stands beside them."""
    return {"plot": plot}


@register.inclusion_tag("pages/parts/account_strip.html")
def account_strip(account: Account) -> dict[str, Any]:
    """A points account: before, this entry, after, and the weeks behind."""
    weeks_say = _("%(count)s semaines, %(average)s points en moyenne") % {
        "count": len(account.weeks),
        "average": wording.number(account.average, language(), places=0),
    }
    return {"account": account, "bars": bars_of(account), "weeks_say": weeks_say}


# Work


@register.inclusion_tag("pages/parts/steps.html")
def steps(steps: Sequence[Any]) -> dict[str, Any]:
    """Phone, remote, on site: dicts with icon, label, note, current, and url + act."""
    return {"steps": steps}


@register.inclusion_tag("pages/parts/entry.html")
def entry(entry: Any) -> dict[str, Any]:
    """One entry of a conversation, or one fact of a timeline."""
    return {"entry": entry}


@register.inclusion_tag("pages/parts/composer.html", takes_context=True)
def composer(
    context: Any, action: str, tabs: Sequence[Any], draft: str = "", hx_target: str = ""
) -> dict[str, Any]:
    """Where one writes: tabs are dicts with value, label, icon, placeholder, hint, act."""
    token = context.get("csrf_token")
    return {"action": action, "tabs": tabs, "draft": draft, "hx_target": hx_target, "csrf_token": token}


# Forms


@register.inclusion_tag("pages/parts/field.html")
def field(field: Any) -> dict[str, Any]:
    """A field of a Django form: label, errors above, control, help."""
    return {"field": field}


@register.inclusion_tag("pages/parts/input.html")
def text_input(
    name: str,
    label: str,
    value: Any = "",
    error: str = "",
    help: str = "",
    type: str = "text",
    optional: bool = False,
    narrow: bool = False,
    options: Sequence[tuple[Any, Any]] = (),
    placeholder: str = "",
    autocomplete: str = "",
) -> dict[str, Any]:
    """The same without a Django form; `type` may be "textarea", `options` make it a select."""
    id_ = f"id_{name}"
    described = " ".join(f"{id_}_{what}" for what, given in (("error", error), ("help", help)) if given)
    return {
        "id": id_,
        "name": name,
        "label": label,
        "value": value,
        "error": error,
        "help": help,
        "type": type,
        "optional": optional,
        "narrow": narrow,
        "options": options,
        "placeholder": placeholder,
        "autocomplete": autocomplete,
        "described": described,
    }


@register.inclusion_tag("pages/parts/segmented.html")
def segmented(
    name: str,
    legend: str,
    options: Sequence[tuple[Any, Any]],
    chosen: Any = "",
    hx_post: str = "",
    hx_target: str = "",
) -> dict[str, Any]:
    """A choice among a few words; `options` are (value, label)."""
    return {
        "name": name,
        "legend": legend,
        "options": options,
        "chosen": chosen,
        "hx_post": hx_post,
        "hx_target": hx_target,
    }


@register.inclusion_tag("pages/parts/tiles.html")
def tiles(
    name: str, legend: str, tiles: Sequence[Any], chosen: Any = "", hx_post: str = "", hx_target: str = ""
) -> dict[str, Any]:
    """A choice among tiles: dicts with value, label, icon, note."""
    return {
        "name": name,
        "legend": legend,
        "tiles": tiles,
        "chosen": chosen,
        "hx_post": hx_post,
        "hx_target": hx_target,
    }


@register.inclusion_tag("pages/parts/priority_grid.html")
def priority_grid(grid: PriorityGrid, legend: str, name: str = "") -> dict[str, Any]:
    """Impact × urgency; with `name`, its cells are the choice."""
    return {"columns": grid.columns, "rows": grid.rows, "legend": legend, "name": name}


# What speaks when something is refused, missing or done


@register.inclusion_tag("pages/parts/refusal.html")
def refusal(
    says: str, way_out: str = "", chip: str = "", chip_url: str = "", act: str = "", act_url: str = ""
) -> dict[str, Any]:
    """The rule that forbids, its clause, the act that lifts it."""
    return {
        "says": says,
        "way_out": way_out,
        "chip": chip,
        "chip_url": chip_url,
        "act": act,
        "act_url": act_url,
    }


@register.inclusion_tag("pages/parts/empty.html")
def empty(
    title: str, text: str, icon: str = "", act: str = "", act_url: str = "", act_icon: str = "plus"
) -> dict[str, Any]:
    """An empty list: what would be here, and the act that fills it."""
    return {"title": title, "text": text, "icon": icon, "act": act, "act_url": act_url, "act_icon": act_icon}


@register.inclusion_tag("pages/parts/toast.html", takes_context=True)
def toast(context: Any, text: Any, undo_url: str = "") -> dict[str, Any]:
    """What was done, and its undoing; the extra_tags of a Django message may be the address to undo."""
    tags = getattr(text, "extra_tags", "") or ""
    undo_url = undo_url or (tags if tags.startswith("/") else "")
    return {"text": text, "undo_url": undo_url, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("pages/parts/combo_list.html")
def combo_list(
    options: Sequence[Any],
    query: str,
    label: str,
    id: str = "combo-options",
    nothing: str = "",
    new_url: str = "",
    new_label: str = "",
) -> dict[str, Any]:
    """The answers under a search field: url, name, role, second, right, right_second, principal."""
    return {
        "options": options,
        "query": query,
        "label": label,
        "id": id,
        "nothing": nothing,
        "new_url": new_url,
        "new_label": new_label,
    }


@register.inclusion_tag("pages/parts/facts.html")
def facts(facts: Sequence[tuple[Any, Any]], left_set: bool = False) -> dict[str, Any]:
    """A definition list of (term, value)."""
    return {"facts": facts, "left_set": left_set}


@register.inclusion_tag("pages/parts/stopwatch.html", takes_context=True)
def stopwatch(
    context: Any,
    what: str,
    elapsed: int,
    acts: Sequence[Any] = (),
    paused: bool = False,
) -> dict[str, Any]:
    """The running session, `elapsed` seconds so far; acts are dicts with label, icon, url (POST), main."""
    return {
        "what": what,
        "elapsed": elapsed,
        "acts": acts,
        "paused": paused,
        "csrf_token": context.get("csrf_token"),
    }
