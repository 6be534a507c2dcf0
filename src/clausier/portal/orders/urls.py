from django.urls import path

from clausier.portal.orders import views

ONE = "commandes/<str:order>/"

urlpatterns = [
    path("commandes/", views.orders, name="portal-orders"),
    path(ONE, views.order, name="portal-order"),
    path(f"{ONE}commande.pdf", views.paper, name="portal-order-paper"),
    path(f"{ONE}modifications/<int:change>/document.pdf", views.change_paper, name="portal-order-change"),
]
