from django.urls import path

from clausier.console.tokens import views

urlpatterns = [
    path("jetons/", views.tokens, name="tokens"),
    path("jetons/nouveau/", views.create, name="token-create"),
    path("jetons/<int:token>/revocation/", views.revoke, name="token-revoke"),
]
