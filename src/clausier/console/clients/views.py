"""Clients: the list, the page one reads while the phone rings, the acts on a client's file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console import sheets
from clausier.console.clients import listing, reading, satisfaction
from clausier.console.clients.forms import (
    AccessForm,
    ClientForm,
    ContactForm,
    CorrespondentForm,
    DepartureForm,
    EditClientForm,
    SectionsForm,
    SiteForm,
)
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.typed import whole
from clausier.directory import accesses, admission, policies, services
from clausier.directory import queries as directory
from clausier.directory.models import Client, PortalSection
from clausier.foundation import books, clock
from clausier.pages.forms import ActForm, bound
from clausier.pages.sales import mark_of
from clausier.recurring import queries as recurring
from clausier.sales import queries as sales

GET_AND_POST = ["GET", "POST"]
QUOTES = 5  # the last ones


@page("directory.read")
@require_GET
def clients(request: StaffRequest) -> HttpResponse:
    """Every client, narrowed by what is typed."""
    actor, on = request.actor, clock.today()
    filters = listing.Filters.of(request.GET)
    if form := sheets.form_asked(request):
        lines = listing.lines_of(actor, filters, on)
        return sheets.listed(form, _("clients"), on, listing.HEADINGS, lines)
    context = {
        "section": "clients",
        "crumbs": [(_("Clients"), "")],
        "filters": filters,
        "rows": listing.page_of(actor, filters, request.GET.get("page", ""), on),
        "flag_correspondent": filters.query(filtre="sans-correspondant"),
        "flag_contract": filters.query(filtre="sans-contrat"),
        "drop_flag": filters.query(filtre=""),
        "page_query": filters.query(),
        "agency_links": listing.agency_links(actor, filters),
        "without_correspondent": directory.clients_without_correspondent(actor, on).count(),
        "names_correspondents": policies.correspondent_clause(books.read(actor.provider.book)) is not None,
        "may_write": actor.may("directory.write"),
    }
    part = "console/clients/rows.html" if request.htmx else "console/clients/list.html"  # type: ignore[attr-defined]
    return render(request, part, context)


@page("directory.read")
@require_GET
def client(request: StaffRequest, number: str) -> HttpResponse:
    """The client, on one page. `?appelant=` names the contact who is on the line."""
    found = _client(request, number)
    actor = request.actor
    told = reading.page_of(actor, found, clock.now())
    context = {
        "section": "clients",
        "crumbs": [*_crumbs(request), (found.name, "")],
        "page": told,
        "client": found,
        "caller": _caller(request, found),
        "today": clock.today(),
        "recurring": recurring.rows(recurring.running(actor).filter(client=found), clock.today()),
        "may_plan": actor.may("recurring.write"),
        "quotes": [
            (one, mark_of(one, clock.today())) for one in sales.latest(actor).filter(client=found)[:QUOTES]
        ],
        "may_quote": actor.may("sales.write"),
        "may_write": actor.may("directory.write"),
        "may_add_people": actor.may("directory.contact"),
        "may_sign": actor.may("contracts.write"),
        "may_accept": actor.may("contracts.accept"),
        "may_give_access": actor.may("people.write"),
        "may_settle": actor.may("portal.settle"),
        "may_take_along": actor.may("transfer.export_client"),
        "satisfaction": satisfaction.of_client(request, found),
    }
    return render(request, "console/clients/page.html", context)


@page("directory.write")
@require_http_methods(GET_AND_POST)
def create(request: StaffRequest) -> HttpResponse:
    """A new client, with the numbers that the provider's book asks for."""
    actor = request.actor
    form = bound(request, ClientForm, actor, initial={"client_since_on": clock.today()})
    made = form.is_bound and form.act(services.create_client, by=actor, at=clock.now())
    if made:
        messages.success(request, _("Client %(name)s créé.") % {"name": made.name})
        return redirect("client", request.provider.slug, made.number)
    clause = policies.professionals_clause(books.read(actor.provider.book), clock.today())
    asked = _(
        "Livre %(book)s, clause %(clause)s : réservé aux professionnels, un numéro de registre est exigé."
    )
    return form_page(
        request,
        form,
        section="clients",
        crumbs=_crumbs(request),
        title=_("Nouveau client"),
        act=_("Créer le client"),
        back_url=reverse("clients", args=[actor.provider.slug]),
        meta=asked % {"book": actor.provider.book.name, "clause": clause} if clause else "",
    )


@page("directory.write")
@require_http_methods(GET_AND_POST)
def edit(request: StaffRequest, number: str) -> HttpResponse:
    """Change a client's file."""
    found = _client(request, number)
    form = bound(request, EditClientForm, request.actor, initial=EditClientForm.of(found))
    if form.is_bound and form.act(services.update_client, by=request.actor, at=clock.now(), client=found):
        return _back(request, found, _("Fiche enregistrée."))
    return _form(request, form, found, _("Modifier la fiche"), _("Enregistrer"))


@page("directory.write")
@require_http_methods(GET_AND_POST)
def add_site(request: StaffRequest, number: str) -> HttpResponse:
    """Another place of the client."""
    found = _client(request, number)
    form = bound(request, SiteForm)
    if form.is_bound and form.act(services.add_site, by=request.actor, at=clock.now(), client=found):
        return _back(request, found, _("Site ajouté."))
    return _form(request, form, found, _("Ajouter un site"), _("Ajouter le site"))


