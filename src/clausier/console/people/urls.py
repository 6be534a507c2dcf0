from django.urls import path

from clausier.console.people import views

urlpatterns = [
    path("equipe/", views.people, name="people"),
    path("equipe/ajouter/", views.add, name="person-add"),
    path("equipe/<int:member>/", views.member, name="person"),
    path("equipe/<int:member>/depart/", views.leave, name="person-leave"),
    path("equipe/<int:member>/invitation/", views.invite, name="person-invite"),
    path("equipe/<int:member>/sessions/", views.sign_out, name="person-sign-out"),
    path("equipe/<int:member>/second-facteur/", views.reset_second_factor, name="person-second-factor"),
    path("equipe/<int:member>/proposition/", views.withdraw_offer, name="person-offer-withdraw"),
    path("equipe/<int:member>/retour/", views.come_back, name="person-return"),
]
