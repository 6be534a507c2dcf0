from django.urls import path

from clausier.console.contracts import amendments, editions, orders, perimeter, terms, views

ONE = "contrats/<str:number>/"
AMENDMENT = "avenants/<str:number>/"

urlpatterns = [
    path("contrats/", views.contracts, name="contracts"),
    path("contrats/nouveau/", views.create, name="contract-create"),
    path("contrats/acceptations/", editions.acceptances, name="contracts-acceptances"),
    path("contrats/editions/", editions.many, name="contracts-editions"),
    path("contrats/editions/demande/", editions.ask_many, name="contracts-editions-ask"),
    path("contrats/editions/adoption/", editions.adopt_many, name="contracts-editions-adopt"),
    path(ONE, views.contract, name="contract"),
    path(f"{ONE}couverture/", views.cover, name="contract-cover"),
    path(f"{ONE}derogation/", views.derogate, name="contract-derogate"),
    path(f"{ONE}acceptation/", views.accept, name="contract-accept"),
    path(f"{ONE}conditions/", terms.terms, name="contract-terms"),
    path(f"{ONE}conditions/pourquoi/", terms.term_why, name="contract-term-why"),
    path(f"{ONE}perimetre/", perimeter.perimeter, name="contract-perimeter"),
    path(f"{ONE}perimetre/ajout/", perimeter.add_item, name="contract-item-add"),
    path(f"{ONE}perimetre/<int:item>/fin/", perimeter.end_item, name="contract-item-end"),
    path(f"{ONE}avenants/", amendments.amendments, name="contract-amendments"),
    path(f"{ONE}avenants/nouveau/", amendments.write, name="amendment-create"),
    path(f"{ONE}edition/", editions.edition, name="contract-edition"),
    path(f"{ONE}edition/demande/", editions.ask, name="contract-edition-ask"),
    path(f"{ONE}commande/", orders.order, name="contract-order"),
    path(f"{ONE}commande/ouverture/", orders.opening, name="contract-order-opening"),
    path(f"{ONE}commande/validation/", orders.validate, name="contract-order-validate"),
    path(f"{ONE}commande/<slug:key>/", orders.settle, name="contract-order-settle"),
    path(f"{ONE}commande/<slug:key>/retour/", orders.reopen, name="contract-order-reopen"),
    path(AMENDMENT, amendments.amendment, name="amendment"),
    path(f"{AMENDMENT}modifier/", amendments.rewrite, name="amendment-rewrite"),
    path(f"{AMENDMENT}envoi/", amendments.send, name="amendment-send"),
    path(f"{AMENDMENT}signature/", amendments.sign, name="amendment-sign"),
    path(f"{AMENDMENT}<slug:act>/", amendments.act, name="amendment-act"),
    path("acceptations/<int:question>/retrait/", editions.withdraw, name="acceptance-withdraw"),
    path("clients/<str:number>/acceptation/", views.accept_without, name="client-accept"),
    path("clients/<str:number>/mandat/", orders.mandate, name="mandate-create"),
    path("mandats/<int:mandate>/fin/", orders.end_mandate, name="mandate-end"),
    path("papiers/<int:document>/", views.paper, name="paper"),
]
