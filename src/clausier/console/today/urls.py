from django.urls import path

from clausier.console.today import views

urlpatterns = [path("", views.today, name="today")]
