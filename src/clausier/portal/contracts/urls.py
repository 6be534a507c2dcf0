from django.urls import path

from clausier.portal.contracts import views

urlpatterns = [
    path("contrats/", views.contracts, name="portal-contracts"),
    path("contrats/<str:number>/terme/", views.term, name="portal-term"),
    path("contrats/<str:number>/taux/", views.rates, name="portal-rates"),
    path("conditions/<str:digest>/", views.book, name="portal-book"),
    path("papiers/<int:document>/", views.paper, name="portal-paper"),
]
