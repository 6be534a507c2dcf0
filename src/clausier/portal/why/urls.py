from django.urls import path

from clausier.portal.why import views

urlpatterns = [
    path("pourquoi/<int:ruling>/", views.why, name="portal-why"),
    path("pourquoi/<int:ruling>.pdf", views.why_pdf, name="portal-why-pdf"),
]
