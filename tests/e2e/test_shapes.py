"""What was inferred of a file's lines decides what a record is: traces stay whole, containers' wrappers are taken off."""
import json
import time

from harness import wait_for

TRACE = "{} ERROR [main] com.shop.Order boom {}\njava.lang.IllegalStateException: no\n\tat com.shop.Order.place(Order.java:{})\n"


def stamp(layout="%Y-%m-%d %H:%M:%S,000"):
    return time.strftime(layout, time.gmtime())


def trace(number):
    return TRACE.format(stamp(), number, number)


def body_of_trace(number):
    return f"ERROR [main] com.shop.Order boom {number}\njava.lang.IllegalStateException: no\nat com.shop.Order.place(Order.java:{number})"


def docker(text, stream="stdout"):
    return json.dumps({"log": text, "stream": stream, "time": stamp("%Y-%m-%dT%H:%M:%S.123456789Z")}) + "\n"


def cri(text, tag="F", stream="stdout"):
    return f"{stamp('%Y-%m-%dT%H:%M:%S.123456789Z')} {stream} {tag} {text}\n"


def append(path, text):
    with open(path, "a") as file:
        file.write(text)


def lines_at_end(host, path, count):
    wait_for(lambda: len(host.delivered(path)) >= count, 20, lambda: f"{host.delivered(path)}\n{host.story()}")
    return host.delivered(path)


def test_a_trace_is_one_record_also_when_it_comes_in_pieces(host):
    log = host.logs / "shop.log"
    append(log, "".join(trace(n) for n in range(20)))
    host.start()
    first, rest = trace(20).split("\n", 1)
    append(log, first + "\n")
    append(log, rest)
    append(log, trace(21))
    got = [line.split(" ", 2)[2] for line in lines_at_end(host, log, 22)]
    assert sorted(got) == sorted(body_of_trace(n) for n in range(22))


def test_dockers_wrapper_is_taken_off_and_long_lines_are_whole(host):
    log = host.logs / "0123-json.log"
    append(log, "".join(docker(f"hello {n}\n") for n in range(20)))
    host.start()
    append(log, docker("a" * 16384) + docker("no, I first\n", "stderr") + docker("b" * 100 + "\n"))
    got = lines_at_end(host, log, 22)
    assert sorted(got) == sorted([f"hello {n}" for n in range(20)] + ["a" * 16384 + "b" * 100, "no, I first"])


def test_parts_of_cri_lines_are_joined_by_stream(host):
    log = host.logs / "0.log"
    append(log, "".join(cri(f"hello {n}") for n in range(20)))
    host.start()
    append(log, cri("one,", "P") + cri("other,", "P", "stderr") + cri("two") + cri("end", "F", "stderr"))
    got = lines_at_end(host, log, 22)
    assert sorted(got) == sorted([f"hello {n}" for n in range(20)] + ["one,two", "other,end"])
