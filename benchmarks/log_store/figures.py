"""What a benchmark prints."""


def emit(key, value):
    print(f"{key}={value:.3f}" if isinstance(value, float) else f"{key}={value}", flush=True)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def plot(title, points):
    """A line a point, as long as its value's share of the largest."""
    most = max(value for _, value in points) or 1
    rows = [f"{at:>12,}  {value:>10.1f}  {'#' * round(60 * value / most)}" for at, value in points]
    return "\n".join([title, *rows])


class Bars:
    """What was measured beside what is wanted; printed at the end."""

    def __init__(self):
        self.rows = []

    def add(self, name, value, bar, more_is_better=False):
        self.rows.append((name, value, bar, more_is_better))

    def show(self):
        for name, value, bar, more in self.rows:
            good = value >= bar if more else value <= bar
            print(f"bar {name}: {value:.2f} of {bar} ({value / bar:.2f}) {'ok' if good else 'MISSED'}")
