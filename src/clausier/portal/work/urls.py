from django.urls import path

from clausier.portal.work import views, workshop

urlpatterns = [
    path("demandes/<int:number>/contester/", views.contest, name="portal-contest"),
    path(
        "demandes/<int:number>/contestations/<int:contestation>/retirer/",
        views.withdraw,
        name="portal-contest-withdraw",
    ),
    path("heures/", views.hours, name="portal-hourly"),
    path("atelier/", workshop.machines, name="portal-workshop"),
    path("atelier/<int:machine>/bon/", workshop.receipt, name="portal-receipt"),
    path("atelier/<int:machine>/retour/", workshop.return_receipt, name="portal-return-receipt"),
    path("atelier/<int:machine>/photos/<int:photo>/", workshop.photo, name="portal-machine-photo"),
    path("atelier/<int:machine>/confirmer/", workshop.acknowledge, name="portal-acknowledge"),
]
