from django.urls import path

from clausier.console.reports import views

urlpatterns = [
    path("rapports/", views.report, name="reports"),
    path("rapports/rapport.pdf", views.report_pdf, name="report-pdf"),
    path("rapports/rapport.xlsx", views.report_xlsx, name="report-xlsx"),
    path("rapports/<slug:table>.csv", views.report_csv, name="report-csv"),
]
