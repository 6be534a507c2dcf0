"""Addresses of the design page and of the theme."""

from django.urls import path

from clausier.console.design import views

urlpatterns = [
    path("", views.design, name="design"),
    path("why/<str:example>/", views.example_why, name="design-why"),
    path("theme/", views.theme, name="theme"),
]
