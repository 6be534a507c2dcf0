from django.urls import path

from clausier.portal.tickets import views

ONE = "demandes/<int:number>/"

urlpatterns = [
    path("demandes/", views.tickets, name="portal-tickets"),
    path("demandes/nouvelle/", views.new, name="portal-new"),
    path(ONE, views.ticket, name="portal-ticket"),
    path(f"{ONE}repondre/", views.reply, name="portal-reply"),
    path(f"{ONE}clore/", views.close, name="portal-close"),
    path(f"{ONE}rouvrir/", views.reopen, name="portal-reopen"),
    path(f"{ONE}fichiers/<int:attachment>/", views.attachment, name="portal-file"),
]
