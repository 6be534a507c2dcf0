"""The forms of articles, their files and canned answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import EquipmentClass
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation.actors import Actor
from clausier.foundation.models import LANGUAGE_NAMES
from clausier.knowledge.states import Audience
from clausier.pages.forms import ActForm, DayField


class ArticleForm(ActForm):
    """An article as it is written."""

    rows = (
        ("title",),
        ("body",),
        ("audience", "language"),
        ("clients",),
        ("category", "keywords"),
        ("equipment_classes",),
        ("review_on", "note"),
    )
    title = forms.CharField(label=_("Titre"), max_length=160, help_text=_("La question, comme on la pose."))
    body = forms.CharField(
        label=_("Texte"),
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_(
            "En Markdown : ## titre, **gras**, - liste, 1. étapes, [lien](https://…), "
            "![image](file:…) pour une image de l’article."
        ),
    )
    audience = forms.ChoiceField(label=_("Pour qui"), choices=Audience.choices, initial=Audience.INTERNAL)
    clients = forms.ModelMultipleChoiceField(
        Client.objects.none(),
        label=_("Clients choisis"),
        required=False,
        help_text=_("Si l’article est pour des clients choisis : Ctrl pour en prendre plusieurs."),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    language = forms.ChoiceField(label=_("Langue"), choices=list(LANGUAGE_NAMES.items()), initial="fr")
    category = forms.CharField(label=_("Catégorie"), max_length=60, required=False)
    keywords = forms.CharField(
        label=_("Autres mots"),
        max_length=200,
        required=False,
        help_text=_("Ceux que diraient les clients, et qui ne sont pas dans le texte."),
    )
    equipment_classes = forms.MultipleChoiceField(
        label=_("Sur quoi"),
        choices=EquipmentClass.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    review_on = DayField(label=_("À relire le"), required=False)

    def __init__(self, actor: Actor, categories: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = categories
        self.fields["clients"].queryset = directory.clients_visible_to(actor)  # type: ignore[attr-defined]
        self.fields["category"].widget.attrs["list"] = "categories"


class ArticleChanges(ArticleForm):
    """The same, with why it changes and the version that was read."""

    note = forms.CharField(
        label=_("Ce qui change"), max_length=200, required=False, help_text=_("Pour l’historique.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class FileForm(ActForm):
    """A picture or a file of an article."""

    file = forms.FileField(label=_("Image ou fichier"))


class AnswerForm(ActForm):
    """A canned answer."""

    rows = (("title", "category"), ("body_fr",), ("body_en",), ("shared",))
    title = forms.CharField(label=_("Titre"), max_length=80)
    category = forms.CharField(label=_("Catégorie"), max_length=60, required=False)
    body_fr = forms.CharField(
        label=_("En français"), required=False, widget=forms.Textarea(attrs={"rows": 7})
    )
    body_en = forms.CharField(
        label=_("En anglais"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("La langue de la personne décide ; s’il en manque une, l’autre sert."),
    )
    shared = forms.BooleanField(
        label=_("Pour toute l’équipe"), required=False, help_text=_("Sinon, pour vous seul.")
    )

    def __init__(self, actor: Actor, categories: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = categories
        self.fields["category"].widget.attrs["list"] = "categories"
        if not actor.may("knowledge.publish"):
            del self.fields["shared"]
