from django.urls import path

from clausier.console.replay import views

urlpatterns = [
    path("livres/rejeu/", views.replayed, name="replay"),
    path("livres/rejeu/rejeu.xlsx", views.replay_xlsx, name="replay-xlsx"),
    path("livres/rejeu/<slug:table>.csv", views.replay_csv, name="replay-csv"),
    path("livres/rejeu/pourquoi/<slug:kind>/<int:subject>/", views.replay_why, name="replay-why"),
]
