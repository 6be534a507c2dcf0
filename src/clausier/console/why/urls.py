from django.urls import path

from clausier.console.why import views

urlpatterns = [
    path("pourquoi/calcul/", views.why_ask, name="why-ask"),
    path("pourquoi/<int:ruling>/", views.why, name="why"),
    path("pourquoi/<int:ruling>.pdf", views.why_pdf, name="why-pdf"),
    path("pourquoi/<int:ruling>.json", views.why_json, name="why-json"),
]
