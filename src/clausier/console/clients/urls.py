from django.urls import path

from clausier.console.clients import views

ONE = "clients/<str:number>/"

urlpatterns = [
    path("clients/", views.clients, name="clients"),
    path("clients/nouveau/", views.create, name="client-create"),
    path(ONE, views.client, name="client"),
    path(f"{ONE}modifier/", views.edit, name="client-edit"),
    path(f"{ONE}sites/nouveau/", views.add_site, name="site-add"),
    path(f"{ONE}sites/<int:site>/", views.edit_site, name="site-edit"),
    path(f"{ONE}personnes/nouvelle/", views.add_contact, name="contact-add"),
    path(f"{ONE}personnes/<int:contact>/", views.edit_contact, name="contact-edit"),
    path(f"{ONE}personnes/<int:contact>/depart/", views.contact_left, name="contact-left"),
    path(f"{ONE}correspondant/", views.correspondent, name="client-correspondent"),
    path(f"{ONE}portail/", views.sections, name="client-sections"),
    path(f"{ONE}acces/", views.access, name="client-access"),
]
