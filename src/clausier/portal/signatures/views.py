"""A client signs: by the link of a letter, without an account, or signed in. Both stand before one page.

Reading the page writes nothing, for programs that look at letters follow links too: the button that opens the
paper records that it was received, and only from then on is the paper shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from clausier.foundation import clock, isolation, sealing
from clausier.foundation.actors import Actor
from clausier.foundation.errors import Refusal
from clausier.foundation.files import read
from clausier.foundation.models import StoredFile
from clausier.pages.forms import ActForm
from clausier.pages.papers import as_received
from clausier.pages.templatetags.words import of
from clausier.portal.doors import ClientRequest, anyone, page
from clausier.portal.signatures.forms import DeclineForm, ScanForm, SignForm
from clausier.signatures import letters, policies, queries, services, sheets
from clausier.signatures.models import SignatureRequest
from clausier.signatures.services import Trace
from clausier.signatures.services.codes import latest
from clausier.signatures.states import RequestState

Forms = Mapping[str, ActForm]
MOST_LISTED = 200
MOST_SHEETS = 60  # pages shown one under the other; a longer paper is read as a PDF


@dataclass(frozen=True, slots=True)
class Here:
    """Where a request is answered: as whom, at which address, in which frame."""

    one: SignatureRequest
    actor: Actor
    url: str
    frame: str

    @property
    def is_shown(self) -> bool:
        """Whether the paper is shown: once it was opened, to those who are to sign."""
        return self.one.state != RequestState.ASKED or not policies.is_signer(self.one, self.actor)


def trace_of(request: HttpRequest) -> Trace:
    """From where a request came, as the sign-in pages know it."""
    agent = request.headers.get("User-Agent", "").replace("\0", "")
    return Trace(get_adapter().get_client_ip(request), agent)


def consent_of(one: SignatureRequest) -> str:
    """The words that whoever signs agrees to, as they are kept with the signature."""
    return _(
        "J’ai lu le document « %(what)s », j’en accepte le contenu et je le signe au nom %(of_client)s. "
        "J’accepte de signer par voie électronique."
    ) % {"what": one.purpose, "of_client": of(one.client.name)}


# Signed in


@page("portal.sign")
@require_GET
def signatures(request: ClientRequest) -> HttpResponse:
    """The papers of the client that wait for a signature, and those that were answered."""
    now, rows = clock.now(), list(queries.visible_to(request.actor)[:MOST_LISTED])
    mine = [one for one in rows if policies.is_open(one, now) and policies.is_signer(one, request.actor)]
    context = {
        "section": "signatures",
        "mine": mine,
        "others": [one for one in rows if one not in mine],
    }
    return render(request, "portal/signatures/list.html", context)


def _signed_in(request: ClientRequest, pk: int) -> Here:
    one = queries.visible_to(request.actor).filter(pk=pk).first()
    if one is None:
        raise Http404
    url = reverse("portal-signature", args=[request.provider.slug, pk])
    return Here(one, request.actor, url, "portal/signatures/own.html")


@page("portal.sign")
@never_cache
@require_http_methods(["GET", "POST"])
def signature(request: ClientRequest, signature: int) -> HttpResponse:
    """One paper, for whoever is signed in."""
    return _answer(request, _signed_in(request, signature))


@page("portal.sign")
@require_GET
def paper(request: ClientRequest, signature: int) -> HttpResponse:
    """The paper itself."""
    return _paper(_signed_in(request, signature))


@page("portal.sign")
@require_GET
def signed(request: ClientRequest, signature: int) -> HttpResponse:
    """The paper with both signatures."""
    return _signed(_signed_in(request, signature))


@page("portal.sign")
@require_GET
def sheet(request: ClientRequest, signature: int, sheet: int) -> HttpResponse:
    """One page of the paper, as a picture."""
    return _sheet(_signed_in(request, signature), sheet)


# By the link of a letter


def _linked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Find what the link opens, and stay in the scope and the language of whom it was sent to."""

    @never_cache
    def door(request: HttpRequest, provider: str, token: str, **kwargs: Any) -> HttpResponse:
        with isolation.everything("a link is looked up to learn which paper it opens"):
            one = queries.by_link(token, clock.now())
        if one is None or one.provider.slug != provider:
            raise Http404
        actor = policies.bearer_of(one)
        isolation.enter(actor.scope)
        url = reverse("portal-signature-link", args=[provider, token])
        here = Here(queries.visible_to(actor).get(pk=one.pk), actor, url, "portal/signatures/link.html")
        with override(letters.language_of(one.signer_email)):
            response = view(request, here, **kwargs)
        # The referrer stays within this site, by the settings; without any, browsers name no origin for the
        # forms they send, and those are refused.
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return door


@anyone
@require_http_methods(["GET", "POST"])
@_linked
def by_link(request: HttpRequest, here: Here) -> HttpResponse:
    """One paper, for the bearer of its link."""
    return _answer(request, here)


@anyone
@require_GET
@_linked
def paper_by_link(request: HttpRequest, here: Here) -> HttpResponse:
    """The paper itself."""
    return _paper(here)


@anyone
@require_GET
@_linked
def signed_by_link(request: HttpRequest, here: Here) -> HttpResponse:
    """The paper with both signatures."""
    return _signed(here)


@anyone
@require_GET
@_linked
def sheet_by_link(request: HttpRequest, here: Here, sheet: int) -> HttpResponse:
    """One page of the paper, as a picture."""
    return _sheet(here, sheet)


