"""What makes the result of a recorded call doubtful: sides that share sound, are swapped, or hold no speech.

A live call's capture looks after its sides itself (`voiceassist.capture.echo`); a file has to be taken as it is, so
here it is only noticed and said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from voiceassist.capture.echo import CrosstalkCheck
from voiceassist.core.events import Channel
from voiceassist.core.phrase_match import find

if TYPE_CHECKING:
    from voiceassist.insights.report import Analysis

LEAKING = (
    "One side of the recording is heard in the other: while that is so, the caller's agitation is not followed, and "
    "nothing under the caller's speech is taken for the agent's. Record the sides apart, with a headset."
)
ONE_SOUND = (
    "Both sides of the recording hold the same sound, so who says what can't be told; "
    "record the sides apart, or give the caller's alone (--caller FILE)."
)
OPENING = 60.0
"""Seconds from the start of a call in which whoever answers it offers help."""
HELP = (
    *("how can i help", "how may i help", "what can i do for you", "thank you for calling"),
    *("wie kann ich ihnen helfen", "was kann ich für sie tun", "danke für ihren anruf"),
    *("en qué puedo ayudar", "en qué le puedo ayudar", "gracias por llamar a", "gracias por su llamada"),
    *("puis-je vous aider", "que puis-je faire pour vous", "merci de votre appel"),
)
"""What agents say when a call begins, and callers hardly ever."""
SWAPPED = "if the two sides are swapped, use --channels caller,agent (or exchange --agent and --caller)."


def recording_warnings(analysis: Analysis, crosstalk: CrosstalkCheck) -> Iterator[str]:
    """What is to be said of the result as a whole. A silent channel has been told already, by the file."""
    mute = [
        channel
        for channel, figures in analysis.channels.items()
        if not figures.speech and not any(f"{channel}'s channel" in warning for warning in analysis.warnings)
    ]
    if len(mute) == len(analysis.channels):
        yield "There is sound but no speech in it; is the sample rate in the file's header right?"
        return
    if crosstalk.one_sound:
        yield ONE_SOUND
    for channel in mute:
        yield f"No speech was found on the {channel}'s channel; {SWAPPED}"
    offers = {channel: _offer(analysis, channel) for channel in analysis.channels}
    if offers[Channel.CALLER] and len(offers) == 2 and not offers[Channel.AGENT]:
        yield f"It is the caller's side that says “{offers[Channel.CALLER]}”; {SWAPPED}"


def _offer(analysis: Analysis, channel: Channel) -> str | None:
    """The first words of this side's that only agents say."""
    said = (s.text for s in analysis.segments if s.channel is channel and s.start < OPENING)
    return next((offer for text in said if (offer := find(text, HELP))), None)
