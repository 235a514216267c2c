"""What people install: the wheel holds everything the program needs to run, and nothing of how its models are made."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.test_repository import files, relative

USE = """
import json, sys
from importlib.resources import files
import voiceassist.cli.main, voiceassist.session.build, models.activity, models.agitation
from voiceassist.cues.pack import load_pack, shipped
from voiceassist.session.demo_assets import CALLS
models.activity.SpeechActivity()
print(json.dumps({
    "from": voiceassist.__file__,
    "demo calls": all(path.is_file() for call in CALLS.values() for path in (call.script, call.sound, call.truth)),
    "packs": {name: len(load_pack(name).cues) for name in shipped()},
    "translations": [entry.name for entry in files("ui.i18n").iterdir() if entry.name.endswith(".qm")],
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    for path in files():
        copy = folder / "source" / relative(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*build, "-w", str(folder), str(folder / "source")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_wheel_holds_no_tests_tools_or_recipes_of_models(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"voiceassist", "models", "ui"}
    assert not [name for name in names if "recipe" in Path(name).parts]
    assert not [name for name in names if name.endswith(".ts")]


def test_installed_wheel_has_packs_weights_demo_calls_and_translations(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{USE}"
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert Path(found["from"]).is_relative_to(tmp_path)
    assert found["demo calls"]
    assert all(found["packs"].values())
    assert set(found["packs"]) >= {"en", "de", "es", "fr"}
    assert found["translations"] == ["voiceassist_de.qm"]
