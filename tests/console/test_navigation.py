"""The rail of the console."""

from clausier.console.navigation import ENTRIES


def test_no_two_sections_are_reached_by_one_letter() -> None:
    letters = [entry.go for entry in ENTRIES if entry.go]
    assert sorted(letters) == sorted(set(letters))
