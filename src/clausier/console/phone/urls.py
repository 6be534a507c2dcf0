from django.urls import path

from clausier.console.phone import views

urlpatterns = [
    path("telephone/", views.waiting, name="phone"),
    path("telephone/journal/", views.log, name="phone-log"),
    path("telephone/sonne/", views.ringing, name="phone-ringing"),
    path("telephone/reglages/", views.link, name="phone-link"),
    path("telephone/appels/<int:call>/rappele/", views.call_back, name="phone-called-back"),
    path("telephone/appels/<int:call>/message/", views.audio, name="phone-audio"),
]
