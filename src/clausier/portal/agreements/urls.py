from django.urls import path

from clausier.portal.agreements import views

urlpatterns = [
    path("accords/", views.agreements, name="portal-agreements"),
    path("accords/<int:agreement>/reponse/", views.answer, name="portal-agreement-answer"),
    path("accords/<int:agreement>/retrait/", views.withdraw, name="portal-agreement-withdraw"),
    path("accord/<str:token>/", views.by_link, name="portal-agreement"),
]
