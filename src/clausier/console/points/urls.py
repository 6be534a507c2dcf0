from django.urls import path

from clausier.console.points import views

urlpatterns = [
    path("points/", views.accounts, name="points"),
    path("points/<str:number>/", views.account, name="points-account"),
    path("points/<str:number>/ouvrir/", views.open_account, name="points-open"),
    path("points/<str:number>/crediter/", views.credit, name="points-credit"),
    path("points/<str:number>/corriger/<int:entry>/", views.correct, name="points-correct"),
    path("points/<str:number>/releve.pdf", views.statement_pdf, name="points-statement-pdf"),
]
