"""What the shapes of all features are made of: bounded texts, numbers, days and instants."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput

FIRST_YEAR, LAST_YEAR = 1990, 2199
BIGGEST_ID: Final = 2**63 - 1
LARGEST_FILE: Final = 10 * 1024 * 1024  # bytes
MOST_FILES: Final = 10
UNTOLD: Final = "application/octet-stream"


class Shape(BaseModel):
    """What is answered."""

    model_config = ConfigDict(from_attributes=True)


class Given(BaseModel):
    """What is sent: a field that the documentation does not know is refused."""

    model_config = ConfigDict(extra="forbid")

    def given(self, *without: str) -> dict[str, Any]:
        """The fields that were sent, but for those named."""
        return {key: getattr(self, key) for key in self.model_fields_set if key not in without}


def _local(value: datetime) -> datetime:
    """In the time of Paris; without an offset it is taken as such already."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError("out of range")
    return value.replace(tzinfo=PARIS) if value.tzinfo is None else value.astimezone(PARIS)


def _sane(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError("out of range")
    return value


def _text_only(value: object) -> object:
    """Instants and days are texts: a number would be read as seconds since 1970."""
    if isinstance(value, int | float | Decimal):
        raise ValueError("text expected")
    return value


Instant = Annotated[datetime, BeforeValidator(_text_only), AfterValidator(_local)]
Day = Annotated[date, BeforeValidator(_text_only), AfterValidator(_sane)]
At = Annotated[datetime, PlainSerializer(lambda at: at.astimezone(PARIS).isoformat(), return_type=str)]
"""An instant as it is answered: in the time of Paris, with its offset."""

Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Quantity = Annotated[int, Field(ge=0, le=1_000_000)]
Minutes = Annotated[int, Field(ge=1, le=100_000)]
Points = Annotated[Decimal, Field(max_digits=10, decimal_places=2, allow_inf_nan=False)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Word = Annotated[str, StringConstraints(max_length=80)]
Line = Annotated[str, StringConstraints(max_length=120)]
Sentence = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=20_000)]


class Ref(Shape):
    """Something by its id, with the name it goes by."""

    id: int
    name: str


class ClientRef(Shape):
    """A client by its number."""

    number: str
    name: str


class FileGiven(Given):
    """A file that comes with an act."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    content_type: Annotated[str, StringConstraints(max_length=100)] = UNTOLD
    content: Annotated[str, StringConstraints(max_length=LARGEST_FILE * 4 // 3 + 4)] = Field(
        description=gettext_noop("Les octets, en base64 ; dix mégaoctets au plus."), examples=["SGVsbG8="]
    )

    @property
    def kind(self) -> str:
        """The type that was told, else the one that its name tells."""
        if self.content_type != UNTOLD:
            return self.content_type
        return mimetypes.guess_type(self.name)[0] or UNTOLD

    def read(self) -> bytes:
        """The bytes. Raises InvalidInput."""
        try:
            return base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidInput(_("Ce contenu n’est pas du base64."), field="content") from None
