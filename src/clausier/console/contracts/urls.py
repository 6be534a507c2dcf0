from django.urls import path

from clausier.console.contracts import views

ONE = "contrats/<str:number>/"

urlpatterns = [
    path("contrats/", views.contracts, name="contracts"),
    path("contrats/nouveau/", views.create, name="contract-create"),
    path(ONE, views.contract, name="contract"),
    path(f"{ONE}couverture/", views.cover, name="contract-cover"),
    path(f"{ONE}derogation/", views.derogate, name="contract-derogate"),
    path(f"{ONE}acceptation/", views.accept, name="contract-accept"),
    path("clients/<str:number>/acceptation/", views.accept_without, name="client-accept"),
    path("papiers/<int:document>/", views.paper, name="paper"),
]
