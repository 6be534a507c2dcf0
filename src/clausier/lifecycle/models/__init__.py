"""How service is stopped, ended and given back: notices, letters, evidence, reversibility."""

from clausier.lifecycle.models.endings import (
    EndingNotice,
    Evidence,
    FormalNotice,
    Letter,
    LetterKind,
    LetterMeans,
    Returned,
)
from clausier.lifecycle.models.reversal import (
    DeliveryRecord,
    DeliveryReservation,
    DestructionCertificate,
    DeviceKind,
    ReturnedKind,
    Reversal,
    ReversalDevice,
    ReversalEstimate,
    ReversalItem,
    ReversalStep,
    WipeMethod,
    WipeResult,
    Wiping,
)

__all__ = [
    "DeliveryRecord",
    "DeliveryReservation",
    "DestructionCertificate",
    "DeviceKind",
    "EndingNotice",
    "Evidence",
    "FormalNotice",
    "Letter",
    "LetterKind",
    "LetterMeans",
    "Returned",
    "ReturnedKind",
    "Reversal",
    "ReversalDevice",
    "ReversalEstimate",
    "ReversalItem",
    "ReversalStep",
    "WipeMethod",
    "WipeResult",
    "Wiping",
]
