"""Plots of the benchmark's figures as SVG, without any library."""

import statistics
from html import escape

from phases import PHASES

FONT = "font-family='system-ui, sans-serif' font-size='12'"
COLOURS = ["#1b6ca8", "#e07a1f", "#3a9d5d", "#c0392b", "#7d5ba6", "#8c6d46", "#d467a8", "#6e7b8b", "#a6a61f", "#1fa5b5"]
SIZES = {"idle-16m": 16, "idle-256m": 256, "idle-1g": 1024, "idle-4g": 4096, "idle-8g": 8192}


class Svg:
    def __init__(self, width, height, title):
        self.parts = [f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' {FONT}>",
                      f"<rect width='{width}' height='{height}' fill='white'/>"]
        self.text(16, 24, title, weight="bold")

    def text(self, x, y, words, anchor="start", weight="normal"):
        self.parts.append(f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' font-weight='{weight}'>{escape(str(words))}</text>")

    def line(self, x1, y1, x2, y2, colour="#ddd"):
        self.parts.append(f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}'/>")

    def bar(self, x, y, width, height, colour, words):
        self.parts.append(f"<rect x='{x:.1f}' y='{y:.1f}' width='{max(width, 0.5):.1f}' height='{height:.1f}' fill='{colour}'>"
                          f"<title>{escape(words)}</title></rect>")

    def dot(self, x, y, colour):
        self.parts.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4' fill='{colour}'/>")

    def save(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join([*self.parts, "</svg>", ""]))


def by_workload(runs):
    return {name: [run for run in runs if run["workload"] == name] for name in dict.fromkeys(run["workload"] for run in runs)}


STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000)


def step_of(highest):
    """Between two lines of a grid."""
    return next(step for step in STEPS if highest / step <= 8)


