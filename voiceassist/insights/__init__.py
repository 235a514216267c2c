"""After a call: what was promised, what kind of call it was, and three lines to remember it by.

Pure functions of the call so far, for English, German, Spanish and French; in other languages they find nothing rather
than guess. What was before with the same caller is looked for by `insights.history`.
"""

from voiceassist.insights.call_so_far import CallSoFar, call_so_far
from voiceassist.insights.call_types import Evidence, kinds
from voiceassist.insights.follow_ups import FollowUp, follow_ups, to_calendar
from voiceassist.insights.summary import Summary, summarise

__all__ = [
    "CallSoFar",
    "Evidence",
    "FollowUp",
    "Summary",
    "call_so_far",
    "follow_ups",
    "kinds",
    "summarise",
    "to_calendar",
]
