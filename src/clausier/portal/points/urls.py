from django.urls import path

from clausier.portal.points import views

urlpatterns = [
    path("points/", views.points, name="portal-points"),
    path("points/<str:number>.pdf", views.statement_pdf, name="portal-points-pdf"),
    path("points/<str:number>/demander/", views.ask, name="portal-points-ask"),
    path("points/<str:number>/releves/<int:statement>.pdf", views.monthly_pdf, name="portal-points-monthly"),
]
