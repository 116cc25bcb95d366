"""`onecollector up`: starts, shows, restarts what dies, stops; every start-up error says what to do."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time

import pytest
import requests
from harness import BINARY, Host, alive, free_port_offset, port_is_free, run, wait_for


def listen(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen()
    return server


def write_lines(path, *lines):
    with open(path, "a") as file:
        file.writelines(line + "\n" for line in lines)


def test_the_table_names_every_source_with_its_proof(host):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())  # older than a day would be left out
    write_lines(host.logs / "shop.log", f"{now} INFO order 1 placed", f"{now} INFO order 2 placed")
    (host.logs / "empty.log").touch()
    host.start()
    table = wait_for(lambda: "Search:" in (host.root / "up.out").read_text() and (host.root / "up.out").read_text())
    shop = next(line for line in table.splitlines() if "shop.log" in line)
    assert "shop" in shop and "v1" in shop and "verified in" in shop and "/api/v1/sources/" in shop
    empty = next(line for line in table.splitlines() if "empty.log" in line)
    assert "idle" in empty or "waiting for first line" in empty
    assert "Probe: found in" in table


def test_once_prints_json_and_ends_with_0_when_all_is_delivered(host):
    write_lines(host.logs / "a.log", "one", "two")
    result = run("up", *host.arguments("--once", "--output", "json"))
    assert result.returncode == 0, result.stdout + result.stderr
    status = json.loads(result.stdout)
    states = {s["source"]["log_path"]: s["verification"]["state"] for s in status["sources"]}
    assert states[str(host.logs / "a.log")] == "verified"
    assert status["probe"]["log_found"] and status["probe"]["labels_correct"]


def test_once_ends_with_1_when_the_store_does_not_answer():
    offset = free_port_offset()
    nobody = f"http://127.0.0.1:{free_port_offset() + 3100}"
    machine = Host(offset=offset)
    try:
        machine.config.write_text(f"discovery: {{filesystem: {{roots: [{machine.logs}]}}, docker: {{enabled: false}}, journald: {{enabled: false}}}}\nsinks: {{logs: {{url: '{nobody}'}}}}\n")
        write_lines(machine.logs / "a.log", "one")
        result = run("up", *machine.arguments("--once"), timeout=90)
        assert result.returncode == 1, result.stdout + result.stderr
        assert "not delivered" in result.stdout and "unreachable" in result.stdout
    finally:
        machine.destroy()


def test_stops_cleanly_within_5_seconds(host):
    host.start()
    pids = host.pids()
    assert {"up", "backend", "control-plane", "agent", "collector"} <= set(pids)
    begin = time.monotonic()
    host.process.send_signal(signal.SIGTERM)
    assert host.process.wait(10) == 0
    assert time.monotonic() - begin < 5
    assert not any(alive(pid) for pid in pids.values())


@pytest.mark.parametrize("role", ["backend", "control-plane", "agent", "collector"])
def test_a_role_that_dies_is_started_again_and_collection_goes_on(host, role):
    write_lines(host.logs / "a.log", "before")
    host.start()
    before = host.pids()[role]
    host.kill(role)
    wait_for(lambda: not alive(before) and host.pids().get(role) not in (None, before), 10, f"{role} again")
    write_lines(host.logs / "a.log", "after")
    wait_for(lambda: delivered(host) == ["before", "after"], 20, host.story)


def delivered(machine):
    try:
        return sorted(machine.delivered(machine.logs / "a.log"), key=["before", "after"].index)
    except Exception:  # a role is on its way up
        return None


def test_the_collector_outlives_a_killed_agent_and_is_adopted(host):
    write_lines(host.logs / "a.log", "before")
    host.start()
    pids = host.pids()
    host.kill("agent")
    wait_for(lambda: host.pids()["agent"] != pids["agent"] and host.settled(), 20, host.story)
    write_lines(host.logs / "a.log", "after")
    wait_for(lambda: delivered(host) == ["before", "after"], 20, host.story)
    assert host.pids()["collector"] == pids["collector"] and alive(pids["collector"])


def test_children_end_within_5_seconds_when_up_is_killed(host):
    host.start()
    pids = host.pids()
    host.kill("up")
    host.process.wait()
    wait_for(lambda: not any(alive(pid) for pid in pids.values()), 5, lambda: str({n: alive(p) for n, p in pids.items()}))


def test_up_can_be_started_again_at_once_after_it_was_killed(host):
    write_lines(host.logs / "a.log", "before")
    host.start()
    host.kill("up")
    host.process.wait()
    host.start()
    write_lines(host.logs / "a.log", "after")
    wait_for(lambda: delivered(host) == ["before", "after"], 20, host.story)


def test_a_second_up_in_the_same_data_directory_is_refused(host):
    host.start()
    second = run("up", "--data-dir", host.data, "--config", host.config, "--port-offset", free_port_offset())
    assert second.returncode != 0
    assert f"another 'onecollector up' uses {host.data}" in second.stderr
    assert str(host.process.pid) in second.stderr and "--data-dir" in second.stderr


@pytest.mark.parametrize("name", ["ui", "opamp", "logs"])
def test_a_taken_port_names_its_owner(host, name):
    with listen(host.port(name)):
        result = run("up", *host.arguments("--once"))
    assert result.returncode != 0
    assert f"127.0.0.1:{host.port(name)} is taken by" in result.stderr
    assert f"(pid {os.getpid()})" in result.stderr and "--port-offset" in result.stderr


def test_ports_of_another_collector_are_left_to_it_and_that_is_said(host):
    write_lines(host.logs / "a.log", "one")
    with listen(host.port("health")), listen(host.port("metrics")):
        host.start()
        notes = " ".join(host.api("/status")["notes"])
    assert str(host.port("health")) in notes and str(host.port("metrics")) in notes
    table = wait_for(lambda: "Search:" in (host.root / "up.out").read_text() and (host.root / "up.out").read_text())
    assert f"{host.port('health')} belongs to" in table


def test_an_unwritable_data_directory_is_said(host):
    blocked = host.root / "file"
    blocked.write_text("")
    result = run("up", "--data-dir", blocked, "--once")
    assert result.returncode != 0
    assert "the data directory cannot be used" in result.stderr and "--data-dir" in result.stderr


def test_an_unwritable_data_directory_of_another_user_is_said(host):
    if os.getuid() != 0:
        pytest.skip("needs root to become another user")
    host.root.joinpath("closed").mkdir(mode=0o755)
    result = subprocess.run([BINARY, "up", "--data-dir", str(host.root / "closed" / "d"), "--once"], capture_output=True,
                            text=True, timeout=30, user=65534)
    assert result.returncode != 0
    assert "the data directory cannot be used" in result.stderr and "Permission denied" in result.stderr


def test_a_mistake_in_the_config_names_file_line_column_and_a_near_key(host):
    host.config.write_text("discovery:\n  filesystm: {roots: [/tmp]}\n")
    result = run("up", *host.arguments("--once"))
    assert result.returncode != 0
    assert "onecollector.yaml:2:3" in result.stderr and "did you mean 'filesystem'" in result.stderr


def test_roles_give_up_root(host):
    if os.getuid() != 0:
        pytest.skip("needs root: otherwise there is nothing to give up")
    host.start()
    for role, pid in host.pids().items():
        if role == "up":
            continue
        status = dict(line.split(":\t", 1) for line in open(f"/proc/{pid}/status").read().splitlines() if ":\t" in line)
        assert status["Uid"].split()[1] != "0", role
        read_everything = 1 << 2  # CAP_DAC_READ_SEARCH
        expected = read_everything if role in ("agent", "collector") else 0
        assert int(status["CapEff"], 16) == expected, role


def test_other_users_of_the_machine_are_kept_out(host):
    if os.getuid() != 0:
        pytest.skip("needs root to become another user")
    write_lines(host.logs / "a.log", "secret")
    host.start()
    asks = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}"]
    for url in (host.url("ui") + "/api/v1/status", host.url("logs") + "/loki/api/v1/labels"):
        def status(*more, user=65534):
            return subprocess.run([*asks, *more, url], capture_output=True, text=True, timeout=10, user=user).stdout
        assert status() == "401"
        token = (host.data / "token").read_text().strip()
        assert status("-H", f"Authorization: Bearer {token}") == "200"
        assert status(user=0) == "200"
    assert (host.data / "token").stat().st_mode & 0o777 == 0o600


def test_what_is_written_stays_in_the_data_directory(host):
    write_lines(host.logs / "a.log", "one")
    before = {p for p in host.root.rglob("*")}
    host.start()
    new = {p for p in host.root.rglob("*")} - before - {host.root / "up.out"}
    assert new and all(host.data in (p, *p.parents) for p in new)


def test_without_up_a_control_plane_starts_the_store_when_asked_and_takes_it_along():
    host = Host()
    control_plane = subprocess.Popen([BINARY, "control-plane", *host.arguments()], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    start = ("activities", "run", "start_loki_activity", "--output", "json", "--data-dir", host.data,
             "--port-offset", host.offset)
    try:
        wait_for(lambda: not port_is_free(host.port("ui")), 10, "the control plane listens")
        started, again = (json.loads(run(*start).stdout) for _ in range(2))
        assert (started["output"]["state"], again["output"]["state"]) == ("started", "running")
        assert requests.get(f"{host.url('logs')}/ready", timeout=5).status_code == 200
        control_plane.terminate()
        control_plane.wait(10)
        wait_for(lambda: port_is_free(host.port("logs")), 8, "the store ends with it")
    finally:
        control_plane.kill()
        control_plane.wait()
        shutil.rmtree(host.root, ignore_errors=True)
