"""Journals for tests, where no journald runs."""
import subprocess
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

    def say(self, unit, message, **fields):
        self.add(**{"_SYSTEMD_UNIT": unit, "_SYSTEMD_SLICE": "system.slice", "PRIORITY": "6", "MESSAGE": message, **fields})

    def close(self):
        self.writer.stdin.close()
        self.writer.wait(10)

    def say_in(self, container, message, name="web", **fields):
        """As Docker's log driver journald writes a container's line: its unit is Docker's."""
        self.say("docker.service", message, **{"CONTAINER_ID_FULL": container, "CONTAINER_ID": container[:12],
                                               "CONTAINER_NAME": name, **fields})

    def say_in_pod(self, container, message, name="web"):
        """As conmon does for Podman."""
        self.say_in(container, message, name, _SYSTEMD_UNIT=f"libpod-conmon-{container}.scope",
                    _SYSTEMD_SLICE="machine.slice", SYSLOG_IDENTIFIER=name)
