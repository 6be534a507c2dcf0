from django.urls import path

from clausier.console.journal import views

urlpatterns = [
    path("journal/", views.journal, name="journal"),
]
