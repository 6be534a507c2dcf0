from django.urls import path

from clausier.console.work import views

urlpatterns = [
    path("tickets/<int:number>/travail/", views.work, name="work"),
    path("tickets/<int:number>/travail/apercu/", views.preview, name="work-preview"),
]
