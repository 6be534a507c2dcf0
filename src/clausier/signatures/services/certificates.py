"""What the provider seals with: a certificate made here, or one that it brought."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clausier.foundation import clock, journal, sealing, secrets
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.models import Provider
from clausier.foundation.sealing import KeyPair
from clausier.signatures import queries
from clausier.signatures.errors import CertificateUnusable
from clausier.signatures.models import SealingCertificate, SealOrigin

PLACE = "signatures_sealingcertificate.key"


def current(*, by: Actor, at: datetime) -> SealingCertificate:
    """What the provider seals with at `at`; the first is made here, and so is the next of such a one.

    Raises CertificateUnusable once one that was brought has ended: whoever brought it says what follows.
    """
    Provider.objects.select_for_update(of=("self",)).get(pk=by.provider.pk)  # two first seals make one
    found = queries.certificate_of(by.provider)
    if found is not None and clock.is_after(found.valid_until, at):
        return found
    if found is not None and found.origin == SealOrigin.BROUGHT:
        raise CertificateUnusable(
            _("Le certificat qui scelle n’est plus valable."),
            way_out=_("Un propriétaire en apporte un nouveau, ou en fait un, dans Réglages, Sceau."),
        )
    return _keep(sealing.make_local(by.provider.name, at), SealOrigin.LOCAL, by=by, at=at)


def pair_of(certificate: SealingCertificate) -> KeyPair:
    """The key, opened, with its certificates."""
    return KeyPair(secrets.unseal(certificate.key, PLACE), certificate.chain)


@act("signatures.certificate")
def make_certificate(*, by: Actor, at: datetime) -> SealingCertificate:
    """Make a certificate here; the former one is retired, and what it sealed stays as it is."""
    return _keep(sealing.make_local(by.provider.name, at), SealOrigin.LOCAL, by=by, at=at)


@act("signatures.certificate")
def bring_certificate(*, by: Actor, at: datetime, content: bytes, password: str) -> SealingCertificate:
    """Seal with the certificate of a `.p12` file from now on.

    Raises CertificateUnusable naming `content` or `password`.
    """
    try:
        pair = sealing.from_pkcs12(content, password)
    except sealing.CertificateRefused as refused:
        raise _unusable(refused.code) from None
    facts = sealing.facts_of(pair.chain)
    if not clock.is_after(facts.valid_until, at) or clock.is_after(facts.valid_from, at):
        raise CertificateUnusable(
            _("Ce certificat n’est pas valable aujourd’hui."),
            field="content",
            way_out=_("Demandez-en un nouveau à qui vous l’a délivré."),
        )
    return _keep(pair, SealOrigin.BROUGHT, by=by, at=at)


def _unusable(code: str) -> CertificateUnusable:
    says = {
        "unreadable": _(
            "Ce fichier ne s’ouvre pas : le mot de passe est faux, ou ce n’est pas un fichier .p12."
        ),
        "no_key": _("Ce fichier ne contient pas à la fois un certificat et sa clé."),
        "weak_key": _(
            "La clé de ce certificat est trop faible : il faut RSA de 2048 bits au moins, "
            "ou une courbe elliptique."
        ),
        "not_for_signing": _("Ce certificat n’est pas fait pour signer."),
    }
    return CertificateUnusable(says[code], field="password" if code == "unreadable" else "content")


def _keep(pair: KeyPair, origin: str, *, by: Actor, at: datetime) -> SealingCertificate:
    facts = sealing.facts_of(pair.chain)
    with transaction.atomic():
        SealingCertificate.objects.filter(provider=by.provider, retired_at=None).update(retired_at=at)
        made = SealingCertificate.objects.create(
            provider=by.provider,
            origin=origin,
            subject=facts.subject[:200],
            issuer=facts.issuer[:200],
            fingerprint=facts.fingerprint,
            chain=pair.chain,
            key=secrets.seal(pair.key, PLACE),
            valid_from=facts.valid_from,
            valid_until=facts.valid_until,
            made_at=at,
            made_by=by.name[:120],
        )
    data = {"fingerprint": facts.fingerprint, "subject": facts.subject}
    # Literal codes: the table of words names each.
    if origin == SealOrigin.LOCAL:
        journal.write(by=by, at=at, code="signatures.certificate_made", about=made, data=data)
    else:
        journal.write(by=by, at=at, code="signatures.certificate_brought", about=made, data=data)
    return made