def axis(highest):
    """The value at the end of an axis: that of the line beyond the highest one."""
    step = step_of(highest)
    return -int(-highest // step) * step


def legend(svg, x, y, words):
    """The first colours in their order, each with its words, in one line."""
    for i, word in enumerate(words):
        svg.bar(x, y - 10, 10, 10, COLOURS[i % len(COLOURS)], word)
        svg.text(x + 15, y, word)
        x += 32 + 6.5 * len(word)


def grid(svg, left, right, top, bottom, highest, upright):
    """Lines at round values, the last of which is the highest."""
    step = step_of(highest)
    for value in range(0, int(highest) + 1, step):
        if upright:
            y = bottom - value * (bottom - top) / highest
            svg.line(left, y, right, y)
            svg.text(left - 6, y + 4, value, "end")
        else:
            x = left + value * (right - left) / highest
            svg.line(x, top, x, bottom)
            svg.text(x, bottom + 16, value, "middle")


def by_memory(runs, path):
    """The longest pauses that the program saw over its memory: for each run a dot for the freeze, and one for the rounds before it."""
    mine = [run for run in runs if run["workload"] in SIZES]
    if not mine:
        return
    svg = Svg(640, 350, "Longest pause seen by the program, ms, by its memory (not written while it moves)")
    keys = ["freeze_pause_ms", "rounds_pause_ms"]
    highest = axis(max(25, *(run[key] for run in mine for key in keys)))
    grid(svg, 60, 620, 50, 270, highest, True)
    places = {size: 100 + i * 480 / max(1, len(SIZES) - 1) for i, size in enumerate(SIZES.values())}
    for size, x in places.items():
        svg.text(x, 292, f"{size} MiB" if size < 1024 else f"{size // 1024} GiB", "middle")
    for run in mine:
        for i, key in enumerate(keys):
            svg.dot(places[SIZES[run["workload"]]] + 14 * i - 7, 270 - run[key] * 220 / highest, COLOURS[i])
    legend(svg, 60, 324, ["in the freeze", "in the rounds, while both hosts share the processors"])
    svg.save(path)


def predicted(runs, path):
    """Beside each other for each workload: predicted, by the report, seen by the program."""
    groups = by_workload(runs)
    svg = Svg(640, 96 + 52 * len(groups), "Downtime, ms (medians)")
    keys = ["predicted_ms", "downtime_ms", "pause_ms"]
    values = {name: [statistics.median(run[key] for run in mine) for key in keys] for name, mine in groups.items()}
    highest = axis(max(max(each) for each in values.values()))
    bottom = 40 + 52 * len(groups)
    grid(svg, 110, 620, 40, bottom, highest, False)
    for i, (name, three) in enumerate(values.items()):
        svg.text(100, 68 + 52 * i, name, "end")
        for j, value in enumerate(three):
            svg.bar(110, 44 + 52 * i + 13 * j, value * 510 / highest, 11, COLOURS[j], f"{keys[j]} {value:.1f}")
            svg.text(114 + value * 510 / highest, 53 + 52 * i + 13 * j, f"{value:.0f}")
    legend(svg, 110, bottom + 40, ["predicted", "by the report", "longest pause seen by the program"])
    svg.save(path)


def timelines(runs, path):
    """The steps of the frozen path at the source, one run of each workload: the one with the median downtime."""
    groups = by_workload(runs)
    chosen = {name: sorted(mine, key=lambda run: run["downtime_ms"])[len(mine) // 2] for name, mine in groups.items()}
    steps = list(dict.fromkeys(s["name"] for run in chosen.values() for s in run["timeline"] if s["side"] == "source"))
    svg = Svg(760, 100 + 30 * len(chosen), "The frozen path, ms (steps of the source; those of the target lie within them)")
    highest = axis(max(run["downtime_ms"] for run in chosen.values()))
    bottom = 40 + 30 * len(chosen)
    grid(svg, 110, 740, 40, bottom, highest, False)
    for i, (name, run) in enumerate(chosen.items()):
        svg.text(100, 60 + 30 * i, name, "end")
        for step in (step for step in run["timeline"] if step["side"] == "source"):
            svg.bar(110 + step["start_us"] / 1000 * 630 / highest, 46 + 30 * i, step["took_us"] / 1000 * 630 / highest, 20,
                    COLOURS[steps.index(step["name"]) % len(COLOURS)], f"{step['name']} {step['took_us'] / 1000:.1f} ms")
    legend(svg, 16, bottom + 40, steps)
    svg.save(path)


def work(runs, path):
    """What a program that works did while it was moved, over time: for each workload the run that kept the median."""
    chosen = [sorted(mine, key=lambda run: run["kept"])[len(mine) // 2] for mine in by_workload([run for run in runs if run.get("series")]).values()]
    if not chosen:
        return
    svg = Svg(760, 70 + 190 * len(chosen), "Work per second of the moved program, % of before; 0 is the freeze, in seconds")
    for i, run in enumerate(chosen):
        top, bottom = 80 + 190 * i, 210 + 190 * i
        first, last = run["series"][0][0], run["series"][-1][0]
        svg.text(16, top, run["workload"])

        def x(at):
            return 70 + (at - first) * 670 / (last - first)

        for percent in (0, 50, 100):
            y = bottom - percent * (bottom - top) / 125
            svg.line(70, y, 740, y)
            svg.text(64, y + 4, percent, "end")
        for second in range(int(first), int(last) + 1, step_of((last - first) / 2)):
            svg.text(x(second), bottom + 16, second, "middle")
        for (at, phase), following in zip(run["marks"], [at for at, _ in run["marks"][1:]] + [run["downtime_ms"] / 1000]):
            colour = COLOURS[PHASES.index(phase) if phase in PHASES else len(PHASES)]
            svg.bar(x(at), bottom + 22, x(following) - x(at), 8, colour, phase or "freeze")
        points = " ".join(f"{x(at):.1f},{bottom - min(part, 1.25) * 100 * (bottom - top) / 125:.1f}" for at, part in run["series"])
        svg.parts.append(f"<polyline points='{points}' fill='none' stroke='{COLOURS[0]}'/>")
    legend(svg, 60, 48, [*PHASES, "freeze"])
    svg.save(path)


def write(runs, directory):
    work(runs, f"{directory}/work.svg")
    by_memory(runs, f"{directory}/downtime-by-memory.svg")
    predicted(runs, f"{directory}/downtime-predicted.svg")
    timelines(runs, f"{directory}/frozen-path.svg")


def throughput(runs, path):
    """Beside each other for each number of streams: raw TCP, and each kind of memory."""
    kinds = list(dict.fromkeys(run["kind"] for run in runs))
    counts = sorted({run["streams"] for run in runs})
    height = 20 + 14 * len(kinds)
    bottom = 40 + height * len(counts)
    svg = Svg(640, bottom + 56, "Memory moved in the first round, MB/s, beside raw TCP (medians)")
    values = {(kind, count): statistics.median(run["mb_per_s"] for run in runs if (run["kind"], run["streams"]) == (kind, count))
              for kind in kinds for count in counts}
    highest = axis(max(values.values()))
    grid(svg, 110, 620, 40, bottom, highest, False)
    for i, count in enumerate(counts):
        svg.text(100, 44 + height * i + height / 2, f"{count} stream{'s' if count > 1 else ''}", "end")
        for j, kind in enumerate(kinds):
            value = values[kind, count]
            svg.bar(110, 48 + height * i + 14 * j, value * 510 / highest, 12, COLOURS[j], f"{kind} {value:.0f} MB/s")
    legend(svg, 60, bottom + 40, kinds)
    svg.save(path)
