"""Files flow: what appears, is written, renamed, truncated, deleted arrives exactly once, identical lines included."""
import gzip
import os
import time
from collections import Counter

from harness import run, wait_for


def write(path, *lines, mode="a"):
    with open(path, mode) as file:
        file.write("".join(line + "\n" for line in lines))


def expect(host, path, lines, seconds=40):
    """The source at `path` holds exactly these lines, counted."""
    expected = Counter(lines)

    def holds():
        return Counter(host.delivered(path)) == expected

    def what():
        got = Counter(host.delivered(path))
        return f"lost {expected - got}, doubled {got - expected}\n{host.story()}"

    wait_for(holds, seconds, what)
    time.sleep(0.3)  # a late duplicate would come now
    assert Counter(host.delivered(path)) == expected, what()


def test_a_file_that_appears_is_read_from_its_first_byte(host):
    host.start()
    path = host.logs / "app.log"
    write(path, "one", "two", "two", "three")
    expect(host, path, ["one", "two", "two", "three"])
    write(path, "four")
    expect(host, path, ["one", "two", "two", "three", "four"])


def test_lines_keep_their_order(host):
    path = host.logs / "app.log"
    lines = [f"line {i}" for i in range(3000)]
    write(path, *lines[:2000])
    host.start()
    write(path, *lines[2000:])
    expect(host, path, lines)
    assert host.delivered(path) == lines


def test_folders_that_appear_are_watched(host):
    host.start()
    deep = host.logs / "a" / "b" / "c"
    deep.mkdir(parents=True)
    write(deep / "deep.log", "hello")
    expect(host, deep / "deep.log", ["hello"])


def test_a_renamed_file_stays_the_same_source(host):
    path, new = host.logs / "old-name.log", host.logs / "new-name.log"
    write(path, *[f"line {i}" for i in range(100)])
    host.start()
    source_id = host.log_sources()[str(path)]["source"]["source_id"]
    path.rename(new)
    write(new, "after")
    wait_for(lambda: str(new) in host.log_sources(), 10, host.story)
    assert host.log_sources()[str(new)]["source"]["source_id"] == source_id
    query = f'{{service_name=~".+"}} | source_id="{source_id}"'
    wait_for(lambda: len(host.lines(query)) == 101, 10, lambda: str(len(host.lines(query))) + host.story())
    time.sleep(0.3)
    assert Counter(host.lines(query)) == Counter([f"line {i}" for i in range(100)] + ["after"])


def test_rotation_by_rename_keeps_the_source_and_every_line(host):
    path = host.logs / "app.log"
    write(path, "first")
    host.start()
    written = ["first"]
    for generation in range(5):
        for i in range(200):
            lines = [f"generation {generation} line {i}", "the same"]
            write(path, *lines)
            written += lines
        path.rename(host.logs / f"app.log.{generation + 1}")
    write(path, "last")
    expect(host, path, written + ["last"])
    assert [p for p in host.log_sources()] == [str(path)]


def test_rotations_while_nothing_runs_are_caught_up(host):
    path = host.logs / "app.log"
    write(path, "first")
    host.start()
    expect(host, path, ["first"])
    host.stop()
    written = ["first"]
    for generation in range(3):
        lines = [f"generation {generation} line {i}" for i in range(100)]
        write(path, *lines)
        written += lines
        for older in range(generation, 0, -1):
            (host.logs / f"app.log.{older}").rename(host.logs / f"app.log.{older + 1}")
        path.rename(host.logs / "app.log.1")
    write(path, "last")
    host.start()
    expect(host, path, written + ["last"])


def test_copytruncate_keeps_every_line(host):
    path = host.logs / "app.log"
    write(path, "first")
    host.start()
    written = ["first"]
    for generation in range(5):
        lines = [f"generation {generation} line {i}" for i in range(100)] + ["the same"] * 10
        write(path, *lines)
        written += lines
        expect(host, path, written)  # copytruncate itself loses what nobody has read yet
        os.truncate(path, 0)
    write(path, "the same", "last")
    expect(host, path, written + ["the same", "last"])


def test_a_file_that_is_replaced_by_one_of_the_same_content_is_read_again(host):
    path = host.logs / "app.log"
    host.start()
    write(path, "same", "same")
    expect(host, path, ["same"] * 2)
    path.unlink()
    write(path, "same", "same")
    expect(host, path, ["same"] * 4)


def test_a_file_deleted_right_after_it_was_written_is_kept(host):
    path = host.logs / "app.log"
    write(path, "first")
    host.start()
    expect(host, path, ["first"])
    write(path, *[f"line {i}" for i in range(1000)])
    path.unlink()
    expect(host, path, ["first"] + [f"line {i}" for i in range(1000)])


def test_lines_without_an_end_come_whole(host):
    path = host.logs / "app.log"
    write(path, "first")
    host.start()
    with open(path, "a") as file:
        for part in ("a line ", "in three ", "parts\n"):
            file.write(part)
            file.flush()
            time.sleep(0.1)
        expect(host, path, ["first", "a line in three parts"])
        file.write("never ended")
        file.flush()
        expect(host, path, ["first", "a line in three parts", "never ended"])


