from django.urls import path

from clausier.console.rates import views

urlpatterns = [path("contrats/<str:number>/taux/", views.rates, name="contract-rates")]
