from django.urls import path

from clausier.console.ownbook import law, views

urlpatterns = [
    path("livres/nouveau/", views.create, name="book-draft-new"),
    path("livres/projets/<int:draft>/", views.draft, name="book-draft"),
    path("livres/projets/<int:draft>/rubriques/<slug:chapter>/", views.chapter, name="book-draft-chapter"),
    path("livres/projets/<int:draft>/clauses/", views.clauses, name="book-draft-clauses"),
    path("livres/projets/<int:draft>/clauses/<path:clause>/", views.clause, name="book-draft-clause"),
    path("livres/projets/<int:draft>/lectures/", views.readings, name="book-draft-readings"),
    path("livres/projets/<int:draft>/lectures/<str:key>/", views.reading, name="book-draft-reading"),
    path("livres/projets/<int:draft>/termes/<str:term>/", views.term, name="book-draft-term"),
    path("livres/projets/<int:draft>/reprise/", views.take_up, name="book-draft-take-up"),
    path("livres/projets/<int:draft>/exemples/<slug:example>/", views.example, name="book-draft-example"),
    path("livres/projets/<int:draft>/dossier.zip", views.draft_zip, name="book-draft-zip"),
    path("livres/projets/<int:draft>/publication/", views.publish, name="book-draft-publish"),
    path("livres/projets/<int:draft>/abandon/", views.discard, name="book-draft-discard"),
    path("livres/editions/<int:edition>/", views.edition, name="own-edition"),
    path("livres/edition/<str:digest>/dossier.zip", views.edition_zip, name="book-edition-zip"),
    path("livres/loi/", law.values, name="law-values"),
    path("livres/loi/<int:value>/confirmation/", law.confirm, name="law-value-confirm"),
]