def test_links_are_aliases_of_one_source(host):
    path = host.logs / "real.log"
    write(path, "one")
    os.link(path, host.logs / "z-hard.log")
    os.symlink(path, host.logs / "soft.log")
    os.symlink(host.logs, host.logs / "loop")
    host.start()
    sources = host.log_sources()
    assert list(sources) == [str(path)]
    assert str(host.logs / "z-hard.log") in sources[str(path)]["source"]["aliases"]
    expect(host, path, ["one"])


def test_what_is_not_a_log_is_left_out(host):
    write(host.logs / "good.log", "one")
    (host.logs / "binary.log").write_bytes(bytes(range(256)) * 64)
    (host.logs / "old.log.gz").write_bytes(gzip.compress(b"compressed\n" * 100))
    write(host.logs / "good.log.1", "rotated away")
    os.mkfifo(host.logs / "pipe.log")
    host.start()
    assert list(host.log_sources()) == [str(host.logs / "good.log")]
    expect(host, host.logs / "good.log", ["one"])


def test_own_files_are_never_collected(host):
    host.config.write_text(f"discovery: {{filesystem: {{roots: [{host.root}]}}, docker: {{enabled: false}}, journald: {{enabled: false}}}}\n")
    write(host.logs / "a.log", "one")
    host.start()
    expect(host, host.logs / "a.log", ["one"])
    inside = [p for p in host.sources() if p.startswith(str(host.data))]
    assert inside == [str(host.data / "agent/probe.log")]


def test_excluded_files_are_left_out(host):
    host.config.write_text(
        f"discovery: {{filesystem: {{roots: [{host.logs}], include: ['**/*.log'], exclude: ['**/secret*']}}, docker: {{enabled: false}}, journald: {{enabled: false}}}}\n")
    for name in ("a.log", "b.txt", "secret.log"):
        write(host.logs / name, "one")
    host.start()
    assert list(host.log_sources()) == [str(host.logs / "a.log")]


def stamped(seconds_ago, text):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ ", time.gmtime(time.time() - seconds_ago)) + text


def test_files_older_than_the_start_give_their_last_24_hours(host):
    path = host.logs / "old.log"
    old = [stamped(3 * 86400 - i, f"old {i}") for i in range(500)]
    new = [stamped(3600 - i, f"new {i}") for i in range(500)]
    write(path, *old, *new)
    host.start()
    expect(host, path, new)
    source = host.log_sources()[str(path)]["source"]
    assert source["skipped_bytes"] == sum(len(line) + 1 for line in old)
    assert "older than 24 h" in source["metadata"]["first_run"]


def test_backfill_all_takes_everything(host):
    path = host.logs / "old.log"
    lines = [stamped(3 * 86400 - i, f"old {i}") for i in range(500)]
    write(path, *lines)
    host.start("--backfill", "all")
    expect(host, path, lines)


def test_backfill_none_takes_only_what_is_new(host):
    path = host.logs / "old.log"
    write(path, "before")
    host.start("--backfill", "none")
    write(path, "after")
    expect(host, path, ["after"])


def test_a_big_file_gives_at_most_64_mb(host):
    path = host.logs / "big.log"
    words = "INFO the order was placed and the customer was told about it, as it should be, and so on, it goes"[:90]
    with open(path, "w") as file:
        for i in range(700_000):
            file.write(f"{i:08d} {words}\n")
    host.start()
    source = host.log_sources()[str(path)]["source"]
    size = path.stat().st_size
    assert size - source["skipped_bytes"] <= 64 << 20
    assert size - source["skipped_bytes"] > (64 << 20) - 200
    assert source["start_offset"] % 100 == 0


def test_lines_survive_a_restart_of_everything(host):
    path = host.logs / "app.log"
    write(path, "one")
    host.start()
    expect(host, path, ["one"])
    host.stop()
    write(path, "while it was down")
    host.start()
    write(path, "after")
    expect(host, path, ["one", "while it was down", "after"])


def test_rubbish_in_a_log_does_no_harm(host):
    path = host.logs / "app.log"
    write(path, "before")
    host.start()
    with open(path, "ab") as file:
        file.write(b"\xff\xfe\x00 not utf-8 \xc3\x28\n")
        file.write(b"x" * 3_000_000 + b"\n")
        file.write(b"\r\n\r\n   \n")
        file.write(b"after\n")

    def arrived():
        lines = host.delivered(path)
        return "before" in lines and "after" in lines and lines
    lines = wait_for(arrived, 15, host.story)
    assert sum(line.count("x") for line in lines if set(line) == {"x"}) == 3_000_000
    assert any("not utf-8" in line for line in lines)


def test_many_files_at_once(host):
    paths = [host.logs / f"app-{i}" / "out.log" for i in range(200)]
    for path in paths:
        path.parent.mkdir()
        write(path, f"hello from {path}")
    host.start()
    query = 'sum(count_over_time({service_name=~".+"} |= "hello from" [1h]))'
    answer = run("query", query, "--output", "json", "--data-dir", host.data, "--server", host.url("ui"))
    assert answer.returncode == 0, answer.stderr
    lines = wait_for(lambda: (got := host.lines('{service_name=~".+"} |= "hello from"')) and len(got) >= 200 and got, 20,
                     host.story)
    assert Counter(lines) == Counter(f"hello from {path}" for path in paths)
