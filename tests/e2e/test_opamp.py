"""OpAMP on the wire: a foreign agent, hostile bytes, reconnection. The protobuf is written by hand: an independent peer."""
import asyncio
import os
import uuid

import pytest
import websockets
from harness import wait_for


class Socket:
    """A blocking WebSocket over the asyncio client."""

    def __init__(self, url):
        self.loop = asyncio.new_event_loop()
        self.socket = self.loop.run_until_complete(self.connect(url))

    @staticmethod
    async def connect(url):
        return await websockets.connect(url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.loop.run_until_complete(self.socket.close())
        self.loop.close()

    def send(self, message):
        self.loop.run_until_complete(self.socket.send(message))

    def recv(self, seconds):
        return self.loop.run_until_complete(asyncio.wait_for(self.socket.recv(), seconds))


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(data):
    """{field number: [values]} of a protobuf message."""
    found, at = {}, 0

    def read():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = read()
        if key & 7 == 0:
            value = read()
        elif key & 7 == 1:
            value, at = data[at:at + 8], at + 8
        else:
            size = read()
            value, at = data[at:at + size], at + size
        found.setdefault(key >> 3, []).append(value)
    return found


def attribute(key, value):
    return field(1, key) + field(2, field(1, value))


def hello(uid, sequence=0):
    description = field(1, attribute("service.name", "foreign")) + field(2, attribute("host.name", "elsewhere"))
    message = field(1, uid) + field(2, sequence) + field(3, description) + field(4, 0x1 | 0x2 | 0x800)
    return b"\0" + message + field(5, field(1, 1))


def open_socket(host):
    return Socket(f"ws://127.0.0.1:{host.port('opamp')}/v1/opamp")


def receive(socket):
    message = socket.recv(5)
    assert message[0] == 0
    return fields(message[1:])


@pytest.fixture
def running(host):
    return host.start()


def test_a_foreign_agent_is_greeted_listed_and_missed(running):
    uid = uuid.uuid4()
    with open_socket(running) as socket:
        socket.send(hello(uid.bytes))
        answer = receive(socket)
        assert answer[1] == [uid.bytes]
        assert answer[7][0] & 0x1 and answer[7][0] & 0x2  # AcceptsStatus, OffersRemoteConfig
        # Its row is written before its connection is shown.
        agent = wait_for(lambda: (found := find(running, uid)) and found["connected"] and found, 5,
                         "the foreign agent in /agents, connected")
        assert agent["host_name"] == "elsewhere"
    wait_for(lambda: not find(running, uid)["connected"], 5, "the foreign agent shown as gone")


def find(host, uid):
    return next((a for a in host.api("/agents")["agents"] if a["agent_id"] == str(uid)), None)


def test_a_gap_in_the_sequence_asks_for_the_full_state(running):
    uid = uuid.uuid4().bytes
    with open_socket(running) as socket:
        socket.send(hello(uid))
        receive(socket)
        socket.send(b"\0" + field(1, uid) + field(2, 7))
        assert receive(socket)[6][0] & 0x1  # ReportFullState


@pytest.mark.parametrize("rubbish", [b"", b"\0", b"\1\2\3", b"\0" + os.urandom(4096), b"\0" + b"\x0a\xff\xff\xff\xff\x0f",
                                     b"\0" + field(1, b"short"), b"\0" + field(5, b"\xff" * 100)],
                         ids=["empty", "header", "no header", "random", "huge length", "short uid", "bad health"])
def test_rubbish_is_refused_and_harms_nobody(running, rubbish):
    with open_socket(running) as socket:
        socket.send(rubbish)
        try:
            answer = receive(socket)
            assert 2 in answer  # error_response
        except websockets.ConnectionClosed:
            pass  # closing at once is an answer, too
    assert running.api("/status")["agents"][0]["connected"]


def test_the_agents_own_state_is_complete(running):
    agent = running.api("/status")["agents"][0]
    assert agent["connected"] and agent["healthy"] and agent["config"]["state"] == "applied"
    assert agent["collector"]["kind"] == "native" and agent["collector"]["healthy"]
