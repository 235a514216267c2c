"""No library speaks to its makers: what that takes, for every process that imports `models`, `voiceassist` or `ui`."""

from __future__ import annotations

import os

PRIVATE_ENVIRONMENT: dict[str, str] = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime sends telemetry by default; only this, set before its import, stops it
    "HF_HUB_OFFLINE": "1",  # a model is a folder, never a download
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""Environment variables that libraries read when they are imported."""


def make_private() -> None:
    """Put `PRIVATE_ENVIRONMENT` into the environment of this process. To be called before any library is imported."""
    os.environ.update(PRIVATE_ENVIRONMENT)
