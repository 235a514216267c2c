"""Processes of two versions must know that they are: a change of a message goes with a change of `PROTOCOL`."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

from voiceassist.capture.devices.child import FromDriver, OpenDevice
from voiceassist.core.framing import PROTOCOL
from voiceassist.service.messages import Command, Reply, ServiceMessage, Startup
from voiceassist.speech.messages import FromRecognizer, ToRecognizer

MESSAGES = (Command, Reply, Startup, ServiceMessage, ToRecognizer, FromRecognizer, OpenDevice, FromDriver)

KNOWN = {1: "fb8f32f6bab01757", 2: "1794ecc663ecbb7c"}
"""By protocol: what its messages look like. Messages have changed? Raise `PROTOCOL` and add a line here. While a
protocol was in no release yet, its line may be changed instead."""


def shape(schema: Any) -> Any:
    """A JSON schema without its prose."""
    if isinstance(schema, dict):
        return {key: shape(value) for key, value in schema.items() if key not in ("description", "title")}
    return [shape(one) for one in schema] if isinstance(schema, list) else schema


def test_the_protocols_number_changes_with_its_messages() -> None:
    schemas = [shape(msgspec.json.schema(message)) for message in MESSAGES]
    digest = hashlib.sha256(json.dumps(schemas, sort_keys=True).encode()).hexdigest()[:16]
    assert KNOWN[PROTOCOL] == digest
