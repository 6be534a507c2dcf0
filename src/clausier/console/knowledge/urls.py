from django.urls import path

from clausier.console.knowledge import answers, composing, views

urlpatterns = [
    path("connaissances/", views.articles, name="knowledge"),
    path("connaissances/nouveau/", views.create, name="article-create"),
    path("connaissances/proposes/", views.suggested, name="articles-suggested"),
    path("connaissances/reponses/", answers.answers, name="answers"),
    path("connaissances/reponses/nouvelle/", answers.create, name="answer-create"),
    path("connaissances/reponses/<int:answer>/", answers.change, name="answer"),
    path("connaissances/reponses/<int:answer>/retrait/", answers.remove, name="answer-remove"),
    path("connaissances/<int:article>/", views.article, name="article"),
    path("connaissances/<int:article>/modifier/", views.change, name="article-edit"),
    path("connaissances/<int:article>/publier/", views.publish, name="article-publish"),
    path("connaissances/<int:article>/retirer/", views.withdraw, name="article-withdraw"),
    path("connaissances/<int:article>/avis/", views.opinion, name="article-opinion"),
    path("connaissances/<int:article>/versions/<int:version>/", views.version, name="article-version"),
    path("connaissances/<int:article>/fichiers/", views.add_file, name="article-file-add"),
    path("connaissances/<int:article>/fichiers/<int:file>/", views.file, name="article-file"),
    path(
        "connaissances/<int:article>/fichiers/<int:file>/retrait/",
        views.remove_file,
        name="article-file-remove",
    ),
    path("tickets/<int:number>/reponses-types/", composing.choices, name="ticket-answers"),
    path("tickets/<int:number>/article/", composing.make_article, name="ticket-article"),
]