@page("directory.write")
@require_http_methods(GET_AND_POST)
def edit_site(request: StaffRequest, number: str, site: int) -> HttpResponse:
    """Change a place."""
    found = _client(request, number)
    place = get_object_or_404(directory.sites(found), pk=site)
    form = bound(request, SiteForm, initial=SiteForm.of(place))
    if form.is_bound and form.act(services.update_site, by=request.actor, at=clock.now(), site=place):
        return _back(request, found, _("Site enregistré."))
    return _form(request, form, found, _("Modifier le site"), _("Enregistrer"))


@page("directory.contact")
@require_http_methods(GET_AND_POST)
def add_contact(request: StaffRequest, number: str) -> HttpResponse:
    """Another person at the client's."""
    found = _client(request, number)
    form = bound(request, ContactForm, found)
    if form.is_bound and form.act(services.add_contact, by=request.actor, at=clock.now(), client=found):
        return _back(request, found, _("Personne ajoutée."))
    return _form(request, form, found, _("Ajouter une personne"), _("Ajouter la personne"))


@page("directory.write")
@require_http_methods(GET_AND_POST)
def edit_contact(request: StaffRequest, number: str, contact: int) -> HttpResponse:
    """Change what is known of a person."""
    found = _client(request, number)
    person = get_object_or_404(directory.contacts(found), pk=contact)
    form = bound(request, ContactForm, found, initial=ContactForm.of(person))
    if form.is_bound and form.act(services.update_contact, by=request.actor, at=clock.now(), contact=person):
        return _back(request, found, _("Personne enregistrée."))
    more = {"template": "console/clients/contact.html", "person": person}
    return _form(request, form, found, person.full_name, _("Enregistrer"), **more)


@page("directory.write")
@require_http_methods(GET_AND_POST)
def contact_left(request: StaffRequest, number: str, contact: int) -> HttpResponse:
    """Someone leaves the client; an IT correspondent must then be replaced."""
    found = _client(request, number)
    person = get_object_or_404(directory.contacts(found), pk=contact)
    form = bound(request, DepartureForm, initial={"left_on": clock.today()})
    if form.is_bound and form.act(services.contact_left, by=request.actor, at=clock.now(), contact=person):
        if directory.correspondent_on(found, form.cleaned_data["left_on"]) is None:
            messages.success(request, _("Départ noté. Le client n’a plus de correspondant informatique."))
            return redirect("client-correspondent", request.provider.slug, number)
        return _back(request, found, _("Départ noté."))
    title = _("Départ : %(name)s") % {"name": person.full_name}
    return _form(request, form, found, title, _("Noter le départ"))


@page("directory.write")
@require_http_methods(GET_AND_POST)
def correspondent(request: StaffRequest, number: str) -> HttpResponse:
    """Name the client's IT correspondent."""
    found = _client(request, number)
    form = bound(request, CorrespondentForm, found, initial={"from_on": clock.today()})
    named = form.is_bound and form.act(
        services.name_correspondent, by=request.actor, at=clock.now(), client=found
    )
    if named:
        return _back(request, found, _("Correspondant informatique nommé."))
    more = {"template": "console/clients/correspondent.html", "terms": directory.correspondents(found)}
    return _form(request, form, found, _("Correspondant informatique"), _("Nommer"), **more)


@page("people.write")
@require_http_methods(GET_AND_POST)
def access(request: StaffRequest, number: str) -> HttpResponse:
    """Let an account act for the client, and invite who has none."""
    found = _client(request, number)
    form = bound(request, AccessForm, found)
    given = {"by": request.actor, "at": clock.now(), "client": found}
    if form.is_bound and form.act(accesses.open_access, site_url=request.build_absolute_uri("/"), **given):
        return _back(request, found, _("Accès donné ; qui a déjà un compte doit d’abord l’accepter."))
    return _form(request, form, found, _("Donner un accès"), _("Donner l’accès"))


@page("portal.settle")
@require_http_methods(GET_AND_POST)
def sections(request: StaffRequest, number: str) -> HttpResponse:
    """Open or close sections of the portal for the client's people."""
    found = _client(request, number)
    opened = [section for section in PortalSection.values if found.opens(section)]
    form = bound(request, SectionsForm, initial={"sections": opened})
    if form.is_bound and form.act(admission.open_sections, by=request.actor, at=clock.now(), client=found):
        return _back(request, found, _("Portail réglé."))
    return _form(request, form, found, _("Portail du client"), _("Enregistrer"))


# What the views share


def _client(request: StaffRequest, number: str) -> Client:
    return get_object_or_404(directory.clients_visible_to(request.actor), number=number)


def _caller(request: StaffRequest, found: Client) -> Any:
    """Who is on the line, when the address says so."""
    key = whole(request.GET.get("appelant", ""))
    return None if key is None else directory.contacts(found).filter(pk=key).first()


def _crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    return [(_("Clients"), reverse("clients", args=[request.provider.slug]))]


def _back(request: StaffRequest, found: Client, says: str) -> HttpResponse:
    messages.success(request, says)
    return redirect("client", request.provider.slug, found.number)


def _form(
    request: StaffRequest, form: ActForm, found: Client, title: str, act: str, **more: Any
) -> HttpResponse:
    """The page of a form about one client."""
    back = reverse("client", args=[request.provider.slug, found.number])
    crumbs = [*_crumbs(request), (found.name, back)]
    return form_page(
        request,
        form,
        section="clients",
        crumbs=crumbs,
        title=title,
        act=act,
        back_url=back,
        meta=found.name,
        client=found,
        **more,
    )
