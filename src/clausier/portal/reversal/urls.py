from django.urls import path

from clausier.portal.reversal import views

urlpatterns = [
    path("reversibilites/<str:reversal>/", views.file, name="portal-reversal"),
    path("reversibilite-etapes/<int:step>/faite/", views.complete_step, name="portal-reversal-step"),
    path("bordereaux/<int:record>/reserve/", views.reserve, name="portal-delivery-reserve"),
    path("reserves/<int:reservation>/levee/", views.lift, name="portal-reservation-lift"),
]
