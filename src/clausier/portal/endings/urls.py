from django.urls import path

from clausier.portal.endings import views

urlpatterns = [
    path("contrats/<str:number>/fin/", views.ending, name="portal-ending"),
    path("contrats/<str:number>/preavis/", views.give_notice, name="portal-notice"),
]
