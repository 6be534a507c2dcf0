"""The acts on signatures: the one door for screens, API, imports and timers."""

from clausier.signatures.services.asking import (
    expire,
    record_opening,
    remind,
    request_on_file,
    request_signature,
    send_again,
    set_deadline,
    withdraw,
)
from clausier.signatures.services.certificates import bring_certificate, make_certificate
from clausier.signatures.services.closing import countersign, refuse_countersignature
from clausier.signatures.services.codes import confirm_code, send_code
from clausier.signatures.services.held import Trace
from clausier.signatures.services.signing import Scan, decline, record_scan, send_scan, sign

__all__ = [
    "Scan",
    "Trace",
    "bring_certificate",
    "confirm_code",
    "countersign",
    "decline",
    "expire",
    "make_certificate",
    "record_opening",
    "record_scan",
    "refuse_countersignature",
    "remind",
    "request_on_file",
    "request_signature",
    "send_again",
    "send_code",
    "send_scan",
    "set_deadline",
    "sign",
    "withdraw",
]
