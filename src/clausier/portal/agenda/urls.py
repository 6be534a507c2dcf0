from django.urls import path

from clausier.portal.agenda import views

urlpatterns = [
    path("echeances/", views.obligations, name="portal-agenda"),
    path("echeances/agendas/", views.feeds, name="portal-agenda-feeds"),
    path("echeances/agendas/<int:feed>/retrait/", views.revoke, name="portal-agenda-feed-revoke"),
    path("echeances/flux/<str:token>.ics", views.read, name="portal-agenda-feed"),
    path("echeances/recu/<str:token>/", views.receipt, name="agenda-receipt"),
]
