from django.urls import path

from clausier.console.search import views

urlpatterns = [
    path("recherche/", views.search, name="search"),
    path("recherche/palette/", views.palette, name="search-palette"),
]
