"""The recognizer: sound of one utterance in, text with its measures out, by faster-whisper.

Imported in the child only: it brings CTranslate2 and 150 MB with it. One utterance is one window, so the library's own
loop over windows is left out: it encodes 30 s whatever was said, and with word times it goes back for the silence after
the last word, at the price of a second pass and phantom text. Its parts are used as they are: features, tokens and
suppression, prompt and hot words, decoding, word alignment. Whether a result is believed is decided by the numbers,
once, in `short_input` and `hallucination_filter`.

Another engine (Moonshine, Parakeet) is a class with the same `name`, `recognize` and `probe`, chosen in `worker` by
what lies in the model's folder.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import (
    get_compression_ratio,
    get_ctranslate2_storage,
    get_suppressed_tokens,
    merge_punctuations,
)

from models.speech.folder import check_folder, read_manifest
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Word
from voiceassist.speech import tuning
from voiceassist.speech.hallucination_filter import is_stock_phrase
from voiceassist.speech.language import language_probabilities, most_likely
from voiceassist.speech.mel import MelFilters
from voiceassist.speech.recognition_result import RecognitionResult
from voiceassist.speech.short_input import frames_for, repeats, token_cap, trusted

_BEFORE = "\"'“¿([{-"
_AFTER = "\"'.。,，!！?？:：”)]}、"
"""Punctuation that belongs to the word after it and before it (faster-whisper's defaults)."""


class WhisperRecognizer:
    def __init__(
        self,
        folder: Path,
        *,
        threads: int,
        languages: tuple[str, ...] = ("en",),
        terms: tuple[str, ...] = (),
        short_input: bool = True,
        workers: int = 1,
    ) -> None:
        """Load the model in `folder` (CTranslate2 form). So many `workers` may use it at the same time, each on its
        own `threads`. Raises `ModelError` for a wrong or damaged folder,
        `RuntimeError` when CTranslate2 cannot load it."""
        check_folder(folder)
        manifest = read_manifest(folder) or {}
        self.name = str(manifest.get("name") or folder.name)
        self._model = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=workers
        )
        extractor = self._model.feature_extractor
        extractor.mel_filters = MelFilters(extractor.mel_filters)
        self._multilingual = self._model.model.is_multilingual
        self._languages = languages if self._multilingual else ("en",)
        self._terms = ", ".join(terms) or None
        self._short = short_input

    def recognize(
        self,
        sound: Samples,
        *,
        final: bool,
        likely: str = "",
        context: str = "",
        context_sound: Samples = np.zeros(0, np.float32),
    ) -> RecognitionResult:
        """Text of mono float32 sound at 16 kHz, shape (n,). A partial needs no word times and may be rougher.

        `likely`: the language, for sound too short to tell one of several. `context`: what was said in
        `context_sound` just before; the text goes on after it. The same input gives the same text, whatever came
        before. Raises `ValueError` for more than the 30 s that Whisper can take.
        """
        duration = len(sound) / SAMPLE_RATE
        if context and final and self._short:
            found = self._after(context_sound, context, sound, likely)
            if found is not None:
                return found
        features = self._model.feature_extractor(sound)
        content = features.shape[-1] - 1
        if content > tuning.PADDED_FRAMES:
            raise ValueError("more than 30 s of sound in one utterance")
        floor = tuning.FLOOR_FRAMES if final else tuning.PARTIAL_FLOOR_FRAMES
        frames = frames_for(duration, floor) if self._short else tuning.PADDED_FRAMES
        found = self._window(features[:, :content], frames, final, likely)
        if final and frames < tuning.PADDED_FRAMES and not trusted(found, duration):
            again = tuning.AGAIN_FRAMES if frames < tuning.AGAIN_FRAMES else tuning.PADDED_FRAMES
            found = msgspec.structs.replace(self._window(features[:, :content], again, final, likely), padded=True)
        return found

    def recognize_window(self, sound: Samples, before: str) -> RecognitionResult:
        """Final text of several utterances in one: mono float32 sound at 16 kHz, shape (n,). `before` is what was said
        before them, so that a name or a term is heard as it was then. Raises `ValueError` for more than 30 s.
        """
        features = self._model.feature_extractor(sound)
        content = features.shape[-1] - 1
        if content > tuning.PADDED_FRAMES:
            raise ValueError("more than 30 s of sound in one window")
        return self._window(features[:, :content], frames_for(len(sound) / SAMPLE_RATE), True, before=before)

    def _after(self, context_sound: Samples, context: str, sound: Samples, likely: str) -> RecognitionResult | None:
        """The text of `sound` after what was said before it, or None when that is not to be trusted.

        With speech before it, the model no longer doubts that there is any: stock phrases have to do without.
        """
        features = self._model.feature_extractor(np.concatenate([context_sound, sound]))
        begin, duration = len(context_sound) / SAMPLE_RATE, len(sound) / SAMPLE_RATE
        frames = frames_for(begin + duration)
        if frames >= tuning.PADDED_FRAMES:
            return None
        found = self._window(features[:, :-1], frames, True, likely, context=context, begin=begin)
        lost = not found.text or is_stock_phrase(found.text) or repeats(found.text, context)
        return None if lost or not trusted(found, duration) else found

    def probe(self) -> float:
        """Seconds that 5 s of sound take before the first token: how fast this model is on this machine."""
        frames = frames_for(5.0) if self._short else tuning.PADDED_FRAMES
        mels = self._model.feature_extractor.mel_filters.shape[0]
        noise = np.random.default_rng(0).normal(0, 0.5, (1, mels, frames)).astype(np.float32)
        times = []
        for _ in range(4):
            begin = time.perf_counter()
            self._model.encode(noise)
            times.append(time.perf_counter() - begin)
        return min(times[1:])  # the first one sets up buffers; the quickest is the least disturbed

    def _window(
        self,
        features: np.ndarray,
        frames: int,
        final: bool,
        likely: str = "",
        *,
        before: str = "",
        context: str = "",
        begin: float = 0.0,
    ) -> RecognitionResult:
        """Recognize `features`, shape (mels, content frames), encoded as `frames` frames. `before` was said some time
        before them; in their first `begin` seconds, `context` was said, and the text goes on after it."""
        content = features.shape[-1]
        model = self._model
        encoded = model.model.encode(get_ctranslate2_storage(pad_or_trim(features, frames)[np.newaxis]))
        language, languages = self._language(encoded, content / model.frames_per_second, final, likely)
        tokenizer = Tokenizer(model.hf_tokenizer, self._multilingual, task="transcribe", language=language)
        room = tuning.CONTEXT_TOKENS - (len(tokenizer.encode(f" {self._terms}")) if self._terms else 0)
        earlier = tokenizer.encode(f" {before}")[-room:] if before and room > 0 else []
        prompt = model.get_prompt(tokenizer, earlier, without_timestamps=True, hotwords=self._terms)
        said = tokenizer.encode(f" {context}") if context else []
        cap = token_cap(content / model.frames_per_second - begin)
        result = model.model.generate(
            encoded,
            [prompt + said],
            beam_size=tuning.BEAM if final else 1,
            # CTranslate2 writes at most half of it, and at most what the prompt leaves of it.
            max_length=max(2 * (len(said) + cap), len(prompt) + len(said) + cap),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        )[0]
        every = result.sequences_ids[0]
        tokens = every[len(said) :]
        text = tokenizer.decode(tokens).strip()
        return RecognitionResult(
            text=text,
            words=self._words(tokenizer, every, encoded, content, len(said), begin) if final and text else (),
            language=language,
            languages=languages,
            # CTranslate2 gives the mean over the tokens, to which those it was told add nothing; Whisper's own measure
            # counts the end token as well.
            logprob=float(result.scores[0]) * len(every) / (len(tokens) + 1),
            no_speech=float(result.no_speech_prob),
            compression=get_compression_ratio(text) if text else 0.0,
            capped=len(tokens) >= cap,
            padded=frames >= tuning.PADDED_FRAMES,
        )

    def _language(self, encoded: object, seconds: float, final: bool, likely: str) -> tuple[str, dict[str, float]]:
        """The language to write down, and how likely the likeliest and the expected ones are, where that is asked."""
        one = self._languages[0] if len(self._languages) == 1 else ""
        long = seconds >= tuning.LANGUAGE_SPEECH
        if likely and not long:
            return likely, {}
        if one and not (final and long and self._multilingual):
            return one, {}
        every = language_probabilities(self._model.model, encoded)
        kept = {*self._languages, *sorted(every, key=lambda code: -every[code])[:3]}
        return one or most_likely(every, self._languages), {c: round(p, 4) for c, p in every.items() if c in kept}

    def _words(
        self, tokenizer: Tokenizer, tokens: list[int], encoded: object, content: int, told: int, begin: float
    ) -> tuple[Word, ...]:
        """Times and probabilities of the words after the first `told` tokens, by the decoder's attention
        (faster-whisper's alignment); times are from second `begin` on."""
        plain = [t for t in tokens if t < tokenizer.eot]
        aligned = self._model.find_alignment(tokenizer, [plain], encoded, content)[0]
        merge_punctuations(aligned, _BEFORE, _AFTER)
        last = content / self._model.frames_per_second - begin
        ends = np.cumsum([len(w["tokens"]) for w in aligned])
        return tuple(
            Word(
                start=min(max(float(w["start"]) - begin, 0.0), last),
                end=min(max(float(w["end"]) - begin, 0.0), last),
                text=w["word"].strip(),
                probability=float(w["probability"]),
            )
            for w, end in zip(aligned, ends, strict=True)
            if end > told and w["word"].strip()
        )
