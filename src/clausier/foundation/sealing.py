"""Seals on papers: a PDF sealed so that any later change shows (PAdES), and the reading of such seals.

Neither Django nor a database: `clausier verify` reads a seal on any computer. pyHanko takes a second to load
and is loaded by the first seal, never at start. It works in an event loop of its own, so in a thread of its
own: whoever seals or checks may have a loop running.

What is sealed is added to the paper (an incremental update): the bytes that were shown come first, unchanged,
and the reason of the seal says how many they are and their SHA-256.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOCAL_YEARS: Final = 10
SMALLEST_RSA: Final = 2048  # bits
FIELD: Final = "Clausier"
LONGEST_NAME: Final = 64  # signs of a common name, by X.520

T = TypeVar("T")

_SHOWN: Final = re.compile(r"(\d+) octets, SHA-256 ([0-9a-f]{64})")


class CertificateRefused(Exception):
    """A file that is no certificate to seal with; `code`: unreadable, no_key, weak_key, not_for_signing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotSealable(Exception):
    """The paper is no PDF that a seal can be put on: not a PDF, encrypted, or broken."""


class Unreadable(Exception):
    """The file is no PDF that can be read."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """What seals: the private key (PKCS#8, PEM) and its certificate, then those above it (PEM)."""

    key: str
    chain: str


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says of itself; `fingerprint` is the SHA-256 of its DER form."""

    subject: str
    issuer: str
    fingerprint: str
    valid_from: datetime
    valid_until: datetime
    is_self_signed: bool


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal found on a paper.

    `intact`: what it covers is what was sealed; `covers_all`: nothing was added since. `sealed_at` is what
    the sealer's clock said. `shown` is the size and digest of the paper that was shown to the signer, as the
    seal tells them; `shown_found` whether the file still begins with these bytes.
    """

    certificate: CertificateFacts
    sealed_at: datetime | None
    reason: str
    intact: bool
    covers_all: bool
    shown: tuple[int, str] | None
    shown_found: bool

    @property
    def holds(self) -> bool:
        """Whether the paper is exactly what was sealed."""
        return self.intact and self.covers_all and (self.shown is None or self.shown_found)


# Certificates


def make_local(name: str, at: datetime) -> KeyPair:
    """A key pair of our own for `name`: nobody vouches for it but whoever compares its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:LONGEST_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:LONGEST_NAME]),
        ]
    )
    begins = at.astimezone(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - timedelta(minutes=5))
        .not_valid_after(begins + timedelta(days=round(365.25 * LOCAL_YEARS)))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return _pair(key, [builder.sign(key, hashes.SHA256())])


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def from_pkcs12(content: bytes, password: str) -> KeyPair:
    """The pair in a `.p12` file. Raises CertificateRefused."""
    try:
        key, certificate, above = pkcs12.load_key_and_certificates(content, password.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CertificateRefused("unreadable") from None
    if key is None or certificate is None:
        raise CertificateRefused("no_key")
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < SMALLEST_RSA:
            raise CertificateRefused("weak_key")
    elif not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateRefused("weak_key")
    if not _may_sign(certificate):
        raise CertificateRefused("not_for_signing")
    return _pair(key, [certificate, *above])


def _may_sign(certificate: x509.Certificate) -> bool:
    """Whether the certificate allows signatures; one that says nothing of its use does."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _pair(key: Any, certificates: list[x509.Certificate]) -> KeyPair:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)
    return KeyPair(pem.decode(), chain.decode())


def facts_of(chain: str) -> CertificateFacts:
    """What the first certificate of a PEM chain says."""
    return _facts(x509.load_pem_x509_certificates(chain.encode())[0])


def _facts(certificate: x509.Certificate) -> CertificateFacts:
    return CertificateFacts(
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        is_self_signed=certificate.subject == certificate.issuer,
    )


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def spaced(fingerprint: str) -> str:
    """A fingerprint as people compare it: AB12 CD34 …"""
    return " ".join(fingerprint[place : place + 4].upper() for place in range(0, len(fingerprint), 4))


# Sealing


def shown_words(paper: bytes) -> str:
    """What a seal's reason says of the paper that was shown; `check` holds the file against it."""
    return f"{len(paper)} octets, SHA-256 {hashlib.sha256(paper).hexdigest()}"


def seal(paper: bytes, pair: KeyPair, *, at: datetime, reason: str, added: tuple[bytes, ...] = ()) -> bytes:
    """`paper`, the pages of the PDFs `added` behind it, sealed by `pair` at `at`.

    The result begins with the bytes of `paper`. Raises NotSealable.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError

    try:
        writer = IncrementalPdfFileWriter(BytesIO(paper), strict=False)
        if writer.prev.encrypted:
            raise NotSealable
        for one in added:
            _append_pages(writer, one)
        return _signed(writer, pair, at, reason)
    except (PdfError, KeyError, IndexError, ValueError, TypeError) as broken:
        raise NotSealable from broken


def _append_pages(writer: Any, paper: bytes) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(paper), strict=False)
    count = int(reader.root["/Pages"]["/Count"])
    for place in range(count):
        page = reader.find_page_for_modification(place)[0].get_object()
        content = writer.import_page_as_xobject(reader, place)
        box = _inherited(page, "/MediaBox")
        turned = _inherited(page, "/Rotate")
        drawn = generic.StreamObject(stream_data=b"/Whole Do")
        made = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Page"),
                generic.pdf_name("/MediaBox"): generic.ArrayObject(generic.FloatObject(one) for one in box),
                generic.pdf_name("/Contents"): writer.add_object(drawn),
                generic.pdf_name("/Resources"): generic.DictionaryObject(
                    {
                        generic.pdf_name("/XObject"): generic.DictionaryObject(
                            {generic.pdf_name("/Whole"): content}
                        )
                    }
                ),
            }
        )
        if turned:
            made[generic.pdf_name("/Rotate")] = generic.NumberObject(turned)
        writer.insert_page(made)


def _inherited(page: Any, name: str) -> Any:
    """What a page says under `name`, or the node of the tree above it."""
    while name not in page:
        if "/Parent" not in page:
            return None
        page = page["/Parent"]
    return page[name]


def _signed(writer: Any, pair: KeyPair, at: datetime, reason: str) -> bytes:
    from asn1crypto import keys, pem
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificates = [asn1_x509.Certificate.load(der) for _, _, der in pem.unarmor(pair.chain.encode(), True)]
    signer = signers.SimpleSigner(
        signing_cert=certificates[0],
        signing_key=keys.PrivateKeyInfo.load(pem.unarmor(pair.key.encode())[2]),
        cert_registry=SimpleCertificateStore.from_certs(certificates),
    )
    told = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        name=facts_of(pair.chain).subject,
        subfilter=fields.SigSeedSubFilter.PADES,
        # Only the first seal on a paper may forbid changes; one that bears others is sealed above them.
        certify=not writer.prev.embedded_signatures,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    sealed = BytesIO()

    class Sealer(signers.PdfSigner):
        """A signer whose clock says `at`."""

        def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
            session = super().init_signing_session(*args, **kwargs)
            session.system_time = at
            return session

    _apart(lambda: Sealer(told, signer).sign_pdf(writer, output=sealed))
    return sealed.getvalue()


def sign(content: bytes, pair: KeyPair) -> bytes:
    """A signature of `content` that stands beside it (CMS, detached, DER), with its certificates.

    It says no time: what is signed says when. `openssl cms -verify -binary -inform DER` reads it as well.
    """
    key: Any = serialization.load_pem_private_key(pair.key.encode(), password=None)
    certificates = x509.load_pem_x509_certificates(pair.chain.encode())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(certificates[0], key, hashes.SHA256())
    for above in certificates[1:]:
        builder = builder.add_certificate(above)
    options = [
        pkcs7.PKCS7Options.DetachedSignature,
        pkcs7.PKCS7Options.Binary,
        pkcs7.PKCS7Options.NoAttributes,
    ]
    return builder.sign(serialization.Encoding.DER, options)


# Reading


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed, and whether the signature is theirs and of that content."""

    certificate: CertificateFacts
    holds: bool


def check_signature(content: bytes, signature: bytes, *, at: datetime) -> Signed:
    """What a signature beside `content` says, its certificate as it stood `at`. Raises Unreadable."""
    import asyncio

    from asn1crypto import cms
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.generic_cms import async_validate_detached_cms, extract_signer_info
    from pyhanko_certvalidator import ValidationContext

    try:
        data = cms.ContentInfo.load(signature, strict=True)["content"]
        wanted = extract_signer_info(data)["sid"].chosen
        signer = next(
            one.chosen
            for one in data["certificates"]
            if one.chosen.issuer == wanted["issuer"]
            and one.chosen.serial_number == wanted["serial_number"].native
        )
        facts = _facts(x509.load_der_x509_certificate(signer.dump()))
    except (
        StopIteration,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        SignatureValidationError,
    ) as broken:
        raise Unreadable from broken
    context = ValidationContext(trust_roots=[signer], allow_fetching=False, moment=at)
    try:
        with _silence():
            validation = async_validate_detached_cms(content, data, signer_validation_context=context)
            status = _apart(lambda: asyncio.run(validation))
    except (SignatureValidationError, ValueError, TypeError):
        return Signed(facts, False)
    return Signed(facts, bool(status.intact and status.valid))


def check(paper: bytes) -> list[Seal]:
    """The seals on a PDF, the first one first; none for a PDF that bears none. Raises Unreadable."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(BytesIO(paper), strict=False)
        found = reader.embedded_regular_signatures
        return [_read(one, paper) for one in found]
    # A file that someone altered breaks the reader in more ways than it names.
    except (PdfError, KeyError, IndexError, ValueError, TypeError, AttributeError, RecursionError) as broken:
        raise Unreadable from broken


def _read(one: Any, paper: bytes) -> Seal:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    reason = str(one.sig_object.get("/Reason", ""))
    said = _SHOWN.search(reason)
    shown = (int(said[1]), said[2]) if said else None
    return Seal(
        certificate=_facts(x509.load_der_x509_certificate(one.signer_cert.dump())),
        sealed_at=one.self_reported_timestamp,
        reason=reason,
        intact=_is_intact(one),
        covers_all=one.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE,
        shown=shown,
        shown_found=shown is not None and hashlib.sha256(paper[: shown[0]]).hexdigest() == shown[1],
    )


def _is_intact(one: Any) -> bool:
    """Whether the digest is that of the file and the signature that of the certificate.

    Nobody is asked whether the certificate is trusted: a seal of our own is compared by its fingerprint.
    """
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator import ValidationContext

    at = one.self_reported_timestamp
    context = ValidationContext(trust_roots=[one.signer_cert], allow_fetching=False, moment=at)
    try:
        with _silence():
            status = _apart(
                lambda: validate_pdf_signature(one, signer_validation_context=context, skip_diff=True)
            )
    except SignatureValidationError:
        return False
    return bool(status.intact and status.valid)


def _apart(work: Callable[[], T]) -> T:
    """What `work` answers or raises, in a thread of its own: no event loop runs there yet."""
    with ThreadPoolExecutor(1, "sealing") as thread:
        return thread.submit(work).result()


@contextmanager
def _silence() -> Iterator[None]:
    """pyHanko's own log kept still: the answer is ours to give."""
    quiet = logging.getLogger("pyhanko")
    before = quiet.level
    quiet.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        quiet.setLevel(before)
