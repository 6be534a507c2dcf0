from django.urls import path

from clausier.console.satisfaction import views

urlpatterns = [
    path("rapports/satisfaction/", views.satisfaction, name="satisfaction"),
    path("rapports/satisfaction/reglages/", views.settle, name="satisfaction-settings"),
    path("clients/<str:number>/enquete/", views.ask_client, name="client-survey"),
    path("tickets/<int:number>/avis/", views.take_up, name="ticket-mark"),
]
