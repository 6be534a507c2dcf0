"""Addresses of the API: the provider stands in the path; its documentation needs no token."""

from django.urls import path

from clausier.api import documentation
from clausier.api.site import api

urlpatterns = [
    path("", documentation.reference, name="api-reference"),
    path("openapi.json", documentation.openapi, name="api-openapi"),
    path("v1/<slug:provider>/", api.urls),
]
