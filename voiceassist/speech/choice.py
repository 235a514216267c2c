"""Which installed model a call is transcribed with, and what is fallen back on."""

from __future__ import annotations

from pathlib import Path

from models.speech import Installed, ModelStore, SpeechModelError
from voiceassist.errors import ModelError
from voiceassist.speech.machine import available_cores
from voiceassist.speech.options import SpeechOptions

LIVE_COST = ((8, 7.0), (0, 2.2))
"""Cores from which on a model of that cost (relative to tiny) is tried live: small from eight logical cores, else
base. The measured time of the loaded model decides in the end; see `machine.keeps_up`."""


def choose(
    store: ModelStore,
    *,
    model: str = "",
    language: str = "en",
    terms: tuple[str, ...] = (),
    live: bool = True,
    cores: int | None = None,
) -> tuple[Path | None, SpeechOptions]:
    """The folder to give the transcriber and its options; no folder when none is installed.

    `model`: a name or folder that is wanted, or empty for the best installed one that this machine should manage. The
    demo model is never chosen by itself: it knows no real words. Raises `ModelError` when a wanted model is missing or
    damaged.
    """
    installed = sorted((i for i in store.list() if _fits(i, language)), key=lambda i: -_cost(i))
    if model:
        try:
            first = store.find(model)
        except SpeechModelError as error:
            raise ModelError(str(error)) from error
        known = next((i for i in store.list() if i.folder == first), None)
        limit = _cost(known) if known else 0.0
    else:
        cores = cores or available_cores()
        most = next(cost for least, cost in LIVE_COST if cores >= least)
        # With nothing light enough installed, the lightest there is.
        light = [i for i in installed if _cost(i) <= most] or installed[-1:]
        if not light:
            return None, SpeechOptions(language=language, terms=terms, live=live)
        first, limit = light[0].folder, _cost(light[0])
    smaller = tuple(i.folder for i in installed if _cost(i) < limit and i.folder != first) if live else ()
    return first, SpeechOptions(language=language, terms=terms, live=live, smaller=smaller)


def _fits(installed: Installed, language: str) -> bool:
    """Of the catalogue, for real calls, and knowing the language."""
    entry = installed.entry
    if entry is None or entry.bundled:
        return False
    return entry.multilingual or (language in entry.languages)


def _cost(installed: Installed) -> float:
    return installed.entry.cost if installed.entry else 0.0
