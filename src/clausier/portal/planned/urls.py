from django.urls import path

from clausier.portal.planned import views

urlpatterns = [path("travaux/", views.planned, name="portal-planned")]
