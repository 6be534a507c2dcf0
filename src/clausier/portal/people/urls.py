from django.urls import path

from clausier.portal.people import views

urlpatterns = [
    path("personnes/", views.people, name="portal-people"),
    path("personnes/<int:access>/fermer/", views.end, name="portal-access-end"),
]
