from django.urls import path

from clausier.console.recurring import views

urlpatterns = [
    path("recurrents/", views.plans, name="recurring"),
    path("recurrents/nouveau/", views.create, name="plan-create"),
    path("recurrents/<int:plan>/", views.plan, name="plan"),
    path("recurrents/<int:plan>/modifier/", views.edit, name="plan-edit"),
    path("recurrents/<int:plan>/suspendre/", views.pause, name="plan-pause"),
    path("recurrents/<int:plan>/reprendre/", views.resume, name="plan-resume"),
    path("recurrents/<int:plan>/arreter/", views.end, name="plan-end"),
]
