from django.urls import path

from clausier.console.points import settling, views

urlpatterns = [
    path("points/", views.accounts, name="points"),
    path("points/<str:number>/", views.account, name="points-account"),
    path("points/<str:number>/ouvrir/", views.open_account, name="points-open"),
    path("points/<str:number>/crediter/", views.credit, name="points-credit"),
    path("points/<str:number>/corriger/<int:entry>/", views.correct, name="points-correct"),
    path("points/<str:number>/releve.pdf", views.statement_pdf, name="points-statement-pdf"),
    path("points/<str:number>/alertes/", settling.alerts_, name="points-alerts"),
    path("points/<str:number>/releves/", settling.plan, name="points-plan"),
    path("points/<str:number>/releves/etablir/", settling.make, name="points-statement-make"),
    path("points/<str:number>/releves/<int:statement>.pdf", settling.monthly_pdf, name="points-monthly-pdf"),
    path("points/<str:number>/releves/<int:statement>/envoyer/", settling.resend, name="points-resend"),
    path("points/<str:number>/transferer/", settling.transfer, name="points-transfer"),
    path("points/<str:number>/clore/", settling.close, name="points-close"),
    path("points/<str:number>/demandes/<int:top_up>/", settling.decline, name="points-decline"),
    path("tickets/<int:number>/points/", settling.beside, name="points-beside"),
    path("tickets/<int:number>/depassement/", settling.allow, name="points-allow"),
]
