from django.urls import path

from clausier.portal.surveys import views

urlpatterns = [
    path("avis/<str:token>/", views.survey, name="survey"),
    path("demandes/<int:number>/avis/", views.rate, name="portal-rate"),
]
