"""Speak a text with a named synthetic voice and say when each word is heard.

Two free synthesisers are driven through their C libraries, so that word times come from the synthesiser itself
and not from a guess: eSpeak NG (a formant synthesiser with many variants) and Flite (four recorded voices).
Both are needed only to *make* sound, for the training corpus and the demo call, never when the application runs.

    >>> spoken = speak("Thank you for calling.", Voice("flite", "slt", rate_wpm=170))
    >>> spoken.samples.dtype, [word for _, _, word in spoken.words]
    (dtype('float32'), ['Thank', 'you', 'for', 'calling.'])

The same text and voice give the same samples every time. Knows nothing of corpora, features or models.
"""

from __future__ import annotations

import _ctypes
import ctypes
import functools
import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import soxr

SAMPLE_RATE = 16_000

FLITE_VOICES = ("slt", "rms", "awb", "kal16")
"""Flite's voices: slt a US woman, rms a US man, awb a Scottish man, kal16 an older US diphone voice."""

_INSTALL = "Install the synthesisers first: apt-get install espeak-ng libespeak-ng1 flite"


Engine = Literal["espeak", "flite"]


class SynthesisError(RuntimeError):
    """A synthesiser is missing, or does not know the voice it was asked for."""


@dataclass(frozen=True)
class Voice:
    """One way of speaking.

    engine           "espeak" or "flite"
    name             espeak: language and variant, such as "en-us+m3", "en-gb+f2", "en-gb-scotland";
                     flite: "slt", "rms", "awb" or "kal16"
    rate_wpm         nominal words a minute; about 120 (slow) to 230 (fast)
    pitch_semitones  shift against the voice's own pitch; espeak takes -12 to +11
    pitch_range      liveliness of the melody; 1 is the voice's own, 0 monotone, 2 the most espeak can do
    """

    engine: Engine
    name: str
    rate_wpm: float = 165.0
    pitch_semitones: float = 0.0
    pitch_range: float = 1.0


@dataclass(frozen=True)
class Spoken:
    """Sound and words of one text.

    samples  float32, shape (n,), mono, 16 kHz, within [-1, 1]
    words    (start, end, word) in seconds from the first sample, one for each word of the text between blanks,
             spelled (capitals, punctuation) as in the text
    """

    samples: np.ndarray
    words: list[tuple[float, float, str]]

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


def speak(text: str, voice: Voice) -> Spoken:
    """Speak `text` with `voice`. Raises SynthesisError if the synthesiser or the voice is not there."""
    text = " ".join(text.split())
    if not text:
        return Spoken(np.zeros(0, dtype=np.float32), [])
    if voice.engine == "espeak":
        samples, rate, starts = _espeak(text, voice)
        words = _with_ends(samples, rate, starts)
    elif voice.engine == "flite":
        samples, rate, words = _flite(text, voice)
    else:
        raise SynthesisError(f"There is no synthesiser called {voice.engine!r}; use 'espeak' or 'flite'.")
    if rate != SAMPLE_RATE:
        samples = soxr.resample(samples, rate, SAMPLE_RATE)
    return Spoken(np.clip(samples, -1.0, 1.0).astype(np.float32), words)


def pronounce(word: str) -> list[str]:
    """The sounds of one word in American English, in eSpeak's notation without stress: "hello" is h @ l oU."""
    return _espeak_library().pronounce(word)


# --- eSpeak NG --------------------------------------------------------------------------------------------------

