"""Writes docs/settings.md from the table of options; with --check, only says whether it is up to date.

.venv/bin/python packaging/settings_page.py [--check]
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from voiceassist.config import settings
from voiceassist.config.options import Option, options

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"

OPENING = """# Settings

*Made from the table in `voiceassist/config/options.py` by `make docs`; change it there.*

What is in force on a computer, and who decided it: `voiceassist policy show`. Five layers decide, the strongest first:

| layer | Linux | Windows | macOS |
|---|---|---|---|
| policy: forced by the organisation | `/etc/voiceassist/policies/*.json` | \
`HKLM\\Software\\Policies\\VoiceAssist`, or \
`%ProgramData%\\VoiceAssist\\policies\\*.json` | managed preferences of `org.voiceassist.VoiceAssist`, or \
`/Library/Application Support/VoiceAssist/policies/*.json` |
| machine: forced for this computer | `/etc/voiceassist/settings.toml` | `%ProgramData%\\VoiceAssist\\settings.toml` | \
`/Library/Application Support/VoiceAssist/settings.toml` |
| user | `~/.config/VoiceAssist/settings.toml` | `%LocalAppData%\\VoiceAssist\\settings.toml` | \
`~/Library/Application Support/VoiceAssist/settings.toml` |
| defaults: hold until the person chooses otherwise | the table `[defaults]` at the end of the machine's file | the \
same | the same |
| built-in | the defaults below | | |

Every layer holds the same flat keys, in JSON `{"keep_calls": false, "cue_budget": 6}`, in TOML one `key = value`
a line. Of several policy files the one whose name sorts last counts. In the registry, texts are `REG_SZ`, numbers and
switches `REG_DWORD` or `REG_SZ`, lists `REG_MULTI_SZ`. A value that makes no sense is left out, the next layer counts,
and `policy show` and `doctor` say so (exit status 3), and so does the window.

**Doubt.** Where it is unclear what was forced (a file that is cut, empty, no file or not readable, a name given twice
or misspelt, a value of another type), the strictest choice counts for the private settings: `keep_calls` off,
`call_start` by hand, `consent` confirmed, `agitation` off, `overlay_hidden_when_sharing` on. The person cannot change
them meanwhile. `voiceassist policy check FILE` says what is wrong with a file before it is rolled out.

The Windows and macOS readers have not been run on those systems yet.
"""


def page() -> str:
    """The whole page. Folders that differ from person to person are shown by what they are, not by their path."""
    text = OPENING
    for section, rows in groupby(options().values(), key=lambda option: option.about.section):
        text += (
            f"\n## {section}\n\n| setting | in the window | what it does | values | default |\n|---|---|---|---|---|\n"
        )
        text += "".join(
            f"| `{row.name}` | {row.about.label} | {row.about.help} | {values(row)} | {default(row)} |\n"
            for row in rows
        )
    return text


def values(option: Option) -> str:
    if option.choices:
        named = zip(option.choices, option.about.choices, strict=True)
        words = ", ".join(f"`{choice}` ({name})" for choice, name in named)
    else:
        words = f"{option.expects()} {option.about.unit}".strip()
    return words


def default(option: Option) -> str:
    if isinstance(option.default, Path):
        return f"`{option.default.name}` in the user's data folder"
    if option.default == "" or option.default == ():
        return "empty"
    if isinstance(option.default, float):
        return f"`{option.default:g}`"
    return f"`{option.default}`" if isinstance(option.default, str) else f"`{settings.shown(option.default)}`"


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        if not current:
            print(f"{PAGE.name} is not what the table of options says; run: make docs", file=sys.stderr)
        return 0 if current else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
