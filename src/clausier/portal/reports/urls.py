from django.urls import path

from clausier.portal.reports import views

urlpatterns = [
    path("rapports/", views.report, name="portal-reports"),
    path("rapports/rapport.pdf", views.report_pdf, name="portal-report-pdf"),
]
