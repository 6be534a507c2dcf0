"""Settings of the kernel's property tests."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes says more about the machine than about the rule.
settings.register_profile("kernel", deadline=None)
settings.load_profile("kernel")
