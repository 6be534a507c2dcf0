from django.urls import path

from clausier.console.replay import views

ONE = "livres/rejeu/<int:kept>/"

urlpatterns = [
    path("livres/rejeu/", views.replayed, name="replay"),
    path("livres/rejeu/pourquoi/<slug:kind>/<int:subject>/", views.replay_why, name="replay-why"),
    path(ONE, views.result, name="replay-result"),
    path(f"{ONE}effacer/", views.discard, name="replay-discard"),
    path(f"{ONE}avec/<int:other>/", views.compare, name="replay-compare"),
    path(f"{ONE}rejeu.xlsx", views.replay_xlsx, name="replay-xlsx"),
    path(f"{ONE}<slug:table>.csv", views.replay_csv, name="replay-csv"),
]
