from django.urls import path

from clausier.console.roster import absences, answering, settings, tickets, views

urlpatterns = [
    path("astreinte/", views.on_call, name="on-call"),
    path("astreinte/appels/", views.call_outs, name="on-call-log"),
    path("astreinte/appels/<int:call_out>/prendre/", views.take, name="on-call-take"),
    path("astreinte/tours/nouveau/", views.create_rota, name="rota-create"),
    path("astreinte/tours/<int:rota>/", views.rota, name="rota"),
    path("astreinte/tours/<int:rota>/arret/", views.end_rota, name="rota-end"),
    path("astreinte/tours/<int:rota>/remplacement/", views.stand_in, name="rota-stand-in"),
    path("astreinte/remplacements/<int:swap>/annuler/", views.stand_down, name="rota-stand-down"),
    path("astreinte/moi/", views.mine, name="on-call-mine"),
    path("astreinte/moi/agenda/", views.make_feed, name="on-call-feed-make"),
    path("astreinte/moi/agenda/retrait/", views.revoke_feed, name="on-call-feed-revoke"),
    path("astreinte/moyens/<int:person>/", views.means, name="on-call-means"),
    path("astreinte/reglages/", settings.settle, name="on-call-settings"),
    path("astreinte/reglages/competences/", settings.needs, name="on-call-needs"),
    path("astreinte/reglages/envoi/<str:channel>/", settings.sender, name="on-call-sender"),
    path("astreinte/reglages/envoi/<str:channel>/essai/", settings.trial, name="on-call-sender-trial"),
    path("astreinte/prendre/<str:token>/", answering.answer, name="on-call-answer"),
    path("astreinte/agenda/<str:token>.ics", answering.feed, name="on-call-feed"),
    path("absences/", absences.absences, name="absences"),
    path("absences/nouvelle/", absences.enter, name="absence-enter"),
    path("absences/<int:absence>/", absences.absence, name="absence"),
    path("absences/<int:absence>/annuler/", absences.cancel, name="absence-cancel"),
    path("tickets/<int:number>/proposition/", tickets.accept, name="ticket-accept-proposal"),
    path("tickets/<int:number>/astreinte/", tickets.call_out, name="ticket-call-out"),
]