_SAME_SOUND = {"i": "i:", "aI3": "aI@", "i@3": "i@", "o@": "O@"}
_EVENT_WORD, _EVENT_END = 1, 0
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_SYNCHRONOUS, _CHARS_UTF8 = 2, 1


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class _Espeak:
    """The one instance of eSpeak NG this process can have."""

    def __init__(self) -> None:
        self.lib: ctypes.CDLL | None = None
        self.rate = 0
        self._libc = ctypes.CDLL(None)
        self._chunks: list[np.ndarray] = []
        self._events: list[tuple[int, int]] = []
        self._callback = _CALLBACK(self._receive)

    def _restart(self) -> ctypes.CDLL:
        """Load the library afresh: the phase of its oscillators and its random breath live in static variables that
        carry over from one text to the next, even through espeak_Terminate."""
        if self.lib is not None:
            self.lib.espeak_Terminate()
            _ctypes.dlclose(self.lib._handle)
        try:
            self.lib = ctypes.CDLL("libespeak-ng.so.1")
        except OSError as error:
            raise SynthesisError(f"eSpeak NG cannot be loaded ({error}). {_INSTALL}") from error
        self.rate = self.lib.espeak_Initialize(_SYNCHRONOUS, 200, None, 0)
        if self.rate <= 0:
            raise SynthesisError(f"eSpeak NG would not start. {_INSTALL}")
        self.lib.espeak_SetSynthCallback(self._callback)
        self._libc.srand(1)
        return self.lib

    def _receive(self, wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            self._chunks.append(np.ctypeslib.as_array(wave, shape=(count,)).astype(np.float32) / 32768.0)
        index = 0
        while events and events[index].type != _EVENT_END:
            if events[index].type == _EVENT_WORD:
                self._events.append((events[index].text_position - 1, events[index].audio_position))
            index += 1
        return 0

    def pronounce(self, word: str) -> list[str]:
        if self.lib is None:
            self._restart()
        assert self.lib is not None
        self.lib.espeak_SetVoiceByName(b"en-us")
        convert = self.lib.espeak_TextToPhonemes
        convert.restype = ctypes.c_char_p
        convert.argtypes = (ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int)
        pointer = ctypes.c_char_p(word.encode("ascii", "replace"))
        phones: list[str] = []
        while pointer.value:
            phones += (convert(ctypes.byref(pointer), _CHARS_UTF8, ord("_") << 8) or b"").decode().split("_")
        # Stress and language marks are dropped, and the shades of one vowel ("I#", "I2") are one sound.
        bare = (re.sub(r"[',%=|;#2\-\s]|\(.*?\)", "", phone) for phone in phones)
        return [_SAME_SOUND.get(phone, phone) for phone in bare if phone]

    def speak(self, text: str, voice: Voice) -> tuple[np.ndarray, list[tuple[int, float]]]:
        lib = self._restart()
        # eSpeak keeps British English under plain "en", the only spelling that takes a variant.
        name = re.sub(r"^en-gb(?=\+|$)", "en", voice.name)
        if lib.espeak_SetVoiceByName(name.encode()) != 0:
            raise SynthesisError(f"eSpeak NG has no voice called {voice.name!r}.")
        # eSpeak's pitch scale doubles the frequency every 50 steps; 50 is the voice's own pitch.
        settings = {
            _RATE: round(voice.rate_wpm),
            _VOLUME: 100,
            _PITCH: int(np.clip(round(50 + voice.pitch_semitones * 50 / 12), 0, 99)),
            _RANGE: int(np.clip(round(50 * voice.pitch_range), 0, 99)),
        }
        for parameter, value in settings.items():
            lib.espeak_SetParameter(parameter, value, 0)
        self._chunks.clear()
        self._events.clear()
        # The text is passed as ASCII, so that positions count characters and bytes alike.
        encoded = text.replace("\u2019", "'").encode("ascii", "replace") + b"\0"
        done = lib.espeak_Synth(encoded, ctypes.c_size_t(len(encoded)), 0, 1, 0, _CHARS_UTF8, None, None)
        lib.espeak_Synchronize()
        if done != 0 or not self._chunks:
            raise SynthesisError(f"eSpeak NG did not speak {text!r}.")
        return np.concatenate(self._chunks), [(at, ms / 1000.0) for at, ms in self._events]


@functools.cache
def _espeak_library() -> _Espeak:
    return _Espeak()


def _espeak(text: str, voice: Voice) -> tuple[np.ndarray, int, list[tuple[float, str]]]:
    library = _espeak_library()
    samples, events = library.speak(text, voice)
    spans = [(match.start(), match.end(), match.group()) for match in re.finditer(r"\S+", text)]
    # eSpeak reports some pairs ("of the") as one word, and parts of others ("o'clock") twice: take the first event
    # inside each word, and share out the time between two known words by letters where there is none.
    known: dict[int, float] = {}
    for position, seconds in events:
        for index, (start, end, _) in enumerate(spans):
            if start <= position < end:
                known.setdefault(index, seconds)
                break
    known.setdefault(0, 0.0)
    anchors = sorted(known)
    starts: list[tuple[float, str]] = []
    for first, following in zip(anchors, [*anchors[1:], len(spans)], strict=True):
        begin = known[first]
        finish = known[following] if following in known else len(samples) / library.rate
        letters = np.cumsum([0] + [len(spans[i][2]) for i in range(first, following)])
        for i in range(first, following):
            share = letters[i - first] / letters[-1]
            starts.append((begin + share * (finish - begin), spans[i][2]))
    return samples, library.rate, starts


def _with_ends(samples: np.ndarray, rate: int, starts: list[tuple[float, str]]) -> list[tuple[float, float, str]]:
    """Give each word an end: where the next begins, less the silence before it (below 1/100 of the peak)."""
    hop = rate // 100
    frames = np.abs(samples[: len(samples) // hop * hop]).reshape(-1, hop).max(axis=1)
    loud = frames > 0.01 * max(float(frames.max(initial=0.0)), 1e-6)
    words: list[tuple[float, float, str]] = []
    for index, (start, word) in enumerate(starts):
        limit = starts[index + 1][0] if index + 1 < len(starts) else len(samples) / rate
        inside = np.flatnonzero(loud[int(start * 100) : max(int(limit * 100), int(start * 100) + 1)])
        end = min(limit, start + (inside[-1] + 1) / 100) if inside.size else limit
        words.append((float(start), float(max(end, start + 0.02)), word))
    return words


# --- Flite ------------------------------------------------------------------------------------------------------

# What each voice does by itself: words a minute over our sentences, mean pitch in Hz and its spread.
_FLITE_NATURAL = {"slt": (165.0, 170.0, 25.0), "rms": (155.0, 95.0, 15.0), "awb": (170.0, 125.0, 18.0)}
_FLITE_NATURAL["kal16"] = (165.0, 95.0, 11.0)


class _Wave(ctypes.Structure):
    """cst_wave of Flite."""

    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


class _FliteVoice(ctypes.Structure):
    """The first two fields of Flite's cst_voice."""

    _fields_ = (("name", ctypes.c_char_p), ("features", ctypes.c_void_p))


class _Flite:
    """Flite's library and the voices opened so far."""

    def __init__(self) -> None:
        try:
            self.lib = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
            for part in ("usenglish", "cmulex"):
                ctypes.CDLL(f"libflite_{part}.so.1", mode=ctypes.RTLD_GLOBAL)
        except OSError as error:
            raise SynthesisError(f"Flite cannot be loaded ({error}). {_INSTALL}") from error
        lib, pointer, text = self.lib, ctypes.c_void_p, ctypes.c_char_p
        lib.flite_synth_text.restype, lib.flite_synth_text.argtypes = pointer, (text, pointer)
        lib.utt_wave.restype, lib.utt_wave.argtypes = ctypes.POINTER(_Wave), (pointer,)
        lib.utt_relation.restype, lib.utt_relation.argtypes = pointer, (pointer, text)
        lib.relation_head.restype, lib.relation_head.argtypes = pointer, (pointer,)
        lib.item_next.restype, lib.item_next.argtypes = pointer, (pointer,)
        lib.ffeature_string.restype, lib.ffeature_string.argtypes = text, (pointer, text)
        lib.ffeature_float.restype, lib.ffeature_float.argtypes = ctypes.c_float, (pointer, text)
        lib.feat_set_float.restype, lib.feat_set_float.argtypes = None, (pointer, text, ctypes.c_float)
        lib.delete_utterance.restype, lib.delete_utterance.argtypes = None, (pointer,)
        lib.flite_init()
        self.libc = ctypes.CDLL(None)
        self._voices: dict[str, int] = {}

    def voice(self, name: str) -> int:
        if name not in FLITE_VOICES:
            raise SynthesisError(f"Flite has no voice called {name!r}; it has {', '.join(FLITE_VOICES)}.")
        if name not in self._voices:
            try:
                library = ctypes.CDLL(f"libflite_cmu_us_{name}.so.1", mode=ctypes.RTLD_GLOBAL)
            except OSError as error:
                raise SynthesisError(f"Flite's voice {name!r} cannot be loaded ({error}). {_INSTALL}") from error
            register = getattr(library, f"register_cmu_us_{name}")
            register.restype, register.argtypes = ctypes.c_void_p, (ctypes.c_char_p,)
            self._voices[name] = register(None)
        return self._voices[name]


@functools.cache
def _flite_library() -> _Flite:
    return _Flite()


# Paths through an utterance from a token (a word between blanks) to the end of the segment before its first
# sound, and to the end of its last sound.
_TOKEN_START = b"R:Token.daughter1.R:SylStructure.daughter1.daughter1.R:Segment.p.end"
_TOKEN_END = b"R:Token.daughtern.R:SylStructure.daughtern.daughtern.R:Segment.end"


def _flite(text: str, voice: Voice) -> tuple[np.ndarray, int, list[tuple[float, float, str]]]:
    library = _flite_library()
    lib, handle = library.lib, library.voice(voice.name)
    wpm, hertz, spread = _FLITE_NATURAL[voice.name]
    features = ctypes.cast(handle, ctypes.POINTER(_FliteVoice)).contents.features
    lib.feat_set_float(features, b"duration_stretch", wpm / voice.rate_wpm)
    lib.feat_set_float(features, b"int_f0_target_mean", hertz * 2 ** (voice.pitch_semitones / 12))
    lib.feat_set_float(features, b"int_f0_target_stddev", spread * voice.pitch_range)
    library.libc.srand(1)
    utterance = lib.flite_synth_text(text.replace("\u2019", "'").encode("ascii", "replace"), handle)
    if not utterance:
        raise SynthesisError(f"Flite did not speak {text!r}.")
    try:
        wave = lib.utt_wave(utterance).contents
        samples = np.ctypeslib.as_array(wave.samples, shape=(wave.num_samples,)).astype(np.float32) / 32768.0
        rate = wave.sample_rate
        spans: list[tuple[float, float]] = []
        item = lib.relation_head(lib.utt_relation(utterance, b"Token"))
        while item:
            spans.append((lib.ffeature_float(item, _TOKEN_START), lib.ffeature_float(item, _TOKEN_END)))
            item = lib.item_next(item)
    finally:
        lib.delete_utterance(utterance)
    words = text.split()
    if len(spans) != len(words):
        raise SynthesisError(f"Flite read {len(spans)} words in {text!r}, which has {len(words)}.")
    return samples, rate, [(start, end, word) for (start, end), word in zip(spans, words, strict=True)]
