"""Addresses of the portal: one line a feature, under the provider."""

from django.urls import include, path

FEATURES = (
    *("session", "search", "tickets", "following", "agreements", "work", "planned", "help", "surveys"),
    *(
        "points",
        "contracts",
        "quotes",
        "orders",
        "signatures",
        "endings",
        "disputes",
        "reversal",
        "agenda",
        "reports",
    ),
    *("people", "why"),
)

urlpatterns = [
    path("<slug:provider>/portail/", include(f"clausier.portal.{feature}.urls")) for feature in FEATURES
]
