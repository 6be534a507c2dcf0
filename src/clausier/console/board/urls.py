from django.urls import path

from clausier.console.board import views

urlpatterns = [
    path("tickets/tableau/", views.board, name="board"),
    path("tickets/<int:number>/deplacer/", views.move, name="board-move"),
]
