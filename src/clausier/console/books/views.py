"""Books of terms: which editions bind the provider, and each of them clause by clause."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.console.books.addresses import edition_url
from clausier.console.doors import StaffRequest, page
from clausier.contracts.queries import editions_readable_by
from clausier.editions.queries import editions, open_drafts
from clausier.pages import books as reading


@page("books.read")
@require_GET
def books(request: StaffRequest) -> HttpResponse:
    """The editions that the provider works with."""
    context = {
        "section": "books",
        "crumbs": [(_("Livres"), "")],
        "editions": reading.editions_of(request.actor),
        "own": editions(request.actor),
        "drafts": open_drafts(request.actor) if request.actor.may("books.write") else [],
        "may_write": request.actor.may("books.write"),
        "may_replay": request.actor.may("books.replay"),
    }
    return render(request, "console/books/list.html", context)


@page("books.read")
@require_GET
def book(request: StaffRequest, name: str) -> HttpResponse:
    """The newest edition of a book that the provider may read: its own address is the digest's."""
    found = editions_readable_by(request.actor).filter(name=name)
    own = found.filter(pk=request.provider.book_id).first()
    edition = own or found.order_by("-installed_at", "-pk").first()
    if edition is None:
        raise Http404
    return redirect(edition_url(request.provider.slug, edition.digest))


@page("books.read")
@require_GET
def edition(request: StaffRequest, digest: str) -> HttpResponse:
    """An edition, clause by clause; `#VI.3` is the place of a clause."""
    found = get_object_or_404(editions_readable_by(request.actor), digest=digest)
    context = {
        "section": "books",
        "crumbs": [(_("Livres"), reverse("books", args=[request.provider.slug])), (found.name, "")],
        "installed": found,
        "page": reading.page_of(found),
        "is_present": found.pk == request.provider.book_id,
    }
    return render(request, "console/books/page.html", context)
