"""A Podman service of our own for tests: its folders and socket lie in a folder of the test's."""
import os
import shutil
import subprocess

from docker_engine import BUSYBOX, busybox_image
from harness import wait_for

IMAGE = "onecollector-test"
# What a machine without systemd, or with little privilege, lets a container have.
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]


class Podman:
    def __init__(self, folder, prefix=()):
        self.folder, self.socket, self.prefix = folder, folder / "podman.sock", prefix
        self.process = None

    def start(self):
        log = open(self.folder / "service.log", "a")
        self.process = subprocess.Popen([*self.command(), "system", "service", "--time", "0", f"unix://{self.socket}"],
                                        stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_for(lambda: self.process.poll() is not None or self.socket.exists(), 30, "podman's socket is there")
        os.chmod(self.socket, 0o660)

    def command(self):
        return [*self.prefix, "podman", "--runtime", shutil.which("runc"), "--root", str(self.folder / "root"), "--runroot",
                str(self.folder / "run"), "--cgroup-manager", "cgroupfs"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def call(self, *arguments):
        return subprocess.run([*self.command(), *map(str, arguments)], capture_output=True, text=True, timeout=60)

    def load_image(self):
        archive = self.folder / "image.tar"
        busybox_image(archive)
        assert self.call("import", archive, IMAGE).returncode == 0

    def try_run(self, script, *options):
        return self.call("run", "-d", "--network", "none", *LIMITS, *options, IMAGE, "/bin/sh", "-c", script)

    def run(self, script, *options):
        done = self.try_run(script, *options)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def clear(self):
        self.call("rm", "-f", "-a", "-t", "0")


def missing_parts():
    missing = [what for what in ("podman", "runc", "conmon") if not shutil.which(what)]
    if os.geteuid() != 0:
        missing.append("root")
    return missing if BUSYBOX else [*missing, "busybox-static"]
