from django.urls import path

from clausier.console.screens import views

urlpatterns = [
    path("ecrans/", views.screens, name="screens"),
    path("ecrans/<int:screen>/retrait/", views.revoke, name="screen-revoke"),
    path("ecran/", views.preview, name="wall"),
    path("ecran/<str:token>/", views.wall, name="wall-screen"),
]
