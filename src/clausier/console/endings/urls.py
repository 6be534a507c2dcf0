from django.urls import path

from clausier.console.endings import views

ONE = "contrats/<str:number>/fin/"

urlpatterns = [
    path("fins/", views.endings, name="endings"),
    path(ONE, views.dossier, name="contract-endings"),
    path(f"{ONE}preavis/", views.give_notice, name="notice-give"),
    path(f"{ONE}preavis-recu/", views.record_notice, name="notice-record"),
    path(f"{ONE}mise-en-demeure/", views.send_formal_notice, name="formal-notice-send"),
    path(f"{ONE}mise-en-demeure-recue/", views.record_formal_notice, name="formal-notice-record"),
    path(f"{ONE}resiliation/", views.terminate, name="contract-terminate"),
    path(f"{ONE}accord/", views.agree, name="contract-agree"),
    path(f"{ONE}annulation/", views.undo, name="contract-undo-end"),
    path(f"{ONE}suspension/", views.suspend, name="contract-suspend"),
    path(f"{ONE}force-majeure/", views.declare, name="force-majeure-declare"),
    path("preavis/<int:notice>/reponse/", views.acknowledge, name="notice-acknowledge"),
    path("preavis/<int:notice>/retrait/", views.withdraw, name="notice-withdraw"),
    path("mises-en-demeure/<int:formal>/suite/", views.settle, name="formal-notice-settle"),
    path("mises-en-demeure/<int:formal>/fin/", views.end_after, name="formal-notice-end"),
    path("suspensions/<int:suspension>/levee/", views.lift, name="suspension-lift"),
    path("suspensions/<int:suspension>/retrait/", views.withdraw_suspension, name="suspension-withdraw"),
    path("forces-majeures/<int:event>/reprise/", views.over, name="force-majeure-over"),
    path("forces-majeures/<int:event>/fin/", views.end_for, name="force-majeure-end"),
    path("lettres/<int:letter>/", views.letter, name="letter"),
    path("lettres/<int:letter>/route/", views.journey, name="letter-journey"),
    path("lettres/<int:letter>/copie/", views.copy, name="letter-copy"),
]
