"""What makes the result of a recorded call doubtful: sides that share sound, are swapped, or hold no speech.

A live call's capture looks after its sides itself (`voiceassist.capture.echo`); a file has to be taken as it is, so
here it is only noticed and said.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from voiceassist.capture.echo import CrosstalkCheck
from voiceassist.core.events import Channel
from voiceassist.core.messages import Message, message
from voiceassist.core.phrase_match import find

if TYPE_CHECKING:
    from voiceassist.insights.report import Analysis

OPENING = 60.0
"""Seconds from the start of a call in which whoever answers it offers help."""
HELP = (
    *("how can i help", "how may i help", "what can i do for you", "thank you for calling"),
    *("wie kann ich ihnen helfen", "was kann ich für sie tun", "danke für ihren anruf"),
    *("en qué puedo ayudar", "en qué le puedo ayudar", "gracias por llamar a", "gracias por su llamada"),
    *("puis-je vous aider", "que puis-je faire pour vous", "merci de votre appel"),
)
"""What agents say when a call begins, and callers hardly ever."""


def recording_warnings(
    analysis: Analysis, crosstalk: CrosstalkCheck, silent: Container[Channel] = ()
) -> Iterator[Message]:
    """Warnings about the result as a whole. `silent` are channels of which the file has told already that they are."""
    mute = [channel for channel, figures in analysis.channels.items() if not figures.speech and channel not in silent]
    if len(mute) == len(analysis.channels):
        yield message("recording-without-speech")
        return
    if crosstalk.one_sound:
        yield message("recording-sides-identical")
    for channel in mute:
        yield message(f"recording-{channel}-silent", advice=message("recording-swap-advice"))
    offers = {channel: _offer(analysis, channel) for channel in analysis.channels}
    offered = offers[Channel.CALLER]
    if offered and len(offers) == 2 and not offers[Channel.AGENT]:
        yield message("recording-swapped", phrase=offered, advice=message("recording-swap-advice"))


def _offer(analysis: Analysis, channel: Channel) -> str | None:
    """The first words of this side's that only agents say."""
    said = (s.text for s in analysis.segments if s.channel is channel and s.start < OPENING)
    return next((offer for text in said if (offer := find(text, HELP))), None)
