"""Points inside an outline. Pure; plain longitude and latitude are near enough for a demo."""

from __future__ import annotations

from random import Random

Ring = list[list[float]]
Point = tuple[float, float]


def inside(rings: list[Ring], x: float, y: float) -> bool:
    """Whether a point lies in one of the rings (even-odd rule)."""
    return any(_in_ring(ring, x, y) for ring in rings)


def _in_ring(ring: Ring, x: float, y: float) -> bool:
    odd = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def anywhere(rings: list[Ring], random: Random) -> Point:
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    while True:
        x, y = random.uniform(min(xs), max(xs)), random.uniform(min(ys), max(ys))
        if inside(rings, x, y):
            return x, y


def spread(rings: list[Ring], count: int, random: Random) -> list[Point]:
    """`count` points inside, far from each other: each is the farthest of a few drawn."""
    points = [anywhere(rings, random)]
    while len(points) < count:
        drawn = [anywhere(rings, random) for _ in range(12)]
        points.append(max(drawn, key=lambda each: min(_apart(each, other) for other in points)))
    return points


def _apart(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def near(rings: list[Ring], point: Point, random: Random, reach: float = 0.025) -> Point:
    """A point inside near `point`; the point itself where the outline leaves no room."""
    for _ in range(20):
        x, y = random.gauss(point[0], reach), random.gauss(point[1], reach)
        if inside(rings, x, y):
            return x, y
    return point
