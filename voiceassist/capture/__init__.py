"""Where the sound of a call comes from, and how both sides come to lie on one timeline."""

from voiceassist.capture.aligned import Aligned, AlignedCapture
from voiceassist.capture.base import Block, Description, EndOfSource, Samples, Source, SourceLost

__all__ = ["Aligned", "AlignedCapture", "Block", "Description", "EndOfSource", "Samples", "Source", "SourceLost"]
