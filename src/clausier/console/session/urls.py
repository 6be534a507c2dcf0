from django.urls import path

from clausier.console.session import views

urlpatterns = [
    path("", views.home, name="home"),
    path("deconnexion/", views.sign_out, name="sign-out"),
    path("rejoindre/<int:membership>/", views.answer_offer, name="offer-answer"),
    path("entrer/<int:access>/", views.answer_access, name="access-answer"),
    path("langue/", views.language, name="language"),
]
