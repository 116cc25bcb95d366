"""Journals for tests, and what stands in for journald where none runs."""
import socket
import struct
import subprocess
import threading
import time

WRITER = "/usr/lib/systemd/systemd-journal-remote"


class Journal:
    """Files of a journal, written by systemd's own code, as journald writes its."""

    def __init__(self, folder, name="system"):
        folder.mkdir(exist_ok=True)
        self.writer = subprocess.Popen([WRITER, "-o", folder / f"{name}.journal", "-"], stdin=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL)

    def add(self, at=None, **fields):
        lines = [f"__REALTIME_TIMESTAMP={int((at or time.time()) * 1e6)}", *(f"{k}={v}" for k, v in fields.items())]
        self.writer.stdin.write(("\n".join(lines) + "\n\n").encode())
        self.writer.stdin.flush()

    def add_exported(self, entry, **fields):
        lines = [f"__REALTIME_TIMESTAMP={int(time.time() * 1e6)}", *(f"{k}={v}" for k, v in fields.items())]
        self.writer.stdin.write(("\n".join(lines) + "\n").encode() + entry + b"\n")
        self.writer.stdin.flush()

    def say(self, unit, message, **fields):
        self.add(**{"_SYSTEMD_UNIT": unit, "_SYSTEMD_SLICE": "system.slice", "PRIORITY": "6", "MESSAGE": message, **fields})

    def close(self):
        self.writer.stdin.close()
        self.writer.wait(10)

    def say_in(self, container, message, name="web", **fields):
        """As Docker's log driver journald writes a container's line: its unit is Docker's."""
        self.say("docker.service", message, **{"CONTAINER_ID_FULL": container, "CONTAINER_ID": container[:12],
                                               "CONTAINER_NAME": name, **fields})


class JournalSocket:
    """What log drivers send to journald, written to a journal with the fields that journald would add.

    A program that is started with `prefix` in front finds the socket where journald's is."""

    def __init__(self, folder, **trusted):
        folder.mkdir()
        self.journal, self.trusted = None, trusted
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "socket"))
        self.prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
                       "mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/journal && "
                       f"mount --bind {folder} /run/systemd/journal && exec \"$@\"", "with-journald"]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        # systemd's native protocol: what a datagram holds is an entry as the journal's export format has it.
        while True:
            entry, control, _, _ = self.socket.recvmsg(1 << 18, socket.CMSG_SPACE(4))
            for _, _, data in control:  # one that is too long for a datagram comes in a file
                with open(struct.unpack("i", data)[0], "rb") as held:
                    held.seek(0)
                    entry = held.read()
            if self.journal:
                self.journal.add_exported(entry, **self.trusted)
