"""Speak the demo calls: NAME.toml becomes NAME.ogg and NAME.json.

    python -m tools.demo_calls.make                  all of them, beside their scripts
    python -m tools.demo_calls.make calm flight      only these
    python -m tools.demo_calls.make --into DIR       write them elsewhere

Needs `pip install --group demo-calls`, espeak-ng and npm; the application itself never does. What was spoken is kept in
the cache, so a changed gap costs seconds. Knows nothing of the engine; README.md says how the scripts were fitted.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.demo_calls.call import perform, to_json, truth, write_opus
from tools.demo_calls.kokoro import Kokoro
from tools.demo_calls.packages import voice_model
from tools.demo_calls.script import read_script
from tools.demo_calls.turns import SAMPLE_RATE

FOLDER = Path(__file__).parents[2] / "voiceassist" / "session" / "demo_calls"
CALLS = ("delivery", "bill", "calm", "heating", "flight")
CACHE = Path.home() / ".cache" / "voiceassist-demo-calls"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.demo_calls.make", description="Speak the demo calls.")
    parser.add_argument("names", nargs="*", help="scripts without their ending; all when none is named")
    parser.add_argument("--into", type=Path, default=FOLDER, help="folder to write sound and truth to")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where the voice model and what was spoken are kept")
    chosen = parser.parse_args(arguments)
    kokoro = Kokoro(voice_model(chosen.cache), chosen.cache / "said")
    chosen.into.mkdir(parents=True, exist_ok=True)
    for name in chosen.names or CALLS:
        script = read_script(FOLDER / f"{name}.toml")
        call, turns = perform(script, kokoro)
        sound = chosen.into / f"{name}.ogg"
        write_opus(sound, call)
        (chosen.into / f"{name}.json").write_text(to_json(truth(script, call, turns)), encoding="utf-8")
        print(f"{sound}: {call.shape[1] / SAMPLE_RATE:.1f} s, {sound.stat().st_size / 1000:.0f} kB, {len(turns)} lines")


if __name__ == "__main__":
    main()
