"""What the engine says, in the person's language: sentences of its English, and what stands for them.

The engine knows no language of the screen. It says plain English (the same in the journal, in the terminal and here),
and this table holds every sentence of it that can come into the window, with {0}, {1} for what changes in them: device
names, figures, or another clause of the table. What is not in the table is shown as it is. `test_sentences.py`
reads the engine's source and tells which sentence is missing here.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

CONTEXT = "Engine"

SENTENCES = cast(
    "tuple[str, ...]",
    (
        # --- why the caller counts as agitated -----------------------------------------------------------------------
        QT_TRANSLATE_NOOP("Engine", "{0} than at the start"),
        QT_TRANSLATE_NOOP("Engine", "more agitated than at the start"),
        QT_TRANSLATE_NOOP("Engine", "{0} dB louder"),
        QT_TRANSLATE_NOOP("Engine", "{0} higher"),
        QT_TRANSLATE_NOOP("Engine", "{0} semitone"),
        QT_TRANSLATE_NOOP("Engine", "{0} semitones"),
        QT_TRANSLATE_NOOP("Engine", "sharper"),
        QT_TRANSLATE_NOOP("Engine", "faster"),
        QT_TRANSLATE_NOOP("Engine", "said “{0}”"),
        QT_TRANSLATE_NOOP("Engine", "cut in {0} times"),
        # --- the two sounds ------------------------------------------------------------------------------------------
        QT_TRANSLATE_NOOP("Engine", "I can't hear you{0}: {1}"),
        QT_TRANSLATE_NOOP("Engine", "I can't hear the caller{0}: {1}"),
        QT_TRANSLATE_NOOP("Engine", "opening it again"),
        QT_TRANSLATE_NOOP("Engine", "no sound comes from it"),
        QT_TRANSLATE_NOOP("Engine", "no sound came"),
        QT_TRANSLATE_NOOP("Engine", "not opened yet"),
        QT_TRANSLATE_NOOP("Engine", "its sound stopped"),
        QT_TRANSLATE_NOOP("Engine", "sound is playing, but none of it arrives"),
        QT_TRANSLATE_NOOP("Engine", "it is muted"),
        QT_TRANSLATE_NOOP("Engine", "it is closed"),
        QT_TRANSLATE_NOOP("Engine", "it failed ({0}: {1})"),
        QT_TRANSLATE_NOOP("Engine", "its driver does not answer"),
        QT_TRANSLATE_NOOP("Engine", "its driver broke down"),
        QT_TRANSLATE_NOOP("Engine", "{0} gives pure silence: is it muted?"),
        QT_TRANSLATE_NOOP("Engine", "The microphone"),
        QT_TRANSLATE_NOOP("Engine", "the microphone went away"),
        QT_TRANSLATE_NOOP("Engine", "there is none"),
        QT_TRANSLATE_NOOP("Engine", "there is no such device now"),
        QT_TRANSLATE_NOOP("Engine", "there is no microphone called {0} now; see: voiceassist devices"),
        QT_TRANSLATE_NOOP(
            "Engine",
            "The microphone {0} cannot be opened: {1}. Check that it is plugged in, allowed, and not held by another "
            "program.",
        ),
        QT_TRANSLATE_NOOP("Engine", "(the system default)"),
        QT_TRANSLATE_NOOP(
            "Engine",
            "The PortAudio library is missing, so no microphone can be used. "
            "Install it: sudo apt install libportaudio2",
        ),
        QT_TRANSLATE_NOOP("Engine", "its output was removed"),
        QT_TRANSLATE_NOOP("Engine", "its output was removed, or the sound server ended"),
        QT_TRANSLATE_NOOP("Engine", "the call's sound moved to {0}"),
        QT_TRANSLATE_NOOP("Engine", "its rate changed from {0} to {1} Hz"),
        QT_TRANSLATE_NOOP("Engine", "there is no sound output called {0} now; see: voiceassist devices"),
        QT_TRANSLATE_NOOP("Engine", "the sound server has no output to listen to"),
        QT_TRANSLATE_NOOP("Engine", "the sound server (PulseAudio or PipeWire) does not answer; is it running?"),
        QT_TRANSLATE_NOOP("Engine", "pactl is too old (PulseAudio 16 or later is needed); update pulseaudio-utils"),
        QT_TRANSLATE_NOOP("Engine", "The program {0} is missing. Install it: sudo apt install pulseaudio-utils"),
        QT_TRANSLATE_NOOP("Engine", "{0} is muted in the sound settings"),
        QT_TRANSLATE_NOOP("Engine", "the monitor of {0} is muted in the sound settings"),
        QT_TRANSLATE_NOOP("Engine", "{0} plays to {1}, but none of it arrives here"),
        QT_TRANSLATE_NOOP("Engine", "the output went away"),
        QT_TRANSLATE_NOOP("Engine", "the system's output is {0} now"),
        QT_TRANSLATE_NOOP("Engine", "the system's output changed"),
        QT_TRANSLATE_NOOP("Engine", "the system's output is not known"),
        QT_TRANSLATE_NOOP("Engine", "the system's sound went away"),
        QT_TRANSLATE_NOOP("Engine", "there is no output to listen to ({0})"),
        QT_TRANSLATE_NOOP("Engine", "{0} cannot be listened to ({1}); is it held by a program in exclusive mode?"),
        QT_TRANSLATE_NOOP("Engine", "What this Mac plays"),
        QT_TRANSLATE_NOOP("Engine", "hearing the caller needs macOS 14.4 or later"),
        QT_TRANSLATE_NOOP(
            "Engine", "the right to record system audio is missing; see System Settings, Privacy & Security"
        ),
        QT_TRANSLATE_NOOP("Engine", "the device that carries the system's sound could not be made"),
        QT_TRANSLATE_NOOP("Engine", "the device that carries the system's sound does not appear"),
        QT_TRANSLATE_NOOP("Engine", "There is no {0} called {1}. There is: {2}."),
        QT_TRANSLATE_NOOP("Engine", "microphone"),
        QT_TRANSLATE_NOOP("Engine", "sound output"),
        # --- agitation -----------------------------------------------------------------------------------------------
        QT_TRANSLATE_NOOP(
            "Engine", "The caller is heard in your microphone; taking the echo out. A headset would be better."
        ),
        QT_TRANSLATE_NOOP(
            "Engine", "The two sides can't be told apart: the caller is heard in your microphone. Use a headset."
        ),
        QT_TRANSLATE_NOOP(
            "Engine",
            "The two sides can't be told apart: the caller is heard in your microphone. Use a headset, or install echo "
            "cancelling: pip install livekit",
        ),
        QT_TRANSLATE_NOOP(
            "Engine", "Echo cancelling is asked for, but not installed: pip install livekit. Until then use a headset."
        ),
        # --- what the person must know of a call -----------------------------------------------------------------
        QT_TRANSLATE_NOOP(
            "Engine",
            "This is the demo's speech model: it knows only the demo's made-up voices and is not for real calls. "
            "Get another one: Call, Set up in the window, or voiceassist models get base.en",
        ),
        QT_TRANSLATE_NOOP(
            "Engine", "Tell the caller that VoiceAssist follows this call, then press “Caller was told”."
        ),
        QT_TRANSLATE_NOOP("Engine", "An announcement before the call tells the caller."),
        QT_TRANSLATE_NOOP("Engine", "The caller was told."),
        # --- words ---------------------------------------------------------------------------------------------------
        QT_TRANSLATE_NOOP(
            "Engine", "No speech model: cues from sound only. Get one with: voiceassist models get base.en"
        ),
        QT_TRANSLATE_NOOP("Engine", "Words by {0}."),
        QT_TRANSLATE_NOOP("Engine", "Words by {0}; {1} still to come."),
        QT_TRANSLATE_NOOP("Engine", "{0} ({1} is too slow for this PC)"),
        QT_TRANSLATE_NOOP("Engine", "{0} sentence is"),
        QT_TRANSLATE_NOOP("Engine", "{0} sentences are"),
        QT_TRANSLATE_NOOP("Engine", "Loading the speech model."),
        QT_TRANSLATE_NOOP("Engine", "Words come {0} s late."),
        QT_TRANSLATE_NOOP("Engine", "This PC is busy, so the smaller model {0} writes the words."),
        QT_TRANSLATE_NOOP("Engine", "This PC is busy: words come after each sentence."),
        QT_TRANSLATE_NOOP("Engine", "This PC is busy: your own words come after each sentence."),
        QT_TRANSLATE_NOOP("Engine", "Cues from sound only."),
        QT_TRANSLATE_NOOP("Engine", "Cues from sound only; it is tried again."),
        QT_TRANSLATE_NOOP("Engine", "Trying a smaller model."),
        QT_TRANSLATE_NOOP("Engine", "The transcriber {0} and is started again; words will come late."),
        QT_TRANSLATE_NOOP("Engine", "The transcriber {0} while it was loading the speech model."),
        QT_TRANSLATE_NOOP("Engine", "the transcriber {0}"),
        QT_TRANSLATE_NOOP("Engine", "stopped"),
        QT_TRANSLATE_NOOP("Engine", "hung"),
        QT_TRANSLATE_NOOP("Engine", "is of another version of VoiceAssist"),
        QT_TRANSLATE_NOOP("Engine", "did not load the model in time"),
        QT_TRANSLATE_NOOP("Engine", "could not be started ({0})"),
        QT_TRANSLATE_NOOP("Engine", "The {0}'s words from {1} s to {2} s could not be transcribed: {3}."),
        QT_TRANSLATE_NOOP("Engine", "agent"),
        QT_TRANSLATE_NOOP("Engine", "caller"),
        QT_TRANSLATE_NOOP("Engine", "too much speech is waiting"),
        QT_TRANSLATE_NOOP("Engine", "more than 30 s of sound in one utterance"),
        QT_TRANSLATE_NOOP("Engine", "{0} at the end could not be transcribed in time."),
        QT_TRANSLATE_NOOP("Engine", "{0} stretch of speech"),
        QT_TRANSLATE_NOOP("Engine", "{0} stretches of speech"),
        QT_TRANSLATE_NOOP("Engine", "There was not enough memory to transcribe this."),
        QT_TRANSLATE_NOOP("Engine", "There is not enough memory for the speech model in {0}."),
        QT_TRANSLATE_NOOP("Engine", "No speech model is loaded."),
        # --- speech models on the disk -------------------------------------------------------------------------------
        QT_TRANSLATE_NOOP("Engine", "There is no speech model called {0}; there are: {1}."),
        QT_TRANSLATE_NOOP("Engine", "The speech model {0} is not installed; get it with: voiceassist models get {1}"),
        QT_TRANSLATE_NOOP(
            "Engine", "The speech model {0} is missing from this installation; install VoiceAssist again."
        ),
        QT_TRANSLATE_NOOP("Engine", "{0} is not a folder with a speech model."),
        QT_TRANSLATE_NOOP("Engine", "{0} is not a Whisper model in CTranslate2 form: it has no vocabulary."),
        QT_TRANSLATE_NOOP(
            "Engine",
            "{0} is not a Whisper model in CTranslate2 form: it has no {1}; convert the model or fetch one with: "
            "voiceassist models get base.en",
        ),
        QT_TRANSLATE_NOOP("Engine", "The model in {0} is not a Whisper model (it is a {1})."),
        QT_TRANSLATE_NOOP("Engine", "The speech model in {0} is damaged: {1}"),
        QT_TRANSLATE_NOOP("Engine", "model.bin is not a CTranslate2 file"),
        QT_TRANSLATE_NOOP("Engine", "{0} cannot be read"),
        QT_TRANSLATE_NOOP("Engine", "{0} is missing"),
        QT_TRANSLATE_NOOP("Engine", "{0} has the wrong size"),
        QT_TRANSLATE_NOOP(
            "Engine", "{0} is not what was fetched; remove it and get it again with: voiceassist models get"
        ),
        QT_TRANSLATE_NOOP(
            "Engine",
            "The speech model in {0} has no {1}, so it cannot be verified; import it with: voiceassist models import "
            "FOLDER",
        ),
        QT_TRANSLATE_NOOP("Engine", "{0} cannot be the name of a speech model; use letters, digits, dots and dashes."),
        QT_TRANSLATE_NOOP(
            "Engine", "There is a speech model {0} already; remove it with: voiceassist models remove {1}"
        ),
        QT_TRANSLATE_NOOP("Engine", "{0} could not be copied into {1}: {2}."),
        QT_TRANSLATE_NOOP("Engine", "The speech model {0} could not be fetched: {1}"),
        QT_TRANSLATE_NOOP(
            "Engine",
            "The speech model {0} could not be fetched from {1}: {2}; what has arrived is kept, so try again, or carry "
            "a folder over with: voiceassist models import FOLDER",
        ),
        QT_TRANSLATE_NOOP("Engine", "{0} answered {1}."),
        QT_TRANSLATE_NOOP("Engine", "{0} is not {1} bytes long."),
        QT_TRANSLATE_NOOP(
            "Engine",
            "{0} arrived damaged or changed (its SHA-256 is not the expected one); try again, or ask IT whether a "
            "proxy alters downloads.",
        ),
        QT_TRANSLATE_NOOP("Engine", "The speech model {0} could not be stored in {1}: {2}."),
        QT_TRANSLATE_NOOP("Engine", "The speech model {0} comes with VoiceAssist and cannot be fetched."),
        QT_TRANSLATE_NOOP("Engine", "The speech model {0} was not found at {1}."),
        QT_TRANSLATE_NOOP(
            "Engine", "The disk is full: the speech model {0} needs {1} MB in {2}; make room and try again."
        ),
        # --- after a call ----------------------------------------------------------------------------------------
        QT_TRANSLATE_NOOP("Engine", "No words of the caller's were kept."),
        QT_TRANSLATE_NOOP("Engine", "{0} min; too little of the caller's voice for more; {1}."),
        QT_TRANSLATE_NOOP("Engine", "{0} min; calm throughout; {1}."),
        QT_TRANSLATE_NOOP("Engine", "{0} min; agitated for {1} s, most at {2}, {3}; {4}."),
        QT_TRANSLATE_NOOP("Engine", "and calm again at the end"),
        QT_TRANSLATE_NOOP("Engine", "and not yet calm at the end"),
        QT_TRANSLATE_NOOP("Engine", "{0} cue"),
        QT_TRANSLATE_NOOP("Engine", "{0} cues"),
        QT_TRANSLATE_NOOP("Engine", "Nothing was promised."),
        QT_TRANSLATE_NOOP("Engine", "Promised: {0}."),
        # --- cue packs ---------------------------------------------------------------------------------------------
        QT_TRANSLATE_NOOP("Engine", "The cue pack is for “{0}”, the call is in “{1}”: cues from words stay away."),
        QT_TRANSLATE_NOOP("Engine", "There is no cue pack for “{0}”: cues are in “{1}”; those from words stay away."),
        QT_TRANSLATE_NOOP("Engine", "There is no cue pack {0}. Shipped packs: {1}."),
        QT_TRANSLATE_NOOP("Engine", "The cue pack {0} cannot be read: {1}."),
        QT_TRANSLATE_NOOP("Engine", "The cue pack {0} is not valid TOML: {1}."),
        QT_TRANSLATE_NOOP("Engine", "What you said about cues was not kept in {0}: {1}."),
        # --- keeping calls, settings, and mistakes -------------------------------------------------------------------
        QT_TRANSLATE_NOOP("Engine", "The call can't be kept in {0}: {1}."),
        QT_TRANSLATE_NOOP("Engine", "the sound can't be written"),
        QT_TRANSLATE_NOOP("Engine", "The setting {0} is managed by your organisation and cannot be changed here."),
        QT_TRANSLATE_NOOP("Engine", "The setting {0} must be {1}, not {2}."),
        QT_TRANSLATE_NOOP("Engine", "The settings were not saved: {0} Mend or remove the file, then try again."),
        QT_TRANSLATE_NOOP("Engine", "The settings were not saved to {0}: {1}."),
        QT_TRANSLATE_NOOP("Engine", "{0} cannot be read ({1}); what it sets was left out."),
        QT_TRANSLATE_NOOP("Engine", "{0} is not a proper {1} file ({2}); it was left out."),
        QT_TRANSLATE_NOOP("Engine", "{0} does not hold settings by name; it was left out."),
        QT_TRANSLATE_NOOP("Engine", "one of {0}"),
        QT_TRANSLATE_NOOP("Engine", "true or false"),
        QT_TRANSLATE_NOOP("Engine", "a whole number from {0} to {1}"),
        QT_TRANSLATE_NOOP("Engine", "a number from {0} to {1}"),
        QT_TRANSLATE_NOOP("Engine", "text"),
        QT_TRANSLATE_NOOP("Engine", "a folder"),
        QT_TRANSLATE_NOOP("Engine", "a list of texts"),
        QT_TRANSLATE_NOOP("Engine", "This went wrong because of a mistake in the program: {0}"),
    ),
)


def translated(text: str) -> str:
    """`text` of the engine's in the person's language: as a whole, or sentence by sentence; else as it is."""
    found = _find(text)
    if found is not None:
        return _put(*found)
    for stop in re.finditer(r"(?<=[.?!]) ", text):
        found = _find(text[: stop.start()])
        if found is not None:
            return f"{_put(*found)} {translated(text[stop.end() :])}"
    return text


def _put(sentence: str, values: tuple[str, ...], end: str) -> str:
    """The sentence with its values: names of settings, or other sentences of the table. Values between quotes are words
    of a call: nobody's to translate."""
    values = tuple(v if f"“{{{n}}}”" in sentence else _value(v) for n, v in enumerate(values))
    return QCoreApplication.translate(CONTEXT, sentence).format(*values) + end


def _value(text: str) -> str:
    done = translated(text)
    return done if done != text else QCoreApplication.translate("Settings", text)


@lru_cache(maxsize=512)
def _find(text: str) -> tuple[str, tuple[str, ...], str] | None:
    """The sentence of the table that `text` is, the values in it, and a full stop that it has and the table has not."""
    for shape, sentence in _shapes():
        match = shape.fullmatch(text)
        if match is not None:
            return sentence, match.groups(), ""
    if text.endswith("."):
        bare = _find(text[:-1])
        return bare and (bare[0], bare[1], bare[2] + ".")
    return None


@cache
def _shapes() -> list[tuple[re.Pattern[str], str]]:
    """The table for looking things up in it: what has the most words of its own first."""

    def own_letters(sentence: str) -> int:
        return len(re.sub(r"\{\d\}", "", sentence))

    def shape(sentence: str) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, re.split(r"\{\d\}", sentence))), re.DOTALL)

    return [(shape(sentence), sentence) for sentence in sorted(SENTENCES, key=own_letters, reverse=True)]
