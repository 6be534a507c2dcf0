from django.urls import path

from clausier.console.workshop import loans, views

ONE = "atelier/<int:machine>/"

urlpatterns = [
    path("atelier/", views.machines, name="workshop"),
    path("atelier/recevoir/", views.receive, name="workshop-receive"),
    path("atelier/prets/", loans.loans, name="workshop-loans"),
    path("atelier/prets/nouveau/", loans.lend, name="workshop-lend"),
    path("atelier/prets/<int:loan>/retour/", loans.back, name="workshop-loan-back"),
    path(ONE, views.machine, name="workshop-machine"),
    path(f"{ONE}photos/", views.add_photos, name="workshop-photos"),
    path(f"{ONE}photos/<int:photo>/", views.photo, name="workshop-photo"),
    path(f"{ONE}place/", views.change, name="workshop-change"),
    path(f"{ONE}prete/", views.ready, name="workshop-ready"),
    path(f"{ONE}code/", views.code, name="workshop-code"),
    path(f"{ONE}bon/", views.acknowledge, name="workshop-acknowledge"),
    path(f"{ONE}rendre/", views.give_back, name="workshop-return"),
]
