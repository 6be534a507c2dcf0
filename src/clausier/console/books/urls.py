from django.urls import path

from clausier.console.books import views

urlpatterns = [
    path("livres/", views.books, name="books"),
    path("livres/edition/<str:digest>/", views.edition, name="book-edition"),
    path("livres/<path:name>/", views.book, name="book"),
]
