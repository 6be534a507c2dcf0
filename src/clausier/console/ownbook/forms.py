"""Forms of a book being written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.console.ownbook import values
from clausier.editions.models import BY_MONTH, LawSeries, period_of
from clausier.editions.services import TermChange, thawed
from clausier.foundation.models import InstalledBook
from clausier.pages.forms import ActForm, DayField
from clausier.terms.book import Book
from clausier.terms.outcome import Words

SENTENCE = 2000
PRACTICE = ""


class TermForm(ActForm):
    """One term: its value, the clause that sets it or the practice it is, and what it is called."""

    def __init__(self, book: Book, name: str, others: Mapping[str, set[str]], *args: Any) -> None:
        super().__init__(*args, prefix=None, auto_id=f"{name.replace('.', '-')}_%s")
        term = book.terms[name]
        reading = book.timeline(name)[-1]
        self.value, self.unit = thawed(reading.value), term.unit
        made = values.Fields(book, name, term.unit, others, get_language() or "fr")
        made.of(self.value)
        self.value_names = list(made.made)
        self.fields.update(made.made)
        self.initial.update(made.initial)
        self._add_source(book, reading.clause if not term.practice else None)
        reason = term.reason or Words("", "")
        self._add_sentences("reason", _("Raison de l’usage"), reason, required=False)
        self._add_sentences("label", _("Nom du terme"), term.label, required=True)

    def _add_source(self, book: Book, clause: str | None) -> None:
        language = get_language() or "fr"
        clauses = [(number, f"{number} {one.title.to(language)}") for number, one in book.clauses.items()]
        self.fields["clause"] = forms.ChoiceField(
            label=_("Clause"),
            required=False,
            choices=[(PRACTICE, _("aucune : c’est notre usage")), *clauses],
        )
        self.initial["clause"] = clause or PRACTICE

    def _add_sentences(self, name: str, label: Any, words: Words, *, required: bool) -> None:
        for language, said, suffix in (("fr", words.fr, _("en français")), ("en", words.en, _("en anglais"))):
            self.fields[f"{name}_{language}"] = forms.CharField(
                label=f"{label}, {suffix}", required=required, max_length=SENTENCE
            )
            self.initial[f"{name}_{language}"] = said

    def value_fields(self) -> list[forms.BoundField]:
        """The fields of the value itself."""
        return [self[name] for name in self.value_names]

    def source_fields(self) -> list[forms.BoundField]:
        """Where the value comes from, and what it is called."""
        return [self[name] for name in self.fields if name not in self.value_names]

    def is_week(self) -> bool:
        """True of opening hours: seven fields side by side."""
        return self.unit == values.HOURS

    def clean(self) -> dict[str, Any]:
        """The change as the service takes it."""
        typed = super().clean() or {}
        if self.errors:
            return typed
        value = values.read(self.value, typed, self.unit)
        for name in _holes(value):
            if name in self.fields:
                self.add_error(name, _("Complétez cette ligne, ou videz-la tout entière."))
        clause = typed.get("clause", "")
        reason = Words(typed.get("reason_fr", ""), typed.get("reason_en", ""))
        change = TermChange(
            value, clause, Words(typed["label_fr"], typed["label_en"]), None if clause else reason
        )
        return {"change": change}


def _holes(value: Any, path: values.Path = ()) -> list[str]:
    """The places of a value where a figure or a sentence is missing."""
    if value is None or (value == "" and path and path[-1] != "key"):
        return [values.name_of(path)]
    if isinstance(value, Mapping):
        return [hole for key, inner in value.items() for hole in _holes(inner, (*path, key))]
    if isinstance(value, list):
        return [hole for number, inner in enumerate(value) for hole in _holes(inner, (*path, number))]
    return []


class HeadForm(ActForm):
    """The title of the edition and the day it takes effect."""

    title_fr = forms.CharField(label=_("Titre, en français"), max_length=200)
    title_en = forms.CharField(label=_("Titre, en anglais"), max_length=200)
    effective_on = DayField(
        label=_("Prend effet le"),
        help_text=_("Pour les contrats qui commencent ce jour-là ou après. Ce qui est signé ne change pas."),
    )

    rows = (("title_fr", "title_en"), ("effective_on",))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if self.errors:
            return typed
        title = Words(typed["title_fr"], typed["title_en"])
        return {"title": title, "effective_on": typed["effective_on"]}


class StartForm(ActForm):
    """What to start from, and from which day on."""

    base = forms.ModelChoiceField(
        label=_("À partir de"), queryset=InstalledBook.objects.none(), empty_label=None
    )
    effective_on = DayField(
        label=_("Prend effet le"), help_text=_("Vous pourrez encore changer ce jour avant de publier.")
    )

    def __init__(self, bases: list[InstalledBook], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "fr"
        field: Any = self.fields["base"]
        field.queryset = InstalledBook.objects.filter(pk__in=[one.pk for one in bases]).defer("content")
        titles = {one.pk: Words(one.title_fr, one.title_en).to(language) for one in bases}
        field.choices = [(one.pk, f"{one.name} · {titles[one.pk]}") for one in bases]


class UploadForm(ActForm):
    """A folder brought along."""

    file = forms.FileField(
        label=_("Dossier du livre, en ZIP"), widget=forms.FileInput(attrs={"accept": ".zip"})
    )
    effective_on = DayField(label=_("Prend effet le"))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if self.errors:
            return typed
        return {"content": typed["file"].read(), "effective_on": typed["effective_on"]}

    def field_of(self, refused: Any) -> str | None:
        return "file" if refused.field == "content" else refused.field


class SentencesForm(ActForm):
    """Sentences in both languages, put together as pairs."""

    pairs: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if self.errors:
            return typed
        for name in self.pairs:
            typed[name] = Words(typed.pop(f"{name}_fr"), typed.pop(f"{name}_en"))
        return typed


LINES = forms.Textarea(attrs={"rows": 3})


class ClauseForm(SentencesForm):
    """A clause as people read it."""

    rows: tuple[tuple[str, ...], ...] = (("new_number",), ("title_fr", "title_en"), ("gist_fr", "gist_en"))
    pairs = ("title", "gist")

    new_number = forms.CharField(label=_("Numéro"), max_length=20)
    title_fr = forms.CharField(label=_("Titre, en français"), max_length=200)
    title_en = forms.CharField(label=_("Titre, en anglais"), max_length=200)
    gist_fr = forms.CharField(label=_("En peu de mots, en français"), max_length=SENTENCE, widget=LINES)
    gist_en = forms.CharField(label=_("En peu de mots, en anglais"), max_length=SENTENCE, widget=LINES)


class NewClauseForm(ClauseForm):
    """A clause more."""

    after = forms.ChoiceField(label=_("Après"), required=False)

    rows = (("new_number", "after"), ("title_fr", "title_en"), ("gist_fr", "gist_en"))

    def __init__(self, numbers: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["after"]
        field.choices = [("", _("à la fin")), *((number, number) for number in numbers)]

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if not self.errors:
            typed["number"] = typed.pop("new_number")
        return typed

    def field_of(self, refused: Any) -> str | None:
        return "new_number" if refused.field == "number" else refused.field


class ReadingForm(SentencesForm):
    """How doubtful words are read."""

    reading_fr = forms.CharField(label=_("Lecture, en français"), max_length=SENTENCE, widget=LINES)
    reading_en = forms.CharField(label=_("Lecture, en anglais"), max_length=SENTENCE, widget=LINES)
    reason_fr = forms.CharField(label=_("Raison, en français"), max_length=SENTENCE, widget=LINES)
    reason_en = forms.CharField(label=_("Raison, en anglais"), max_length=SENTENCE, widget=LINES)

    rows = (("reading_fr", "reading_en"), ("reason_fr", "reason_en"))
    pairs = ("reading", "reason")


class TakeUpForm(ActForm):
    """A term that another book has."""

    term = forms.ChoiceField(label=_("Terme"))
    clause = forms.ChoiceField(label=_("Clause qui le porte"))

    rows = (("term", "clause"),)

    def __init__(
        self,
        terms: list[tuple[str, list[tuple[str, str]]]],
        clauses: list[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        term_field: Any = self.fields["term"]
        term_field.choices = terms
        clause_field: Any = self.fields["clause"]
        clause_field.choices = clauses


class LawForm(ActForm):
    """A value of law and its source."""

    series = forms.ChoiceField(label=_("Série"), choices=LawSeries.choices)
    since_on = forms.ChoiceField(label=_("Période"))
    value = values.FigureField(
        label=_("Valeur"), help_text=_("En pour cent l’an pour un taux, l’indice tel quel sinon.")
    )
    reference = forms.CharField(
        label=_("Source"),
        max_length=160,
        help_text=_("Où la lire : l’arrêté et le Journal officiel, ou la publication de l’indice."),
    )
    published_on = DayField(label=_("Publiée le"))

    rows = (("series", "since_on"), ("value", "published_on"), ("reference",))

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        halves = [date(year, month, 1) for year in range(today.year + 1, 2014, -1) for month in (7, 1)]
        months = [date(year, month, 1) for year in range(today.year, 2021, -1) for month in range(12, 0, -1)]
        field: Any = self.fields["since_on"]
        field.choices = [
            (_("Semestres (taux)"), [_period(LawSeries.LEGAL_RATE, one) for one in halves]),
            (
                _("Mois (indice)"),
                [(f"mois:{key}", said) for key, said in (_period(LawSeries.SYNTEC, one) for one in months)],
            ),
        ]

    def clean_since_on(self) -> date:
        """The first day of the period, of the kind that the series goes by."""
        kind, _sep, day = self.cleaned_data["since_on"].rpartition(":")
        by_month = self.cleaned_data.get("series") in BY_MONTH
        if by_month != (kind == "mois"):
            raise forms.ValidationError(
                _("Choisissez un mois pour un indice.")
                if by_month
                else _("Choisissez un semestre pour un taux.")
            )
        return date.fromisoformat(day)

    def clean_value(self) -> Any:
        """As a decimal, whole or not."""
        return values.Decimal(self.cleaned_data["value"])


def _period(series: str, since: date) -> tuple[str, str]:
    return since.isoformat(), period_of(series, since)
