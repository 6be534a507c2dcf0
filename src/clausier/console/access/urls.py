from django.urls import path

from clausier.console.access import views

CLIENT = "clients/<str:number>/accords/"

urlpatterns = [
    path("outils-de-prise-en-main/", views.tools, name="remote-tools"),
    path("outils-de-prise-en-main/<int:tool>/", views.use_tool, name="remote-tool-use"),
    path(CLIENT, views.client, name="client-agreements"),
    path(f"{CLIENT}<int:agreement>/retrait/", views.withdraw, name="client-agreement-withdraw"),
]
