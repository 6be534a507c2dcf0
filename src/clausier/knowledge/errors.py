"""Why an act on articles and canned answers is refused."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class UnknownArticle(Refusal):
    """No such article for this reader: it is another provider's, for others, or not published."""

    code = "unknown_article"
    status = 404


class UnknownAnswer(Refusal):
    """No such canned answer: it is another provider's, or somebody's own."""

    code = "unknown_answer"
    status = 404


class NothingChanged(Refusal):
    """What was asked for already stands so."""

    code = "nothing_changed"
    status = 409


class NamesTheClient(Refusal):
    """An article for others would name the client whose ticket it was made from."""

    code = "names_the_client"
