from django.urls import path

from clausier.console.teamwork import acts, bulk, joining, presence, settling

ONE = "tickets/<int:number>/"

urlpatterns = [
    path("tickets/en-nombre/", bulk.bulk, name="tickets-bulk"),
    path(f"{ONE}presence/", presence.beat, name="ticket-presence"),
    path(f"{ONE}suivre/", acts.follow, name="ticket-follow"),
    path(f"{ONE}suivre/<int:watcher>/arreter/", acts.unfollow, name="ticket-unfollow"),
    path(f"{ONE}etiquettes/", acts.tag, name="ticket-tag"),
    path(f"{ONE}taches/", acts.add_task, name="ticket-task-add"),
    path(f"{ONE}taches/liste/", acts.apply_checklist, name="ticket-checklist"),
    path(f"{ONE}taches/<int:task>/", acts.task, name="ticket-task"),
    path(f"{ONE}liens/", acts.link, name="ticket-link"),
    path(f"{ONE}liens/<int:link>/retirer/", acts.unlink, name="ticket-unlink"),
    path(f"{ONE}fusionner/", joining.merge, name="ticket-merge"),
    path(f"{ONE}fusion/annuler/", joining.undo_merge, name="ticket-merge-undo"),
    path(f"{ONE}detacher/", joining.split, name="ticket-split"),
    path("etiquettes/", settling.home, name="teamwork"),
    path("etiquettes/nouvelle/", settling.new_tag, name="tag-new"),
    path("etiquettes/<int:tag>/", settling.tag, name="tag"),
    path("listes/nouvelle/", settling.new_checklist, name="checklist-new"),
    path("listes/<int:checklist>/", settling.checklist, name="checklist"),
]
