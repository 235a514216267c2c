"""The only door to the agitation estimator, and it opens for the caller alone.

The agent's emotion is never inferred, stored or shown. That is a law (EU AI Act, Art. 5(1)(f)) and a promise of this
product, so it is held by construction: an estimator is only ever made here, for a channel that type checkers and the
running program both insist is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import numpy.typing as npt

from models.agitation import CallerFrames, Estimate, Estimator
from models.agitation.words import ACTS, ESCALATION, FEELING, Phrase
from voiceassist.core.events import Channel
from voiceassist.core.phrase_match import match
from voiceassist.voice.frames import FRAME_SECONDS, Floats

Flags = npt.NDArray[np.bool_]


class CallerVoice:
    """The caller's voice over a call, from which agitation may be estimated."""

    def __init__(self, channel: Literal[Channel.CALLER]) -> None:
        if channel is not Channel.CALLER:
            raise TypeError("agitation is estimated for the caller only, never for the agent")
        self._estimator = Estimator()

    @property
    def estimate(self) -> Estimate:
        return self._estimator.estimate

    def add(self, hz: Floats, level_db: Floats, spectrum: Floats, alone: Flags) -> None:
        """The next frames of the caller's channel, shape (n,) each, `spectrum` (n, 2); `alone`: nobody else spoke."""
        self._estimator.add(CallerFrames(hz, level_db, spectrum, alone, FRAME_SECONDS))

    def cut_in(self) -> None:
        """The caller began to talk in the middle of what the agent was saying."""
        self._estimator.cut_in()

    def said(self, text: str, language: str, acts: Iterable[tuple[str, str]] | None = None) -> None:
        """Final text of the caller's: what tells of escalation in it is evidence beside the voice, kept in the words
        said.

        `acts`: (name, words that carry it) of the acts it does, where they were understood; words that must not be
        shown are "" and count all the same. None: only the phrases of the language are known.
        """
        known = [p for p in ESCALATION.get(language, ()) if acts is None or p.kind == FEELING]
        found = [(match(text, (p.text,), negated_by_not_wanting=p.is_intent), p.kind) for p in known]
        phrases = [Phrase(text[m.start : m.end], kind) for m, kind in found if m is not None]
        phrases += [Phrase(words, ACTS[name]) for name, words in acts or () if name in ACTS]
        if phrases:
            self._estimator.said(phrases)

    def reset(self) -> None:
        """Another caller is on the line."""
        self._estimator.reset()
