from django.urls import path

from clausier.console.webhooks import views

urlpatterns = [
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/nouveau/", views.create, name="webhook-create"),
    path("webhooks/<int:webhook>/", views.webhook, name="webhook"),
    path("webhooks/<int:webhook>/modifier/", views.change, name="webhook-edit"),
    path("webhooks/<int:webhook>/secret/", views.renew, name="webhook-secret"),
    path("webhooks/<int:webhook>/essai/", views.attempt, name="webhook-try"),
    path("webhooks/<int:webhook>/retrait/", views.remove, name="webhook-remove"),
    path("webhooks/<int:webhook>/remises/<int:delivery>/", views.send_again, name="webhook-resend"),
]
