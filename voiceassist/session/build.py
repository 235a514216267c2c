"""From settings to the parts of a call: the engine with its cue pack, the recognizer with its model.

Used wherever a call is put together (window, `run`, `demo`, `analyze`), so that all of them choose alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from models.speech import ModelStore, default_store
from voiceassist.config.options import NO_TRANSCRIPTION, Settings
from voiceassist.core.events import Component, ComponentState, ComponentStatus
from voiceassist.core.languages import language_codes
from voiceassist.core.messages import message
from voiceassist.cues import Pack, pack_for
from voiceassist.cues.sensitivity import WrongCues, sensitivities
from voiceassist.session.engine import CallEngine
from voiceassist.speech import RecordedTranscriber, SpeechOptions, Transcriber
from voiceassist.speech.cpu import available_cores

LIVE_COST = 2.2
LIVE_COST_MANY_CORES = 7.0
"""The heaviest models that are tried live, in the catalogue's measure: base on two cores, small on more."""
MANY_CORES = 4


def engine(settings: Settings, pack: str = "", readily: Mapping[str, float] | None = None) -> CallEngine:
    """The engine with the cue pack `pack`, or that of the settings. `readily` says how readily single cues come:
    nothing for recorded calls and the demo, which must be the same for everybody; `cue_sensitivities` for a real call.

    Raises `InputError` when the pack has mistakes.
    """
    return CallEngine(settings.engine_config(), cue_pack(settings, pack), sensitivities=readily)


def cue_pack(settings: Settings, pack: str = "") -> Pack:
    """The cue pack `pack`, or the settings' choice, or that of the spoken language. Raises `InputError`."""
    main, *_ = language_codes(settings.language) or [""]
    return replace(pack_for(main, pack or settings.cue_pack), procedure=settings.safety_procedure.strip())


def cue_sensitivities(settings: Settings) -> dict[str, float]:
    """How readily each cue comes for this person: what "wrong cue" taught, and the setting for all. Raises
    `InputError` when the pack has mistakes."""
    return sensitivities(cue_pack(settings), WrongCues().counts(), settings.cue_readiness)


def consent(settings: Settings) -> ComponentStatus:
    """Whether the caller knows, as far as it is settled when a live call begins. The agent's confirmation comes as
    `ConsentGiven`."""
    state, reason = {
        "none": (ComponentState.DISABLED, None),
        "announced": (ComponentState.OK, message("consent-announced")),
        "confirm": (ComponentState.DEGRADED, message("consent-missing")),
    }[settings.consent]
    return ComponentStatus(t=0.0, component=Component.CONSENT, state=state, reason=reason)


def model_store(settings: Settings) -> ModelStore:
    """Where speech models are found: the person's folder, then those of this computer."""
    return ModelStore(settings.models_folder, default_store().machine)


def transcriber(settings: Settings, wanted: str = "", *, live: bool = True, partials: bool = False) -> Transcriber:
    """The recognizer for `wanted` (a model's name or folder), the settings' choice, or the best model for this machine.

    `live` false: it may take its time, nothing is left out when the machine is slow, and partial text comes only with
    `partials`. With no model installed there are no words, and the recognizer says so. Raises `ModelError` when a model
    that was asked for is not there or damaged.
    """
    folders = _models(settings, wanted, live)
    first = folders[0] if folders else None
    options = SpeechOptions(
        languages=language_codes(settings.language),
        terms=settings.terms,
        smaller=tuple(folders[1:]) if live else (),
        partials=live or partials,
        live=live,
    )
    return Transcriber(first, options)


def recorded_transcriber(settings: Settings, wanted: str = "") -> RecordedTranscriber:
    """What writes down a recorded call, with `wanted` (a model's name or folder), the settings' choice, or the best
    model there is. Raises `ModelError` as `transcriber`."""
    folders = _models(settings, wanted, live=False)
    options = SpeechOptions(languages=language_codes(settings.language), terms=settings.terms)
    return RecordedTranscriber(folders[0] if folders else None, options)


def _models(settings: Settings, wanted: str, live: bool) -> list[Path]:
    """Folders of the models to use, the one to use first."""
    store = model_store(settings)
    asked_for = wanted or settings.speech_model
    names = [asked_for] if asked_for else fitting_models(settings, live)
    return [store.find(name) for name in names if name != NO_TRANSCRIPTION]


def fitting_models(settings: Settings, live: bool = True) -> list[str]:
    """Names of the installed models that know the languages, the one to use first, then the lighter ones.

    Live, the heaviest this machine is likely to keep up with comes first; when all are heavier, the lightest of them.
    """
    languages = language_codes(settings.language)
    known = [
        (model.entry.cost, model.entry.multilingual, model.name)
        for model in model_store(settings).list()
        if model.entry and (model.entry.multilingual or _knows_all(model.entry.languages, languages))
    ]
    # Of two that cost the same, the one that knows only these languages is the better one at it.
    known.sort(key=lambda row: (-row[0], row[1]))
    if not live:
        return [name for _, _, name in known]
    limit = LIVE_COST_MANY_CORES if available_cores() >= MANY_CORES else LIVE_COST
    return [name for cost, _, name in known if cost <= limit] or [name for _, _, name in known[-1:]]


def _knows_all(known: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Any language at all is wanted when none is named."""
    return bool(wanted) and set(wanted) <= set(known)
