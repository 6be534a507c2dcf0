from django.urls import path

from clausier.console.suppliers import cases, views

FILE = "fournisseurs/fiches/<int:supplier>/"
CASE = "tickets/<int:number>/fournisseurs/<int:ordinal>/"

urlpatterns = [
    path("fournisseurs/", cases.under_way, name="suppliers"),
    path("fournisseurs/fiches/", views.files, name="supplier-files"),
    path("fournisseurs/fiches/nouvelle/", views.create, name="supplier-create"),
    path(FILE, views.supplier, name="supplier"),
    path(f"{FILE}modifier/", views.edit, name="supplier-edit"),
    path(f"{FILE}numeros/", views.add_reference, name="supplier-reference-add"),
    path(f"{FILE}numeros/<int:reference>/retirer/", views.remove_reference, name="supplier-reference-remove"),
    path("fournisseurs/portail/", views.tell, name="suppliers-told"),
    path("tickets/<int:number>/fournisseurs/nouveau/", cases.open_case, name="case-open"),
    path(CASE, cases.case, name="case"),
    path(f"{CASE}ecrire/", cases.write, name="case-write"),
    path(f"{CASE}attendre/", cases.wait, name="case-wait"),
    path(f"{CASE}completer/", cases.change, name="case-change"),
    path(f"{CASE}joindre/", cases.join, name="case-join"),
    path(f"{CASE}terminer/", cases.end, name="case-end"),
    path(f"{CASE}rouvrir/", cases.reopen, name="case-reopen"),
]
