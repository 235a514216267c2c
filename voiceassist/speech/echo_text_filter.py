"""The caller's words, heard once more in the microphone, are not the agent's: the last guard against an echo. Pure.

What the echo canceller leaves may still be enough for the recognizer. A text of the agent's side that lies under the
caller's speech and says what the caller says is an echo; it is passed on empty, so that no cue, no transcript and no
count of words sees it. Both texts come in any order: while the caller's is still due, the agent's waits for it.

While the two sides are known to share sound, that is not enough: of a faint echo a recognizer makes words that nobody
said. Then nothing that lies under the caller's speech is the agent's, and only the words outside it are passed on.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import msgspec
from rapidfuzz import fuzz

from voiceassist.core.events import Channel, Text, Utterance
from voiceassist.core.phrase_match import CLOSE_ENOUGH, normal

UNDER_THE_CALLER = 0.5
"""Share of an agent's text that lies in the caller's speech from which on it may be an echo. On a headset that is a
"mm-hm", or the agent cutting in."""

SAME_WORDS = 0.8
"""Share of its words that are the caller's, from which on it is one: an echo is recognized worse than a voice."""

NEARBY = 1.0
"""Seconds two words may lie apart to be the same one. An echo comes within 0.3 s; the recognizer's times of words are a
few tenths off. An agent who says "yes" while the caller says it elsewhere in a long sentence is no echo."""

EDGE = 0.4
"""Seconds round the caller's speech that count as under it while the sides share sound: the recognizer puts a first
word up to 0.3 s before the speech began, and an echo ends later than the voice."""

CALLER_TEXT_TIMEOUT = 3.0
"""Seconds an agent's text waits for the caller's that is due: a text comes 0.7 s after its utterance, later where the
machine is slow. If the caller's comes later still and shows an echo, the agent's text is taken back."""

REMEMBERED = 60.0
"""Seconds for which texts are looked back at."""


class EchoTextFilter:
    """Texts in, texts out, in an order in which the engine may be fed. `now` is seconds of the call."""

    def __init__(self) -> None:
        self.sides_separated = True
        """The two sides carry different sound; see `voiceassist.capture.echo.CrosstalkDetector`."""
        self._spans: dict[int, tuple[float, float]] = {}
        """Start and end of what the caller said lately, by utterance."""
        self._caller: dict[int, Text] = {}
        """What the caller said lately, by utterance: the final text, or the latest partial one."""
        self._due: set[int] = set()
        """The caller's utterances whose final text has not come."""
        self._waiting: list[tuple[float, Text]] = []
        """The agent's final texts that wait for one of those, and until when."""
        self._passed: list[Text] = []
        """The agent's final texts that were passed on."""

    def expect(self, utterance: Utterance) -> None:
        """An utterance is over, and its text is due."""
        if utterance.channel is Channel.CALLER:
            self._spans[utterance.id] = (utterance.start, utterance.end)
            self._due.add(utterance.id)

    def filter(self, text: Text, now: float, caller_since: float | None = None) -> list[Text]:
        """A text has come; what can be passed on because of it. `caller_since`: the caller has been speaking since."""
        if text.channel is Channel.CALLER:
            return self._of_the_caller(text, now)
        if not text.text.strip():
            return [text]
        if not self.sides_separated:
            return [self._pass(_outside(text, [*self._spans.values(), *_from(caller_since)]))]
        if self._is_echo(text):
            return [_emptied(text)]
        if _covered(text, [*self._due_spans(), *_from(caller_since)]) >= UNDER_THE_CALLER:
            if text.final:
                self._waiting.append((now + CALLER_TEXT_TIMEOUT, text))
            return []
        return [self._pass(text)]

    def release_due(self, now: float) -> list[Text]:
        """The texts that have waited long enough."""
        late = [text for until, text in self._waiting if until <= now]
        self._waiting = [(until, text) for until, text in self._waiting if until > now]
        return [self._pass(text) for text in late]

    def flush(self) -> list[Text]:
        """No more texts come: what still waits is passed on."""
        return self.release_due(float("inf"))

    def _of_the_caller(self, text: Text, now: float) -> list[Text]:
        self._caller[text.utterance] = text
        if text.final:
            self._due.discard(text.utterance)
            self._forget(now - REMEMBERED)
        out = [text]
        waiting, self._waiting = self._waiting, []
        for until, held in waiting:
            if self._is_echo(held):
                out.append(_emptied(held))
            elif _covered(held, self._due_spans()) >= UNDER_THE_CALLER:
                self._waiting.append((until, held))
            else:
                out.append(self._pass(held))
        taken_back = [passed for passed in self._passed if self._is_echo(passed)]
        self._passed = [passed for passed in self._passed if passed not in taken_back]
        return out + [_emptied(passed) for passed in taken_back]

    def _pass(self, text: Text) -> Text:
        if text.final:
            self._passed.append(text)
        return text

    def _is_echo(self, text: Text) -> bool:
        near = [c for c in self._caller.values() if c.start < text.end + NEARBY and c.end > text.start - NEARBY]
        if _covered(text, ((c.start, c.end) for c in near)) < UNDER_THE_CALLER:
            return False
        said = _words(text)
        heard = list(chain.from_iterable(map(_words, near)))
        found = 0
        for word, start in said:
            twin = next((w for w in heard if fuzz.ratio(word, w[0]) >= CLOSE_ENOUGH and _near(start, w[1])), None)
            if twin is not None:
                heard.remove(twin)
                found += 1
        return found >= SAME_WORDS * len(said)

    def _due_spans(self) -> list[tuple[float, float]]:
        return [self._spans[number] for number in self._due]

    def _forget(self, before: float) -> None:
        self._caller = {number: text for number, text in self._caller.items() if text.end >= before}
        self._spans = {number: span for number, span in self._spans.items() if span[1] >= before}
        self._due &= self._spans.keys()
        self._passed = [text for text in self._passed if text.end >= before]


def _from(since: float | None) -> list[tuple[float, float]]:
    return [] if since is None else [(since, float("inf"))]


def _outside(text: Text, spans: list[tuple[float, float]]) -> Text:
    """The text without the words that lie in the spans; empty when they have no times and half of it does."""
    if not text.words:
        return _emptied(text) if _covered(text, spans) >= UNDER_THE_CALLER else text
    wide = [(start - EDGE, end + EDGE) for start, end in spans]
    kept = tuple(w for w in text.words if not any(start < (w.start + w.end) / 2 < end for start, end in wide))
    if len(kept) == len(text.words):
        return text
    return msgspec.structs.replace(text, text=" ".join(w.text.strip() for w in kept), words=kept, stable=0)


def _covered(text: Text, spans: Iterable[tuple[float, float]]) -> float:
    """Share of the text's time that lies in the spans, 0 to 1; they do not overlap each other."""
    shared = sum(max(0.0, min(end, text.end) - max(start, text.start)) for start, end in spans)
    return shared / max(text.end - text.start, 1e-3)


def _words(text: Text) -> list[tuple[str, float | None]]:
    """Each word, plain, with its time where the recognizer gave one."""
    timed: list[tuple[str, float | None]] = [(w, word.start) for word in text.words for w in normal(word.text).split()]
    return timed or [(w, None) for w in normal(text.text).split()]


def _near(one: float | None, other: float | None) -> bool:
    return one is None or other is None or abs(one - other) <= NEARBY


def _emptied(text: Text) -> Text:
    return msgspec.structs.replace(text, text="", words=(), stable=0)
