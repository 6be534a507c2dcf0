"""What leaves is signed for our domain, and for no other."""

from __future__ import annotations

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from clausier.foundation import smtp

LETTER = (
    b"From: Support <support@nebuline.example.org>\r\nTo: a@example.net\r\nSubject: Essai\r\n\r\nBonjour\r\n"
)


@pytest.fixture
def public(settings, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = tmp_path / "dkim.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, plain))
    settings.DKIM_DOMAIN, settings.DKIM_SELECTOR = "nebuline.example.org", "clausier"
    settings.DKIM_KEY_FILE = file
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def test_a_letter_of_ours_bears_a_signature_that_holds(public):
    signed = smtp.signed(LETTER, "Support <support@nebuline.example.org>")
    assert dkim.verify(signed, dnsfunc=lambda name, timeout=5: public)
    assert not dkim.verify(signed.replace(b"Bonjour", b"Bonsoir"), dnsfunc=lambda name, timeout=5: public)


def test_another_domain_is_not_signed_for(public):
    assert smtp.signed(LETTER, "x@example.net") == LETTER
