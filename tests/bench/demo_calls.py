"""The calls in natural voices: which cue came when, and how many words were misheard.

    python -m tests.bench.demo_calls bill --model "" --model tiny.en --model base

An empty model means sound alone. Recorded, so no figure depends on the machine's speed. Words are compared without
case, punctuation and "uh"; numbers are spelled out. Exit status 1 when a cue is missing, not due, or too many.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from typing import Any

import jiwer

from tests.calls.run import cues, of_kind
from voiceassist.capture.files.file import CallFile, stereo_call
from voiceassist.config.options import Settings
from voiceassist.core.events import Event, Text
from voiceassist.session import build
from voiceassist.session.demo_assets import NATURAL
from voiceassist.session.offline import analyze

DIGITS = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "de": ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"],
}
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = {"3rd": "third", "4th": "fourth", "6th": "sixth", "21st": "twenty first"}
SAME = {"mr": "mister", "mrs": "missus", "ok": "okay"}
FILLERS = {"uh", "um", "er", "ah", "hm", "mm", "äh", "ähm"}


def plain(text: str, language: str) -> str:
    """`text` as it is compared."""
    text = text.lower().replace("’", "'")
    for short, long in ORDINALS.items():
        text = text.replace(short, long)
    text = re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    text = re.sub(r"\d+", lambda found: f" {_spelled(found[0], language)} ", text)
    text = re.sub(r"\b(?:oh|o)(?= (?:zero|two|seven)\b)", "zero", text)
    words = re.sub(r"[^\w ]", " ", text.replace("'", "")).split()
    return " ".join(SAME.get(word, word) for word in words if word not in FILLERS)


def _spelled(digits: str, language: str) -> str:
    number = int(digits)
    if language == "en" and not digits.startswith("0") and 10 <= number < 100:
        if number < 20:
            return TEENS[number - 10]
        return TENS[number // 10] + (f" {DIGITS['en'][number % 10]}" if number % 10 else "")
    return " ".join(DIGITS[language][int(digit)] for digit in digits)


def hear(name: str, model: str, truth: dict[str, Any]) -> list[Event]:
    settings = Settings(language=truth["language"])
    events: list[Event] = []
    transcriber = build.transcriber(settings, model, live=False) if model else None
    call = CallFile(stereo_call(NATURAL[name].sound))
    try:
        analyze(call, build.engine(settings), transcriber, listener=events.append)
    finally:
        call.close()
    return events


def show(name: str, model: str) -> bool:
    """Print one run; whether every cue came while it was due and no other did."""
    truth = json.loads(NATURAL[name].truth.read_text(encoding="utf-8"))
    events = hear(name, model, truth)
    known = ("sound", "words") if model else ("sound", "no words")
    scripted = sorted((e for e in truth["events"] if e["cue"] and e["needs"] in known), key=lambda e: e["t"])
    came = cues(events)
    fine = [cue for cue, _ in came] == [event["cue"] for event in scripted]
    print(f"\n{name}, {model or 'sound alone'}: {len(scripted)} cues due, {len(came)} came")
    for event in scripted:
        at = next((t for cue, t in came if cue == event["cue"] and event["due"][0] <= t <= event["due"][1]), None)
        fine = fine and at is not None
        after = "NOT IN TIME" if at is None else f"{at - event['t']:+.2f} s"
        print(f"  {event['event']:28}{event['t']:7.1f}  {event['cue']:24}{after}")
    if not fine:
        print("  came:", ", ".join(f"{cue} {t:.1f}" for cue, t in came))
    if model:
        words(truth, events)
    return fine


def words(truth: dict[str, Any], events: list[Event]) -> None:
    wrong = total = 0
    for who in ("agent", "caller"):
        said = " ".join(line["text"] for line in truth["lines"] if line["who"] == who)
        texts = sorted((e for e in of_kind(events, Text) if e.channel == who), key=lambda e: e.start)
        reference = plain(said, truth["language"])
        found = jiwer.process_words(reference, plain(" ".join(e.text for e in texts), truth["language"]))
        errors = found.substitutions + found.deletions + found.insertions
        wrong, total = wrong + errors, total + len(reference.split())
        print(f"  {who}: {errors} of {len(reference.split())} words wrong")
    print(f"  word errors {100 * wrong / total:.1f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=list(NATURAL))
    parser.add_argument("--model", action="append", default=[])
    chosen = parser.parse_args()
    outcomes = [show(name, model) for name in chosen.names for model in chosen.model or [""]]
    sys.exit(0 if all(outcomes) else 1)


if __name__ == "__main__":
    main()
