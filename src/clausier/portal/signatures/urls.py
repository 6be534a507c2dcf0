from django.urls import path

from clausier.portal.signatures import views

LINK = "signature/<str:token>/"
OWN = "signatures/<int:signature>/"

urlpatterns = [
    path("signatures/", views.signatures, name="portal-signatures"),
    path(OWN, views.signature, name="portal-signature"),
    path(f"{OWN}document.pdf", views.paper, name="portal-signature-paper"),
    path(f"{OWN}signe.pdf", views.signed, name="portal-signature-signed"),
    path(f"{OWN}page-<int:sheet>.png", views.sheet, name="portal-signature-sheet"),
    path(LINK, views.by_link, name="portal-signature-link"),
    path(f"{LINK}document.pdf", views.paper_by_link, name="portal-signature-link-paper"),
    path(f"{LINK}signe.pdf", views.signed_by_link, name="portal-signature-link-signed"),
    path(f"{LINK}page-<int:sheet>.png", views.sheet_by_link, name="portal-signature-link-sheet"),
]
