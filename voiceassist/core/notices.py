"""Sentences that one part of the program says and another must recognise. Light: the window starts with it."""

from __future__ import annotations

NO_MODEL = "No speech model: cues from sound only. Get one with: voiceassist models get base.en"

DEMO_MODEL_IN_USE = (
    "This is the demo's speech model: it knows only the demo's made-up voices and is not for real calls. "
    "Get another one: Call, Set up in the window, or voiceassist models get base.en"
)
"""Said with every state of the recogniser while that model writes the words."""

TELL_THE_CALLER = "Tell the caller that VoiceAssist follows this call, then press “Caller was told”."
ANNOUNCED = "An announcement before the call tells the caller."

CALLER_TOLD = "The caller was told."
"""The note by which the agent confirms it; in the journal as any note."""
