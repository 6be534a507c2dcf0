from django.urls import path

from clausier.care import views

urlpatterns = [
    path("healthz", views.health, name="health"),
    path("sante/", views.health, name="health-fr"),
    path("metrics", views.prometheus, name="metrics"),
]
