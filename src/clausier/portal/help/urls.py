from django.urls import path

from clausier.portal.help import views

urlpatterns = [
    path("aide/", views.articles, name="portal-help"),
    path("aide/proposes/", views.suggested, name="portal-suggested"),
    path("aide/<int:article>/", views.article, name="portal-article"),
    path("aide/<int:article>/avis/", views.opinion, name="portal-article-opinion"),
    path("aide/<int:article>/suffit/", views.answered, name="portal-article-answered"),
    path("aide/<int:article>/fichiers/<int:file>/", views.file, name="portal-article-file"),
]
