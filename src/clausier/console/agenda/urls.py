from django.urls import path

from clausier.console.agenda import feeds, reminders, views

urlpatterns = [
    path("echeances/", views.obligations, name="agenda"),
    path("echeances/calendrier/", views.month, name="agenda-month"),
    path("echeances/rappels/", reminders.sent, name="agenda-reminders"),
    path("echeances/rappels/reglages/", reminders.settle, name="agenda-settle"),
    path("echeances/agendas/", feeds.feeds, name="agenda-feeds"),
    path("echeances/agendas/<int:feed>/retrait/", feeds.revoke, name="agenda-feed-revoke"),
    path("echeances/flux/<str:token>.ics", feeds.read, name="agenda-feed"),
    path("clients/<str:number>/devoirs/", views.duties, name="client-duties"),
    path("clients/<str:number>/devoirs/<slug:duty>/", views.check, name="client-duty"),
    path("clients/<str:number>/rappels/", reminders.settle_client, name="client-reminders"),
]
