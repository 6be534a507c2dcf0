from django.urls import path

from clausier.portal.search import views

urlpatterns = [path("recherche/", views.search, name="portal-search")]
