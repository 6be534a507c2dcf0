"""A signature drawn by hand, as the page sends it: strokes of points, in a frame of 600 × 200."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.foundation.errors import InvalidInput

FRAME: Final = (600, 200)
MOST_POINTS: Final = 5000
LEAST_LENGTH: Final = 40
"""What the pen has to run before it is a signature, and not a touch by mistake."""


def path_of(strokes: str) -> str:
    """The path of an SVG, from JSON `[[[x, y], …], …]`. Raises InvalidInput naming `drawing`."""
    try:
        given = json.loads(strokes or "[]")
        drawn = [[_point(point) for point in stroke] for stroke in given]
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput(
            _("Ce dessin n’a pas pu être lu : effacez-le et signez de nouveau."), field="drawing"
        ) from None
    if sum(map(len, drawn)) > MOST_POINTS:
        raise InvalidInput(_("Ce dessin est trop long : effacez-le et signez plus court."), field="drawing")
    if sum(map(_length, drawn)) < LEAST_LENGTH:
        raise InvalidInput(_("Signez dans le cadre, ou écrivez votre nom au clavier."), field="drawing")
    return " ".join(_line(stroke) for stroke in drawn if stroke)


def _point(point: Any) -> tuple[int, int]:
    across, down = point
    return _within(across, FRAME[0]), _within(down, FRAME[1])


def _within(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    return max(0, min(most, round(value)))


def _length(stroke: list[tuple[int, int]]) -> float:
    return sum(((x - u) ** 2 + (y - v) ** 2) ** 0.5 for (u, v), (x, y) in pairwise(stroke))


def _line(stroke: list[tuple[int, int]]) -> str:
    first, *rest = (f"{x} {y}" for x, y in stroke)
    return f"M{first}" + "".join(f"L{point}" for point in rest or [first])


def svg_of(path: str) -> str:
    """The drawing as an SVG of its own, in black, for a paper."""
    across, down = FRAME
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}">'
        f'<path d="{path}" fill="none" stroke="#1d2230" stroke-width="3" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
