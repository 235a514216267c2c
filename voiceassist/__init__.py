"""VoiceAssist: hears both sides of a call, follows how agitated the caller is, and shows one short cue at a time."""

from voiceassist.core.privacy import make_private

__version__ = "0.2.0"

make_private()
