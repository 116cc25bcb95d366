"""The lines that were sent, and what may be looked for in them."""
import mmap
import os
import random
import re
import subprocess

from log_store.process import TOOL

NEEDLES = 60


class Lines:
    """The text of a shape, as sent."""

    def __init__(self, folder, shape, size, first_ms):
        self.path = folder / f"{shape}.lines"
        with open(self.path, "wb") as out:
            subprocess.run([TOOL, "lines", shape, str(size + size // 10 + (1 << 20)), str(first_ms)], stdout=out, check=True)
        self.file = open(self.path, "rb")

    def keep(self, count):
        """Only so many lines were sent."""
        with open(self.path, "rb") as file:
            end = 0
            for _ in range(count):
                end += len(file.readline())
        os.truncate(self.path, end)
        self.count, self.size = count, end
        self.bytes = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)

    def lines_with(self, needle):
        found = set()
        at = self.bytes.find(needle)
        while at >= 0:
            found.add(self.bytes.rfind(b"\n", 0, at))
            at = self.bytes.find(needle, self.bytes.find(b"\n", at))
        return len(found)

    def matching(self, expression):
        return sum(1 for _ in re.finditer(expression, self.bytes))


def needle_of(lines, dice, kind):
    """A piece of one line's text, as somebody may look for it."""
    while True:
        at = lines.bytes.rfind(b"\n", 0, dice.randrange(1 << 20, lines.size)) + 1
        line = lines.bytes[at:lines.bytes.find(b"\n", at)]
        found = {
            "number": lambda: [m.group()[2:8] for m in re.finditer(rb"\d{10,}", line)],
            "hex": lambda: [m.group()[3:11] for m in re.finditer(rb"\b[0-9a-f]{16,}\b", line)],
            "address": lambda: [m.group() for m in re.finditer(rb"\b\d+\.\d+\.\d+\.\d+\b", line)],
            "border": lambda: [line[m.start() - 4:m.start() + 8] for m in re.finditer(rb"(?<=[a-z=_ :])(?=[0-9a-f]{8})", line)],
            "absent": lambda: [m.group()[:5] + b"g" + m.group()[5:9] for m in re.finditer(rb"[0-9a-f]{10,}", line)],
        }[kind]()
        if found:
            return dice.choice(found)


def needles(lines, seed):
    dice = random.Random(seed)
    kinds = ("number", "hex", "address", "border", "absent")
    return [needle_of(lines, dice, kinds[i % len(kinds)]).decode() for i in range(NEEDLES)]
