from django.urls import path

from clausier.portal.following import views

urlpatterns = [
    path("suivi/<str:token>/", views.unfollow, name="portal-unfollow"),
    path("demandes/<int:number>/suivre/", views.follow, name="portal-follow"),
]
