"""Addresses of the console: one line a feature. The provider stands in the path."""

from django.urls import include, path

PROVIDER_FEATURES = (
    "today",
    "search",
    "board",
    "teamwork",
    "tickets",
    "satisfaction",
    "reports",
    "mail",
    "call",
    "phone",
    "roster",
    "recurring",
    "suppliers",
    "work",
    "working",
    "workshop",
    "rates",
    "points",
    "knowledge",
    "clients",
    "contracts",
    "endings",
    "agenda",
    "sales",
    "signatures",
    "access",
    "ownbook",
    "books",
    "people",
    "agencies",
    "journal",
    "screens",
    "tokens",
    "webhooks",
    "why",
    "transfer",
)

urlpatterns = [
    path("", include("clausier.console.session.urls")),
    path("", include("clausier.console.account.urls")),
    path("design/", include("clausier.console.design.urls")),
    *(path("<slug:provider>/", include(f"clausier.console.{feature}.urls")) for feature in PROVIDER_FEATURES),
]
