from django.urls import path

from clausier.console.signatures import certificates, views

ONE = "signatures/<int:signature>/"

urlpatterns = [
    path("signatures/", views.signatures, name="signatures"),
    path("signatures/demander/", views.ask, name="signature-ask"),
    path("sceau/", certificates.certificate, name="sealing"),
    path(ONE, views.signature, name="signature"),
    path(f"{ONE}document.pdf", views.paper, name="signature-paper"),
    path(f"{ONE}signe.pdf", views.signed, name="signature-signed"),
    path(f"{ONE}papier/", views.scan, name="signature-scan"),
    path(f"{ONE}contresigner/", views.countersign, name="signature-countersign"),
    path(f"{ONE}ne-pas-contresigner/", views.refuse, name="signature-refuse"),
    path(f"{ONE}enregistrer/", views.record, name="signature-record"),
    path(f"{ONE}renvoyer/", views.send_again, name="signature-send"),
    path(f"{ONE}echeance/", views.deadline, name="signature-deadline"),
    path(f"{ONE}retirer/", views.withdraw, name="signature-withdraw"),
]
