from django.urls import path

from clausier.portal.quotes import views

urlpatterns = [
    path("devis/", views.quotes, name="portal-quotes"),
    path("devis/<str:quote>/", views.quote, name="portal-quote"),
    path("devis/<str:quote>/devis.pdf", views.paper, name="portal-quote-paper"),
    path("devis/<str:quote>/choix/", views.choose, name="portal-quote-choose"),
    path("devis/<str:quote>/refus/", views.decline, name="portal-quote-decline"),
]
