"""Make the utterances beside this file again: python -m tests.models.demo.record (needs the synthesisers).

They are the first of each held-out split that are short, no two alike, so that all of them stay under 300 kB.
"""

from __future__ import annotations

import json

import soundfile

from models.demo import corpus, sounds
from tests.models.demo.conftest import SOUNDS
from voiceassist.core.audio_types import SAMPLE_RATE

COUNT = {"same": 6, "voices": 4}
WORDS = range(4, 13)
SECONDS = 4.0


def main() -> None:
    SOUNDS.mkdir(exist_ok=True)
    words = {}
    for split, count in COUNT.items():
        texts: set[str] = set()
        index = -1
        while len(texts) < count:
            index += 1
            clip = corpus.clip(split, index)
            if len(clip.words) not in WORDS or len(clip.samples) > SECONDS * SAMPLE_RATE or clip.text in texts:
                continue
            texts.add(clip.text)
            name = f"{split}-{len(texts)}"
            soundfile.write(SOUNDS / f"{name}.flac", sounds.telephone(clip.samples), SAMPLE_RATE)
            words[name] = [(round(start, 3), round(end, 3), word) for start, end, word in clip.words]
    (SOUNDS / "words.json").write_text(json.dumps(words, indent=1) + "\n")


if __name__ == "__main__":
    main()
