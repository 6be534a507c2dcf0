from django.urls import path

from clausier.console.session import views

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", views.sign_in, name="sign-in"),
    path("deconnexion/", views.sign_out, name="sign-out"),
    path("langue/", views.language, name="language"),
]
