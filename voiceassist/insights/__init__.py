"""After a call: what was promised, what kind of call it was, and three lines to remember it by.

Pure functions of a call's events, for English, German, Spanish and French; in other languages they find nothing rather
than guess. What was before with the same caller is looked for by `after.history`.
"""

from voiceassist.insights.call_types import Evidence, kinds
from voiceassist.insights.follow_ups import FollowUp, follow_ups, to_calendar
from voiceassist.insights.summary import Summary, summarise

__all__ = ["Evidence", "FollowUp", "Summary", "follow_ups", "kinds", "summarise", "to_calendar"]
