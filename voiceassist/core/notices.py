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

NOT_ANSWERING = (
    "The call service does not answer, and what is said now is not followed. If it stays so, quit VoiceAssist and "
    "start it again."
)
"""It is there, but stopped or hanging. Is taken back when it answers."""

OTHER_VERSION = (
    "Another version of VoiceAssist is still running. It goes on with its call, and is replaced when that has ended. "
    "To end it now: voiceassist ctl stop"
)
REPLACED = "VoiceAssist was updated: its call service is started again."
OUTDATED = "VoiceAssist was updated while this program ran. Quit it and start it again."
