from django.urls import path

from clausier.console.agencies import views

urlpatterns = [
    path("agences/", views.agencies, name="agencies"),
    path("agences/nouvelle/", views.create, name="agency-create"),
    path("agences/<int:agency>/", views.edit, name="agency-edit"),
]
