"""Settings of the unit tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not turn a slow example into a failure; the rules are what is tested.
settings.register_profile("stegvis", deadline=None, max_examples=60)
settings.load_profile("stegvis")
