from django.urls import path

from clausier.portal.session import views

urlpatterns = [
    path("", views.home, name="portal"),
    path("client/", views.choose_client, name="portal-client"),
]
