"""What has just come in: whom to call back, and a message of somebody whom the directory does not know."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage

from clausier.demo.clockwork import Script
from clausier.demo.world import World
from clausier.desk import services as desk
from clausier.desk.timeline import Upload
from clausier.post import intake
from clausier.post.models import Mailbox

RATE = 8000
"""Samples a second."""

STRANGERS = {
    "houlemont": (
        ("Odile Quaidebrume", "o.quaidebrume@cap-chimere.example"),
        "Étiqueteuse des quais arrêtée",
        "Bonjour,\n\nL’étiqueteuse du quai 3 n’imprime plus depuis l’ouverture, nous étiquetons à la main.\n"
        "Pouvez-vous me rappeler ?\n\nOdile Quaidebrume\nConserverie du Cap-Chimère\n02 61 91 11 00\n",
    ),
    "clairpoint": (
        ("Basile Mortaise", "b.mortaise@copeau-argent.example"),
        "Traceur hors ligne",
        "Bonjour,\n\nLe traceur de l’atelier est vu hors ligne par tous les postes depuis ce matin.\n\n"
        "Basile Mortaise\nMenuiserie Copeau-d’Argent\n",
    ),
}


def called(world: World) -> Iterator[Script]:
    """A call that nobody took, of someone known, and a message left on the answering machine."""
    yield _told(world, "missed", 1, 35)
    yield _told(world, "voicemail", 2, 20, Upload("message.wav", "audio/wav", _tone()))


def _told(world: World, state: str, which: int, ago: int, audio: Upload | None = None) -> Script:
    """The client of that place in the plan rang `ago` open minutes before now."""
    at = yield world.phone.ago(ago)
    caller = world.customers[world.plan.clients[which].key].caller
    desk.announce_call(
        by=world.the("technician"),
        at=at,
        reference=f"demo-{state}",
        state=state,
        number=caller.phone,
        line="hotline",
        began_at=at,
        audio=audio,
    )


def _tone(seconds: int = 2) -> bytes:
    """A soft tone in place of a voice, as WAV."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(
            bytes(int(128 + 24 * math.sin(2 * math.pi * 440 * one / RATE)) for one in range(RATE * seconds))
        )
    return kept.getvalue()


def written(mailbox: Mailbox, at: datetime) -> None:
    """A message of someone whom the directory does not know; the worker reads it once it runs."""
    (name, address), subject, text = STRANGERS[mailbox.provider.slug]
    message = EmailMessage()
    message["From"] = f"{name} <{address}>"
    message["To"] = mailbox.address
    message["Subject"] = subject
    message["Date"] = at
    message["Message-ID"] = f"<{mailbox.provider.slug}.{at:%Y%m%d%H%M}@{address.partition('@')[2]}>"
    message.set_content(text)
    intake.store(message.as_bytes(), mailbox=mailbox, at=at)
