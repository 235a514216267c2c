"""Changes valid files and messages at random and gives them to what reads them: nothing but a `VoiceAssistError` may
come of it, and nothing may hang.

    python -m tests.bench.fuzz 100000        cases in all, with a fixed seed
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

from voiceassist.config.settings import problems
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.events import CallEnded, CallerReference, Channel, CueShown, Gap, Note, Text, Utterance, encode
from voiceassist.core.framing import FrameBuffer, FramingError, frame
from voiceassist.core.messages import printable
from voiceassist.core.sensitive import Said, find, masked
from voiceassist.cues import load_pack
from voiceassist.insights.call_so_far import call_so_far
from voiceassist.insights.report import analysis
from voiceassist.service.messages import Command
from voiceassist.storage import CallFolder, CallMeta, CallWriter

SLOW_S = 5.0
NASTY = [
    b"1e308",
    b"-1",
    b"null",
    b"[" * 2000,
    b"{" * 2000,
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\x1b[2J",
    b"inf",
    b"nan",
    b'"',
]
NASTY += [b"\x00", b"\\ud800", b"99999999999999999999", b"", b"\n", b"true", b"{}", b"[]", b"1e-320", "‮".encode()]


def changed(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(5):
            case 0:
                del out[at : at + rng.randrange(1, 20)]
            case 1:
                out[at : at + rng.randrange(8)] = rng.choice(NASTY)
            case 2:
                out[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 6)))
            case 3 if at < len(out):
                out[at] ^= 1 << rng.randrange(8)
            case _:
                out = out[:at] if rng.random() < 0.2 else out
    return bytes(out)


def journal() -> bytes:
    events = [
        CallerReference(t=0.0, reference="AB 12"),
        Utterance(
            t=3.0, id=1, channel=Channel.CALLER, start=1.0, end=3.0, level_db=-30, pitch_hz=120, tilt_db=-6, voiced=1
        ),
        Text(t=3.0, utterance=1, channel=Channel.CALLER, start=1.0, end=3.0, text="I will call you on Friday"),
        Gap(t=4.0, channel=Channel.AGENT, start=3.0, end=4.0),
        CueShown(t=5.0, number=1, id="x", headline="h", why="w"),
        Note(t=6.0, text="x"),
        CallEnded(t=7.0),
    ]
    return b"".join(encode(event) + b"\n" for event in events)


def targets(folder: Path) -> dict[str, tuple[bytes, Callable[[bytes], object]]]:
    """By name: what is changed, and who reads it."""
    writer = CallWriter.create(folder, CallMeta(origin="live"))
    writer.close()
    path, meta = writer.path, (writer.path / "call.json").read_bytes()

    def read_call(data: bytes) -> object:
        (path / "journal.jsonl").write_bytes(data)
        (path / "call.json").write_bytes(meta)
        call = CallFolder.open(path)
        return analysis(call_so_far(call.events()), call.duration, call.meta.channels, [])

    def read_meta(data: bytes) -> object:
        (path / "call.json").write_bytes(data)
        return CallFolder.open(path).duration

    def read_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
        def write_and_read(data: bytes) -> object:
            (folder / name).write_bytes(data)
            return read(folder / name)

        return write_and_read

    def read_frames(data: bytes) -> object:
        try:
            return [msgspec.msgpack.decode(one, type=Command) for one in FrameBuffer(65_536).feed(data)]
        except (FramingError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None  # as `Stream` takes it

    def read_words(data: bytes) -> object:
        text = data.decode("utf-8", "surrogateescape")
        said = Said(Channel.CALLER, 0.0, 5.0, text)
        return printable(masked(text, find([said], ["roe"])))

    pack = b'[pack]\nname = "p"\nlanguage = "en"\nextends = "en"\nversion = 2\n[phrases]\nx = ["a b", "c"]\n'
    pack += b'[cue.pause]\nheadline = "Wait"\npriority = 3\nspacing = 20\n'
    policy = json.dumps({"keep_calls": False, "cue_budget": 4, "terms": ["a"], "language": "en"}).encode()
    words = (
        b"yes my card number is four one one one 1111 double one, no sorry, 11 jane at example dot com born 3rd of May"
    )
    return {
        "journal": (journal(), read_call),
        "call.json": (meta, read_meta),
        "pack": (pack, read_file("p.toml", lambda file: load_pack(str(file)))),
        "settings": (
            b'keep_calls = true\ncue_budget = 3\nlibrary = "/x"\n[defaults]\nlanguage = "de"\n',
            read_file("s.toml", problems),
        ),
        "policy": (policy, read_file("p.json", problems)),
        "socket": (frame(Command("ref", "x")) * 2, read_frames),
        "words": (words, read_words),
    }


def main(cases: int, seed: int = 17) -> int:
    rng, failed, slow = random.Random(seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        of = targets(Path(folder))
        for i in range(cases):
            name = list(of)[i % len(of)]
            valid, read = of[name]
            data = changed(rng, valid)
            begun = time.monotonic()
            try:
                read(data)
            except VoiceAssistError:
                pass
            except Exception as error:
                failed[f"{name}: {type(error).__name__}"] += 1
                if failed[f"{name}: {type(error).__name__}"] == 1:
                    print(f"{name}: {error!r:.300} from {data!r:.600}", file=sys.stderr)
            slow += time.monotonic() - begun > SLOW_S
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{cases} cases, {sum(failed.values())} tracebacks {dict(failed)}, {slow} hangs, at most {memory} MB")
    return int(bool(failed or slow))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
