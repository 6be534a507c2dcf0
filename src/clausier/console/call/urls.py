from django.urls import path

from clausier.console.call import views

urlpatterns = [
    path("appel/", views.call, name="call"),
    path("appel/personnes/", views.callers, name="call-callers"),
    path("appel/contexte/", views.context, name="call-context"),
    path("appel/apercu/", views.preview, name="call-preview"),
    path("appel/abandonner/", views.drop, name="call-drop"),
]
