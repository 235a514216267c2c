"""A program in a network of its own, where every address is this machine and every packet is seen.

    unshare --net python tests/e2e/sealed.py REPORT.json COMMAND…

Runs the command, and writes what it tried to reach: names that were looked up, and addresses that packets went to. A
name server of the test's own answers every look-up, so that a program which looks one up goes on to connect as well.
"""

from __future__ import annotations

import json
import signal
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

ROUTES = (
    ("ip", "link", "set", "lo", "up"),
    ("ip", "route", "add", "local", "0.0.0.0/0", "dev", "lo"),
    ("ip", "-6", "route", "add", "local", "::/0", "dev", "lo"),
)
DNS = 53
ANSWER = socket.inet_aton("192.0.2.7")
"""An address nobody has (RFC 5737)."""
A_RECORD = 1
ETH_P_ALL = 3


def main(report: Path, command: list[str]) -> int:
    for route in ROUTES:
        done = subprocess.run(route, check=False, capture_output=True, text=True)
        if done.returncode and "-6" not in route:  # a machine without IPv6 needs no route for it
            print(done.stderr, file=sys.stderr)
            return 125
    names: list[str] = []
    addresses: set[str] = set()
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", DNS))
    threading.Thread(target=_answer, args=(server, names), daemon=True).start()
    threading.Thread(target=_watch, args=(wire, addresses), daemon=True).start()
    child = subprocess.Popen(command)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: child.send_signal(number))
    status = child.wait()
    report.write_text(json.dumps({"names": sorted(set(names)), "addresses": sorted(addresses)}))
    return status if status >= 0 else 128 - status


def _answer(server: socket.socket, names: list[str]) -> None:
    while True:
        query, asker = server.recvfrom(4096)
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode(errors="replace"))
            at += 1 + query[at]
        question = query[12 : at + 5]
        names.append(".".join(labels))
        wanted = struct.unpack("!H", question[-4:-2])[0] == A_RECORD
        record = struct.pack("!HHHIH", 0xC00C, A_RECORD, 1, 60, 4) + ANSWER if wanted else b""
        head = query[:2] + struct.pack("!HHHHH", 0x8180, 1, int(wanted), 0, 0)
        server.sendto(head + question + record, asker)


def _watch(wire: socket.socket, addresses: set[str]) -> None:
    """Every TCP or UDP packet that opens something: to where. Answers, which come from there, are left out."""
    while True:
        packet = wire.recv(65_535)
        version = packet[0] >> 4
        if version == 4:
            start, protocol, to = 4 * (packet[0] & 15), packet[9], socket.inet_ntop(socket.AF_INET, packet[16:20])
        elif version == 6:
            start, protocol, to = 40, packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40])
        else:
            continue
        source, port = struct.unpack_from("!HH", packet, start)
        first = protocol == socket.IPPROTO_TCP and packet[start + 13] & 0x12 == 0x02  # SYN without ACK
        if first or (protocol == socket.IPPROTO_UDP and DNS not in (source, port)):
            addresses.add(f"{to} port {port}")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
