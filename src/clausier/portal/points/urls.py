from django.urls import path

from clausier.portal.points import views

urlpatterns = [
    path("points/", views.points, name="portal-points"),
    path("points/<str:number>.pdf", views.statement_pdf, name="portal-points-pdf"),
]
