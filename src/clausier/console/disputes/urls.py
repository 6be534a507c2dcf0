from django.urls import path

from clausier.console.disputes import bundles, views

ONE = "litiges/<str:dispute>/"

urlpatterns = [
    path("litiges/", views.disputes, name="disputes"),
    path("contrats/<str:number>/litige/", views.open_ours, name="dispute-open"),
    path("contrats/<str:number>/reclamation/", views.record, name="dispute-record"),
    path(ONE, views.dossier, name="dispute"),
    path(f"{ONE}route/", views.journey, name="dispute-journey"),
    path(f"{ONE}expert/", views.expert, name="dispute-expert"),
    path(f"{ONE}saisine/", views.refer, name="dispute-refer"),
    path(f"{ONE}prorogation/", views.extend, name="dispute-extend"),
    path(f"{ONE}issue/", views.end, name="dispute-end"),
    path(f"{ONE}documents/", views.add_paper, name="dispute-paper-add"),
    path(f"{ONE}documents/<int:paper>/", views.paper, name="dispute-paper"),
    path(f"{ONE}notes/", views.add_note, name="dispute-note"),
    path(f"{ONE}intervenants/", views.add_person, name="dispute-person"),
    path(f"{ONE}lecteur/", views.give, name="dispute-reader"),
    path(f"{ONE}pourquoi/<int:ruling>/", views.why, name="dispute-why"),
    path(f"{ONE}preuves/", bundles.evidence, name="dispute-evidence"),
    path(f"{ONE}preuves/<int:bundle>/archive.zip", bundles.fetch, name="dispute-bundle"),
]
