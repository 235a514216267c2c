"""Speech models: voice activity, the caller's agitation, and what turns speech into words."""

from voiceassist.core.privacy import make_private

make_private()
