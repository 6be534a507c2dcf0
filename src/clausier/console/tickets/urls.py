from django.urls import path

from clausier.console.tickets import acts, conduct, views

ONE = "tickets/<int:number>/"

urlpatterns = [
    path("tickets/", views.tickets, name="tickets"),
    path("tickets/premier-numero/", views.first_number, name="tickets-first-number"),
    path(ONE, views.ticket, name="ticket"),
    path(f"{ONE}fichiers/<int:attachment>/", views.attachment, name="ticket-file"),
    path(f"{ONE}ecrire/", acts.write, name="ticket-reply"),
    path(f"{ONE}affecter/", acts.assign, name="ticket-assign"),
    path(f"{ONE}qualifier/", acts.qualify, name="ticket-qualify"),
    path(f"{ONE}couverture/", acts.cover, name="ticket-cover"),
    path(f"{ONE}etape/", acts.climb, name="ticket-climb"),
    path(f"{ONE}pre-diagnostic/", acts.prediagnosis, name="ticket-prediagnosis"),
    path(f"{ONE}rendez-vous/", acts.appointment, name="ticket-appointment"),
    path(f"{ONE}rendez-vous/annuler/", acts.cancel_appointment, name="ticket-appointment-cancel"),
    path(f"{ONE}seance/", acts.start_work, name="ticket-start-work"),
    path(f"{ONE}seance/<int:session>/pause/", acts.pause_work, name="ticket-pause-work"),
    path(f"{ONE}seance/<int:session>/reprendre/", acts.resume_work, name="ticket-resume-work"),
    path(f"{ONE}seance/<int:session>/valider/", acts.validate_work, name="ticket-validate-work"),
    path(f"{ONE}seance/<int:session>/abandonner/", acts.discard_work, name="ticket-discard-work"),
    path(f"{ONE}accords/", conduct.ask, name="ticket-ask"),
    path(f"{ONE}accords/reponse/", conduct.record, name="ticket-answer"),
    path(f"{ONE}accords/<int:agreement>/retrait/", conduct.withdraw, name="ticket-agreement-withdraw"),
    path(f"{ONE}prise-en-main/", conduct.start_remote, name="ticket-remote"),
    path(f"{ONE}prise-en-main/<int:remote>/fin/", conduct.end_remote, name="ticket-remote-end"),
    path(f"{ONE}arret/", conduct.stop, name="ticket-stop"),
    path(f"{ONE}avis/<int:notice>/", conduct.told, name="ticket-told"),
    path(f"{ONE}clore/", acts.close, name="ticket-close"),
    path(f"{ONE}rouvrir/", acts.reopen, name="ticket-reopen"),
]
