"""Draws rate and wait against callers as SVG: two panels, legible on light and on dark pages. It measures nothing."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Point:
    """What so many callers got."""

    callers: int
    rate: float  # payments a second
    p99_ms: float


WIDTH: Final = 860
HEIGHT: Final = 360
_TOP: Final = 76
_BOTTOM: Final = 300
_PANEL: Final = 330  # width of a panel
_LEFT: Final = (70, 500)  # where each begins
_CLASSES: Final = ("a", "b")  # one for each series
# Colours that keep 4.5 : 1 against white and against GitHub's dark page; the text follows the reader's scheme.
_STYLE: Final = """
text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#1f2328}
.title{font-size:15px;font-weight:600}.small{font-size:12px;fill:#59636e}
.grid{stroke:#d1d9e0;stroke-width:1}.line{fill:none;stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}
.a{stroke:#0969da}.b{stroke:#bc4c00}.dot.a{fill:#0969da;stroke:none}.dot.b{fill:#bc4c00;stroke:none}
text.a{fill:#0969da;stroke:none;font-weight:600}text.b{fill:#bc4c00;stroke:none;font-weight:600}
.goal{stroke:#59636e;stroke-width:1;stroke-dasharray:4 4}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.small{fill:#9198a1}.grid{stroke:#3d444d}.goal{stroke:#9198a1}
.a{stroke:#4493f8}.b{stroke:#f0883e}.dot.a,text.a{fill:#4493f8}.dot.b,text.b{fill:#f0883e}}
"""


def draw(series: Mapping[str, Sequence[Point]]) -> str:
    """The picture, as text."""
    points = [point for each in series.values() for point in each]
    rates = _Panel(_LEFT[0], points, lambda point: point.rate, _linear(max(point.rate for point in points)))
    waits = _Panel(_LEFT[1], points, lambda point: point.p99_ms, _logarithmic([point.p99_ms for point in points]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img">',
        "<title>Payments a second, and the wait of the slowest in a hundred, against callers</title>",
        f"<style>{_STYLE}</style>",
        *rates.frame("Payments a second"),
        *waits.frame("Wait in ms, p99 (dashed: 50)"),
        *waits.goal(50.0),
        *_legend(series),
    ]
    for panel in (rates, waits):
        for name, each in zip(_CLASSES, series.values(), strict=False):
            parts += panel.line(name, each)
    return "\n".join([*parts, "</svg>", ""])


def _legend(series: Mapping[str, Sequence[Point]]) -> list[str]:
    return [
        f'<text class="{name}" x="{_LEFT[0] + 110 * place}" y="24">{title}</text>'
        for place, (name, title) in enumerate(zip(_CLASSES, series, strict=False))
    ]


@dataclass(frozen=True)
class _Scale:
    """From a value to a share of the height, and the values that are marked."""

    share: Callable[[float], float]
    marks: Sequence[float]


def _linear(most: float) -> _Scale:
    step = 10 ** math.floor(math.log10(most))
    step = step if most / step >= 4 else step / 2 if most / step >= 2 else step / 4
    top = math.ceil(most / step) * step
    return _Scale(lambda value: value / top, [step * place for place in range(round(top / step) + 1)])


def _logarithmic(values: Sequence[float]) -> _Scale:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return _Scale(lambda value: (math.log10(value) - low) / (high - low), [10.0**each for each in range(low, high + 1)])


@dataclass(frozen=True)
class _Panel:
    """One of the two: callers to the right, logarithmic, a figure upwards."""

    left: int
    points: Sequence[Point]
    figure: Callable[[Point], float]
    scale: _Scale

    def _x(self, callers: int) -> float:
        all_callers = [point.callers for point in self.points]
        low, high = math.log10(min(all_callers)), math.log10(max(all_callers))
        return self.left + (math.log10(callers) - low) / (high - low) * _PANEL

    def _y(self, value: float) -> float:
        return _BOTTOM - self.scale.share(value) * (_BOTTOM - _TOP)

    def frame(self, title: str) -> list[str]:
        """Title, lines and what they stand for."""
        right = self.left + _PANEL
        parts = [f'<text class="title" x="{self.left}" y="54">{title}</text>']
        for mark in self.scale.marks:
            y = self._y(mark)
            parts.append(f'<line class="grid" x1="{self.left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text class="small" x="{self.left - 8}" y="{y + 4:.1f}" text-anchor="end">{mark:,g}</text>')
        for callers in sorted({point.callers for point in self.points}):
            x = self._x(callers)
            parts.append(f'<text class="small" x="{x:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{callers:,}</text>')
        middle = self.left + _PANEL / 2
        parts.append(f'<text class="small" x="{middle}" y="{_BOTTOM + 42}" text-anchor="middle">callers at once</text>')
        return parts

    def goal(self, value: float) -> list[str]:
        """A dashed line."""
        y = self._y(value)
        return [f'<line class="goal" x1="{self.left}" x2="{self.left + _PANEL}" y1="{y:.1f}" y2="{y:.1f}"/>']

    def line(self, name: str, points: Sequence[Point]) -> list[str]:
        """One series."""
        places = [(self._x(point.callers), self._y(self.figure(point))) for point in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        dots = [f'<circle class="dot {name}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places]
        return [f'<polyline class="line {name}" points="{path}"/>', *dots]