# The page


def _answer(request: HttpRequest, here: Here) -> HttpResponse:
    """Do what was asked, or show where the paper stands."""
    if request.method != "POST":
        return _show(request, here)
    asked = request.POST.get("act", "")
    if asked not in ACTS:
        return _show(request, here)
    try:
        forms = ACTS[asked](request, here)
    except Refusal as refusal:
        return _show(request, _again(here), refusal=refusal)
    if forms:
        return _show(request, _again(here), given=forms)
    return redirect(here.url + ("#signer" if asked == "code" else ""))


def _again(here: Here) -> Here:
    """The same place, as things stand after an act was refused."""
    one = queries.visible_to(here.actor).get(pk=here.one.pk)
    return Here(one, here.actor, here.url, here.frame)


def _open(request: HttpRequest, here: Here) -> Forms:
    services.record_opening(by=here.actor, at=clock.now(), request=here.one, trace=trace_of(request))
    return {}


def _send_code(request: HttpRequest, here: Here) -> Forms:
    services.send_code(by=here.actor, at=clock.now(), request=here.one, trace=trace_of(request))
    return {}


def _sign(request: HttpRequest, here: Here) -> Forms:
    form = SignForm(request.POST)
    if not form.is_valid():
        form.status = 422
        return {"sign": form}
    said = form.cleaned_data
    at, trace = clock.now(), trace_of(request)
    # An act of its own: a wrong try counts although nothing is signed.
    services.confirm_code(by=here.actor, at=at, request=here.one, code=said["code"], trace=trace)
    made = form.attempt(
        lambda: services.sign(
            by=here.actor,
            at=at,
            request=here.one,
            name=said["name"],
            role=said["role"],
            code=said["code"],
            sha256=said["sha256"],
            consent=consent_of(here.one),
            strokes=form.strokes(),
            trace=trace,
        )
    )
    return {} if made else {"sign": form}


def _send_scan(request: HttpRequest, here: Here) -> Forms:
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        form.status = 422
        return {"scan": form}
    made = form.attempt(
        lambda: services.send_scan(
            by=here.actor, at=clock.now(), request=here.one, scan=form.paper(), trace=trace_of(request)
        )
    )
    return {} if made else {"scan": form}


def _decline(request: HttpRequest, here: Here) -> Forms:
    form = DeclineForm(request.POST)
    done = form.act(
        services.decline, by=here.actor, at=clock.now(), request=here.one, trace=trace_of(request)
    )
    return {} if done else {"decline": form}


ACTS: Mapping[str, Callable[[HttpRequest, Here], Forms]] = {
    "open": _open,
    "code": _send_code,
    "sign": _sign,
    "scan": _send_scan,
    "decline": _decline,
}


def _show(
    request: HttpRequest,
    here: Here,
    *,
    refusal: Refusal | None = None,
    given: Forms = MappingProxyType({}),
) -> HttpResponse:
    one, now = here.one, clock.now()
    may_sign = policies.is_open(one, now) and policies.is_signer(one, here.actor)
    code = latest(one)
    is_sent = code is not None and code.expires_at > now
    made: dict[str, ActForm] = {
        "sign": SignForm(initial={"name": one.signer_name, "role": _role(one), "sha256": one.sha256}),
        "scan": ScanForm(initial={"signed_by": one.signer_name, "signed_on": clock.today()}),
        "decline": DeclineForm(),
        **given,
    }
    context = {
        "provider": here.actor.provider,
        "section": "signatures",
        "one": one,
        "url": here.url,
        "is_shown": here.is_shown,
        "may_sign": may_sign,
        "is_over": policies.is_late(one, now) and one.state in (RequestState.ASKED, RequestState.OPENED),
        "sheets": _sheets(one) if here.is_shown else range(0),
        "digest": sealing.spaced(one.sha256),
        "consent": consent_of(one),
        "code": code if is_sent else None,
        "forms": made,
        "opened_form": next(iter(given), ""),
        "refusal": refusal,
    }
    status = max([200, *(form.status for form in given.values()), refusal.status if refusal else 200])
    return render(request, here.frame, context, status=status)


def _role(one: SignatureRequest) -> str:
    return one.signer.job_title if one.signer else ""


def _sheets(one: SignatureRequest) -> range:
    """The numbers of the pages that are shown."""
    try:
        return range(1, 1 + min(MOST_SHEETS, sheets.count(read(_file(one)))))
    except sheets.NoSheets:
        return range(0)


def _file(one: SignatureRequest) -> StoredFile:
    if one.document.file is None:
        raise Http404
    return one.document.file


def _paper(here: Here) -> HttpResponse:
    if not here.is_shown:
        raise Http404
    return as_received(_file(here.one))


def _signed(here: Here) -> HttpResponse:
    kept = here.one.signed_document
    if kept is None or kept.file is None:
        raise Http404
    return as_received(kept.file)


def _sheet(here: Here, number: int) -> HttpResponse:
    if not here.is_shown or number > MOST_SHEETS:
        raise Http404
    try:
        drawn = sheets.picture(read(_file(here.one)), number)
    except (sheets.NoSheets, IndexError):
        raise Http404 from None
    response = HttpResponse(drawn, content_type="image/png")
    # The paper never changes; never_cache has its say for links, whose addresses are secrets.
    response.headers.setdefault("Cache-Control", "private, max-age=3600")
    return response
