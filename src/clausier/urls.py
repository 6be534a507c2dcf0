"""Addresses. The provider stands in the path, so that a page says whose it is."""

from django.urls import include, path

urlpatterns = [
    path("", include("clausier.care.urls")),
    # The portal first: its word stands where the console has its features.
    path("", include("clausier.portal.urls")),
    path("", include("clausier.console.urls")),
]
