"""A Docker engine of our own for tests: dockerd with folders and a socket of its own, without a network."""
import os
import shutil
import subprocess
import tarfile
import threading

from harness import wait_for

BUSYBOX = next((path for path in ("/bin/busybox", "/usr/bin/busybox") if os.path.exists(path)), None)
IMAGE = "onecollector-test:1"


class Engine:
    def __init__(self, folder, prefix=()):
        self.folder, self.socket, self.prefix = folder, folder / "docker.sock", prefix
        self.process = None

    def start(self):
        log = open(self.folder / "dockerd.log", "a")
        self.process = subprocess.Popen(
            [*self.prefix, "dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "exec", "--pidfile",
             self.folder / "pid", "-H", f"unix://{self.socket}", "--bridge", "none", "--iptables=false",
             "--containerd-namespace", f"oc-{os.getpid()}"], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_for(lambda: self.process.poll() is not None or self.call("info").returncode == 0, 30, "dockerd answers")
        return self.process.poll() is None

    def last_words(self):
        return (self.folder / "dockerd.log").read_text()[-300:]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def call(self, *arguments):
        return subprocess.run(["docker", "-H", f"unix://{self.socket}", *map(str, arguments)], capture_output=True,
                              text=True, timeout=60)

    def load_image(self):
        archive = self.folder / "image.tar"
        busybox_image(archive)
        assert self.call("import", archive, IMAGE).returncode == 0

    def run(self, script, *options):
        done = self.call("run", "-d", "--network", "none", *options, IMAGE, "/bin/sh", "-c", script)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def follow_starts(self, started):
        """Puts the engine's own time of each start, in seconds, into `started` by the container's id; ends by kill()."""
        events = subprocess.Popen(["docker", "-H", f"unix://{self.socket}", "events", "--filter", "event=start", "--format",
                                   "{{.ID}} {{.TimeNano}}"], stdout=subprocess.PIPE, text=True)

        def read():
            for line in events.stdout:
                container, nanoseconds = line.split()
                started[container] = int(nanoseconds) / 1e9
        threading.Thread(target=read, daemon=True).start()
        return events

    def clear(self):
        for container in self.call("ps", "-aq").stdout.split():
            self.call("rm", "-f", container)


def busybox_image(archive):
    """A root file system with a shell, to be imported by an engine."""
    with tarfile.open(archive, "w") as tar:
        tar.add(BUSYBOX, "bin/busybox")
        for name in ("sh", "echo", "sleep", "seq", "head", "touch"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)


def missing_parts():
    """Why no engine can be started here; empty: it can."""
    missing = [what for what in ("dockerd", "docker") if not shutil.which(what)]
    if os.geteuid() != 0:
        missing.append("root")
    return missing if BUSYBOX else [*missing, "busybox-static"]
