"""A policy on several agents: proven on one, then in waves to the others; one that fails on any of them is left by all."""
import signal
import subprocess

import pytest
from harness import BINARY, alive, wait_for

AGENTS = 4


class Agent:
    """A further agent of the host's control plane, with a log folder of its own. All run on one machine."""

    def __init__(self, host, name):
        self.folder = host.root / name
        self.logs = self.folder / "logs"
        self.logs.mkdir(parents=True)
        (self.logs / f"{name}.log").write_text("".join(f"{name} line {i}\n" for i in range(50)))
        config = self.folder / "onecollector.yaml"
        config.write_text(f"discovery: {{filesystem: {{roots: [{self.logs}]}}, docker: {{enabled: false}}, journald: {{enabled: false}}}}\n")
        self.output = open(self.folder / "agent.out", "w")
        self.process = subprocess.Popen(
            [BINARY, "agent", "--data-dir", self.folder / "data", "--config", config, "--port-offset", str(host.offset)],
            stdout=self.output, stderr=subprocess.STDOUT)

    def stop(self):
        if alive(self.process.pid):
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


@pytest.fixture
def fleet(host):
    (host.logs / "app-0.log").write_text("".join(f"app-0 line {i}\n" for i in range(50)))
    host.start()
    agents = []
    try:
        for number in range(1, AGENTS):  # one after the other: each steps over the ports of those before
            agents.append(Agent(host, f"app-{number}"))
            wait_for(lambda: settled_under(host, 1) == len(agents) + 1, 30,
                     lambda: f"{newest_configs(host)} {host.story()}", every=0.1)
        yield host
    finally:
        for agent in agents:
            agent.stop()


def newest_configs(host):
    """By agent: (policy version, state)."""
    found = {}
    for config in host.api("/configs?limit=1000")["configs"]:
        found.setdefault(config["agent_id"], (config["policy_version"], config["state"]))
    return found


def settled_under(host, policy):
    return sum(version == policy and state in ("verified", "unproven") for version, state in newest_configs(host).values())


def apply(host, text):
    (host.root / "overlay.yaml").write_text(text)
    return host.cli("apply", host.root / "overlay.yaml", timeout=90)


def policy_states(host):
    return [policy["state"] for policy in host.api("/policies")["policies"]]


def test_a_good_policy_reaches_every_agent(fleet):
    done = apply(fleet, "exporters: {otlp_http/logs: {compression: gzip}}\n")
    assert done.returncode == 0, done.stdout + done.stderr
    wait_for(lambda: settled_under(fleet, 2) == AGENTS, 30, lambda: f"{newest_configs(fleet)} {fleet.story()}", every=0.1)
    assert policy_states(fleet) == ["current", "proven"]


def test_a_policy_that_fails_on_one_agent_is_left_by_all(fleet):
    """The canary's lines pass the filter; those of one other agent do not."""
    last = max(newest_configs(fleet))  # the canary is the first
    victim = next(path for path, s in fleet.sources().items() if s["agent_id"] == last and "/logs/" in path)
    prefix = victim.rsplit("/", 1)[1].removesuffix(".log")
    done = apply(fleet, f"""
processors: {{filter/some: {{error_mode: ignore, logs: {{log_record: ['IsMatch(body, "^{prefix} ")']}}}}}}
service: {{pipelines: {{logs: {{processors: [memory_limiter, filter/some]}}}}}}
""")
    assert done.returncode == 0, done.stdout + done.stderr  # on the canary
    wait_for(lambda: policy_states(fleet) == ["broken", "current"], 30, lambda: f"{policy_states(fleet)} {fleet.story()}")
    assert "filter/some" in fleet.api("/policies")["policies"][0]["broken_reason"]
    wait_for(lambda: settled_or_refused_under_first(fleet), 30, lambda: f"{newest_configs(fleet)} {fleet.story()}", every=0.1)


def settled_or_refused_under_first(host):
    """What was never applied needs no way back: the agent runs what it ran."""
    return all(state == "refused" or (version == 1 and state in ("verified", "unproven"))
               for version, state in newest_configs(host).values())
