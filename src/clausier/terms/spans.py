"""The algebra of half-open intervals [start, end), on numbers of seconds."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same instants in the fewest intervals: sorted, disjoint, none of them empty."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def cut(spans: Iterable[Span], within: Span) -> list[Span]:
    """What of `spans` lies within one interval."""
    start, end = within
    return merge((max(a, start), min(b, end)) for a, b in spans)


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The instants of `spans` that are not in `taken`."""
    holes = merge(taken)
    left: list[Span] = []
    for start, end in merge(spans):
        at = start
        for hole_start, hole_end in holes:
            if hole_end <= at:
                continue
            if hole_start >= end:
                break
            if hole_start > at:
                left.append((at, hole_start))
            at = hole_end
        if at < end:
            left.append((at, end))
    return left


def length(spans: Iterable[Span]) -> int:
    """Seconds in `spans`, an instant that stands in several counted once."""
    return sum(end - start for start, end in merge(spans))
