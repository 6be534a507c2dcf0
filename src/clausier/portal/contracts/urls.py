from django.urls import path

from clausier.portal.contracts import agreeing, views

ONE = "contrats/<str:number>/"

urlpatterns = [
    path("contrats/", views.contracts, name="portal-contracts"),
    path(f"{ONE}terme/", views.term, name="portal-term"),
    path(f"{ONE}taux/", views.rates, name="portal-rates"),
    path(f"{ONE}conditions/", agreeing.terms, name="portal-terms"),
    path(f"{ONE}conditions/pourquoi/", agreeing.term_why, name="portal-term-why"),
    path(f"{ONE}perimetre/", agreeing.perimeter, name="portal-perimeter"),
    path("avenants/<str:number>/", agreeing.amendment, name="portal-amendment"),
    path("acceptations/<int:question>/", agreeing.acceptance, name="portal-acceptance"),
    path("conditions/<str:digest>/", views.book, name="portal-book"),
    path("papiers/<int:document>/", views.paper, name="portal-paper"),
]
