"""What somebody on call asks (the last lines, the labels) while more long queries than may run at a time are asked."""
import time

from log_store.both import QueryClient, ask_for
from log_store.process import Store

CROWD = 12
SOON = 20  # ms: a person sees no difference


def measure_crowd(folder, size, bars):
    first_ms = int(time.time() - 7200) // 60 * 60 * 1000
    store, seconds = Store(folder / "crowd"), 20 * size
    sent = store.send("raw", 50_000_000, first_ms)
    span = {"start": first_ms * 1_000_000, "end": (first_ms + sent["records"]) * 1_000_000}
    store.settled()

    def quick_ones():
        return [QueryClient(store, "last_100", "query_range", {"query": '{service_name="payments"}', "limit": 100, **span}),
                QueryClient(store, "labels", "labels", span)]

    # No template decides it, so every line is made and looked at.
    every_line = {"query": 'sum(count_over_time({service_name=~".+"} |~ "[0-9]{3}$" [1m]))', "step": "60s", **span}
    crowd = [QueryClient(store, f"long_{i}", "query_range", every_line) for i in range(CROWD)]
    alone = ask_for(seconds, quick_ones(), "uncrowded")
    beside = ask_for(seconds, quick_ones() + crowd, "crowded")
    for name in alone:
        bars.add(f"{name} p50 beside {CROWD} long queries, ms", beside[name], SOON)
    store.stop()
