"""Transcription: a child process that turns utterances into text, kept alive and bounded in delay.

Importing this package is cheap: the recognizer and its libraries are only ever imported in the child.
"""

from voiceassist.speech.options import SpeechOptions
from voiceassist.speech.recorded import RecordedTranscriber
from voiceassist.speech.transcriber import Transcriber

__all__ = ["RecordedTranscriber", "SpeechOptions", "Transcriber"]
