"""Why an act on a signature is refused."""

from clausier.foundation.errors import Refusal


class UnknownRequest(Refusal):
    """No such request for this actor."""

    code = "unknown_signature_request"
    status = 404


class AlreadySettled(Refusal):
    """What was signed, declined or withdrawn stays so: another paper takes another request."""

    code = "signature_settled"
    status = 409


class SignatureExpired(Refusal):
    """The time in which the paper could be signed is over."""

    code = "signature_expired"
    status = 409


class AlreadyAsked(Refusal):
    """The same person is asked to sign the same paper already."""

    code = "already_asked"
    status = 409


class NotOpened(Refusal):
    """A paper is opened before it is signed."""

    code = "not_opened"
    status = 409


class CodeRefused(Refusal):
    """The code is not the one that was sent, is too old, or was tried too often."""

    code = "code_refused"


class TooManyCodes(Refusal):
    """Codes leave one at a time, and a few an hour."""

    code = "too_many_codes"
    status = 429


class NotYetSigned(Refusal):
    """The provider signs after its client."""

    code = "not_yet_signed"
    status = 409


class NotThisPaper(Refusal):
    """What is signed is not what was shown, or cannot be sealed."""

    code = "not_this_paper"


class CertificateUnusable(Refusal):
    """The file is no certificate to seal with."""

    code = "certificate_unusable"
