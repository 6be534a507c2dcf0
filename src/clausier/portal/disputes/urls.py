from django.urls import path

from clausier.portal.disputes import views

urlpatterns = [
    path("contrats/<str:number>/reclamation/", views.complain, name="portal-complain"),
    path("litiges/<str:dispute>/", views.dispute, name="portal-dispute"),
    path("litiges/<str:dispute>/pourquoi/<int:ruling>/", views.why, name="portal-dispute-why"),
    path("litiges/<str:dispute>/lettre/<int:paper>/", views.letter, name="portal-dispute-letter"),
]
