"""Where the sound of a call comes from, and how both sides come to lie on one timeline."""

from voiceassist.capture.aligner import Aligned, AlignedCapture
from voiceassist.capture.source import Block, Description, EndOfSource, Source, SourceLost
from voiceassist.core.audio_types import Samples

__all__ = ["Aligned", "AlignedCapture", "Block", "Description", "EndOfSource", "Samples", "Source", "SourceLost"]
