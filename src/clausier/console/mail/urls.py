from django.urls import path

from clausier.console.mail import boxes, letters, views, words

urlpatterns = [
    path("courrier/", views.queue, name="mail"),
    path("courrier/messages/", views.messages_in, name="mail-messages"),
    path("courrier/messages/<int:mail>/", views.message, name="mail-message"),
    path("courrier/messages/<int:mail>/brut/", views.raw, name="mail-raw"),
    path("courrier/messages/<int:mail>/page/", views.as_page, name="mail-page"),
    path("courrier/messages/<int:mail>/pieces/<int:position>/", views.part, name="mail-part"),
    path("courrier/messages/<int:mail>/relire/", views.parse_again, name="mail-parse-again"),
    path("courrier/messages/<int:mail>/ranger/", views.move, name="mail-move"),
    path("courrier/messages/<int:mail>/ecarter/", views.set_aside, name="mail-set-aside"),
    path("courrier/messages/<int:mail>/qualifier/", views.qualify, name="mail-qualify"),
    path("courrier/envois/", letters.outbox, name="mail-outbox"),
    path("courrier/envois/<int:letter>/", letters.letter, name="mail-letter"),
    path("courrier/envois/<int:letter>/renvoyer/", letters.send_again, name="mail-send-again"),
    path("courrier/adresses/<int:trouble>/", letters.mend, name="mail-mend"),
    path("courrier/boites/", boxes.mailboxes, name="mailboxes"),
    path("courrier/boites/nouvelle/", boxes.create, name="mailbox-create"),
    path("courrier/boites/<int:mailbox>/", boxes.change, name="mailbox"),
    path("courrier/boites/<int:mailbox>/essai/", boxes.trial, name="mailbox-trial"),
    path("courrier/modeles/", words.wordings, name="wordings"),
    path("courrier/modeles/<slug:kind>/<slug:language>/", words.change, name="wording"),
]
