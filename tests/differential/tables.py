"""Reads tables of calls: one a line, with the scene before it; fills templates with values."""

from collections.abc import Iterable

from tests.differential.engine import Call


def lines(table: str) -> list[str]:
    """The lines of *table* without those that are empty or comments."""
    return [line.strip() for line in table.splitlines() if line.strip() and line.strip()[0] != "#"]


def calls(table: str) -> list[Call]:
    """A call for each line ``scene: statements``; the last statement gives the result."""
    found = []
    for line in lines(table):
        scene, text = line.split(": ", 1)
        found.append(Call(scene, text))
    return found


def in_scene(scene: str, table: str) -> list[Call]:
    """A call in *scene* for each line of *table*."""
    return [Call(scene, text) for text in lines(table)]


def fill(templates: str, values: Iterable[str]) -> list[Call]:
    """Every template with every value in the place of its ``{}``."""
    values = list(values)
    return [
        Call(call.scene, call.text.replace("{}", value))
        for call in calls(templates)
        for value in values
    ]
