from django.urls import path

from clausier.console.working import contestations, corrections, hourly, time

ONE = "travail/contestations/<int:contestation>/"

urlpatterns = [
    path("travail/", time.working, name="working"),
    path("travail/temps/", time.own_time, name="own-time"),
    path("travail/contestations/", contestations.listing, name="contestations"),
    path(ONE, contestations.contestation, name="contestation"),
    path(f"{ONE}admettre/", contestations.uphold, name="contestation-uphold"),
    path(f"{ONE}refuser/", contestations.reject, name="contestation-reject"),
    path(f"{ONE}retirer/", contestations.withdraw, name="contestation-withdraw"),
    path("travail/heures/", hourly.items, name="hourly"),
    path("tickets/<int:number>/contester/", contestations.told, name="ticket-contest"),
    path(
        "tickets/<int:number>/seance/<int:session>/corriger/", corrections.correct, name="ticket-correct-work"
    ),
]
