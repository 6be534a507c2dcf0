from django.urls import path

from clausier.console.reversal import acts, views

ONE = "reversibilites/<str:reversal>/"
STEP = "reversibilite-etapes/<int:step>/"
ITEM = "reversibilite-elements/<int:item>/"
RECORD = "bordereaux/<int:record>/"
DEVICE = "supports/<int:device>/"

urlpatterns = [
    path("reversibilites/", views.reversals, name="reversals"),
    path("contrats/<str:number>/reversibilite/", views.open_file, name="reversal-open"),
    path(ONE, views.file, name="reversal"),
    path(f"{ONE}chiffrage/", views.estimate, name="reversal-estimate"),
    path(f"{ONE}abandon/", views.withdraw, name="reversal-withdraw"),
    path(f"{ONE}etapes/", acts.add_step, name="reversal-step-add"),
    path(f"{ONE}elements/", acts.add_item, name="reversal-item-add"),
    path(f"{ONE}supports/", acts.add_device, name="reversal-device-add"),
    path(f"{ONE}bordereau/", views.record, name="reversal-record"),
    path(f"{ONE}certificat/", views.certify, name="reversal-certify"),
    path(STEP, acts.change_step, name="reversal-step"),
    path(f"{STEP}faite/", acts.complete_step, name="reversal-step-done"),
    path(f"{STEP}decocher/", acts.reopen_step, name="reversal-step-reopen"),
    path(f"{STEP}retrait/", acts.drop_step, name="reversal-step-drop"),
    path(ITEM, acts.change_item, name="reversal-item"),
    path(f"{ITEM}rendu/", acts.return_item, name="reversal-item-returned"),
    path(f"{ITEM}licence/", acts.note_paid, name="reversal-item-paid"),
    path(f"{ITEM}retrait/", acts.drop_item, name="reversal-item-drop"),
    path(f"{RECORD}reserve/", views.reserve, name="delivery-reserve"),
    path(f"{RECORD}retrait/", views.withdraw_record, name="delivery-withdraw"),
    path("reserves/<int:reservation>/levee/", views.lift, name="reservation-lift"),
    path(f"{DEVICE}effacement/", acts.wipe, name="device-wipe"),
    path(f"{DEVICE}retrait/", acts.drop_device, name="device-drop"),
    path("effacements/<int:wiping>/contre-ecriture/", acts.cancel_wiping, name="wiping-cancel"),
]
