"""Acts on articles and canned answers."""

from clausier.knowledge.services.answers import change_answer, note_answer_used, remove_answer, write_answer
from clausier.knowledge.services.articles import (
    Source,
    add_file,
    change_article,
    publish_article,
    remove_file,
    withdraw_article,
    write_article,
)
from clausier.knowledge.services.readers import give_opinion, note_sent, spare_request

__all__ = [
    "Source",
    "add_file",
    "change_answer",
    "change_article",
    "give_opinion",
    "note_answer_used",
    "note_sent",
    "publish_article",
    "remove_answer",
    "remove_file",
    "spare_request",
    "withdraw_article",
    "write_answer",
    "write_article",
]
