"""The whole API under generated requests, right ones and wrong ones: never a fault of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from clausier.api import documentation
from clausier.wsgi import application
from tests.api.asking import DEAD_SERVER, Machine

EXAMPLES = int(
    os.environ.get("FUZZ_EXAMPLES", "4")
)  # of each sort, for each operation; more before a release
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    found.ok()
    for found in schemathesis.openapi.from_dict(documentation.description("en")).get_all_operations()
]


@pytest.fixture
def machine(imri, at) -> Iterator[Machine]:
    """The owner's, with a ticket to ask about."""
    at("2026-11-20T16:30")
    machine = Machine(imri, imri.owner)
    machine.post("/tickets", DEAD_SERVER)
    # Keep the test's connection from one request to the next, as Django's own test client does.
    held = (request_started, request_finished)
    for signal in held:
        signal.disconnect(close_old_connections)
    yield machine
    for signal in held:
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda one: one.value
)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_no_request_is_answered_by_a_fault(machine: Machine, operation: APIOperation, mode: GenerationMode):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case: Case) -> None:
        case.path_parameters["provider"] = machine.house.provider.slug
        case.call_and_validate(
            base_url="http://localhost/api/v1",
            app=application,
            headers={"Authorization": f"Bearer {machine.token.text}"},
            checks=CHECKS,
        )

    if mode is GenerationMode.POSITIVE or operation.body or operation.query:
        asked()
