"""The backend alone, as a process that can be killed and started again over the same data."""
import json
import os
import signal
import subprocess
import time

import requests
from harness import BINARY, Host, wait_for


class LogStore:
    def __init__(self, config=None):
        self.machine, self.process = Host(config), None
        self.url, self.log = self.machine.url("logs"), self.machine.root / "backend.log"

    def start(self, wait=True):
        self.process = subprocess.Popen(
            [BINARY, "backend", "--data-dir", self.machine.data, "--config", self.machine.config, "--listen-logs",
             f"127.0.0.1:{self.machine.port('logs')}"], stdout=open(self.log, "a"), stderr=subprocess.STDOUT)
        if wait:
            self.wait_until_ready()
        return self

    def wait_until_ready(self):
        wait_for(self.ready, 60, lambda: self.log.read_text()[-2000:], every=0.01)

    def ready(self):
        try:
            return requests.get(self.url + "/ready", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0

    def destroy(self):
        if self.process.poll() is None:
            self.kill()
        self.machine.destroy()

    def push(self, records, service="shop", **headers):
        """`records` are (time_ns, line)."""
        return requests.post(self.url + "/otlp/v1/logs", data=otlp(records, service), timeout=60,
                             headers={"Content-Type": "application/json", **headers})

    def ask(self, path, **parameters):
        return requests.get(f"{self.url}/loki/api/v1/{path}", params=parameters, timeout=60)

    def lines(self, query, **parameters):
        answer = self.ask("query_range", query=query, **parameters)
        assert answer.status_code == 200, answer.text
        return [value[1] for stream in answer.json()["data"]["result"] for value in stream["values"]]

    def metric(self, name):
        """The sum over its labels that the text names."""
        lines = requests.get(self.url + "/metrics", timeout=10).text.splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))

    def memory_mb(self, field="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(field + ":")) / 1000

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def otlp(records, service):
    logs = [{"timeUnixNano": str(at), "body": {"stringValue": line}} for at, line in records]
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": logs}]}]})


def ago(seconds):
    return time.time_ns() - int(seconds * 1e9)
