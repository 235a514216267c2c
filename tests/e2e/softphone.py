"""A real softphone on a real call: two baresip programs, SIP and RTP over 127.0.0.1, nothing of them simulated.

The agent's softphone plays to the headset sink and listens to the null microphone. The caller's reads a file. Both are
ordinary programs to VoiceAssist, which only sees the sound server.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from pathlib import Path

from tests.e2e.pulse import FAR, HEADSET, MICROPHONE, PulseServer, end, wait_until

CODECS = {"g711": ("PCMU/8000/1", 8_000), "opus": ("opus/48000/2", 48_000)}
"""What `audio_codecs` calls them, and the rate of the file the caller's side plays."""

PORTS = 22
"""As many one after the other belong to one softphone."""

_CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:{port}
net_interface 127.0.0.1
audio_player {player}
audio_source {source}
audio_alert aufile,/nonexistent
ausrc_srate {rate}
auplay_srate {rate}
ausrc_channels {channels}
auplay_channels {channels}
audio_level no
jitter_buffer_delay 2-10
rtp_ports {rtp}-{rtp_end}
module_path /usr/lib/baresip/modules
module stdio.so
module g711.so
module opus.so
module aufile.so
module alsa.so
module_tmp account.so
module_app menu.so
"""


class SipCall:
    """`caller` is a mono WAV file at the codec's rate; what the agent hears of it is on the headset sink's monitor."""

    def __init__(self, pulse: PulseServer, folder: Path, caller: Path, codec: str = "g711") -> None:
        self._pulse = pulse
        self._folder = folder
        self._caller = caller
        self._codec, self._rate = CODECS[codec]
        self._processes: list[subprocess.Popen[bytes]] = []

    def answer(self) -> None:
        """Start the agent's softphone: it answers by itself."""
        self._agent_port = free_ports()
        self._start("agent", self._agent_port, "alsa,pulse", "alsa,pulse", [])
        wait_until(lambda: "ready" in self.log("agent"), "the agent's softphone")

    def dial(self) -> None:
        """The caller calls; returns once both speak to each other."""
        source = f"aufile,{self._caller}"
        dial = ["-e", f"/dial sip:agent@127.0.0.1:{self._agent_port}"]
        self._start("caller", free_ports(), "alsa,pulse", source, dial)
        wait_until(lambda: "established" in self.log("caller").lower(), "the call")

    def freeze(self, frozen: bool) -> None:
        """Stop (or continue) the caller's program: no packet leaves it, none is lost on the way."""
        import signal

        self._processes[-1].send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def log(self, who: str) -> str:
        return (self._folder / who / "log").read_text(errors="replace")

    def hang_up(self) -> None:
        for process in reversed(self._processes):
            end(process)
        self._processes.clear()

    def _start(self, who: str, port: int, player: str, source: str, more: list[str]) -> None:
        folder = self._folder / who
        folder.mkdir(parents=True)
        channels = self._codec.rsplit("/", 1)[1] if who == "agent" else 1
        (folder / "config").write_text(
            _CONFIG.format(
                port=port,
                player=player,
                source=source,
                rate=self._rate,
                channels=channels,
                rtp=port + 2,
                rtp_end=port + PORTS - 1,
            )
        )
        (folder / "accounts").write_text(
            f"<sip:{who}@127.0.0.1:{port}>;regint=0;answermode=auto;audio_codecs={self._codec}\n"
        )
        (folder / "contacts").write_text("")
        environment = {
            **os.environ,
            **self._pulse.environment,
            "PULSE_SINK": HEADSET if who == "agent" else FAR,
            "PULSE_SOURCE": f"{MICROPHONE}.monitor",
        }
        log = (folder / "log").open("wb")
        self._processes.append(
            subprocess.Popen(
                ["baresip", "-f", str(folder), *more],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        )
        log.close()


def free_ports() -> int:
    """The first of as many ports as a softphone needs that are free: one for SIP, the next, which baresip takes for
    TLS, and some for sound. They lie below those the system gives to whoever asks for any."""
    for first in range(20_000 + os.getpid() % 200 * PORTS, 32_000, PORTS):
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for port in range(first, first + PORTS):
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    held.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", port))
            return first
    raise OSError("there are no free ports for a softphone")
