"""The notebook in docs/ runs from its first cell to its last and shows the published table."""

from __future__ import annotations

from functools import cache
from html import unescape
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from places import ROOT, SAMPLE

from audit.base import yamlfile

pytestmark = pytest.mark.slow
NOTEBOOK = ROOT / "docs" / "analyse.ipynb"


@cache
def cells() -> list[Any]:
    """The cells of code after they are run in a kernel of their own, where somebody opens them: in docs/."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(kind: str) -> list[str]:
    return [output.data[kind] for cell in cells() for output in cell.outputs if kind in output.get("data", {})]


def test_it_has_ten_cells_and_is_kept_without_what_they_show() -> None:
    kept = [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    assert len(kept) == 10
    assert all(cell.outputs == [] and cell.execution_count is None for cell in kept)


def test_every_cell_shows_something_and_none_complains() -> None:
    for cell in cells():
        assert [output.output_type for output in cell.outputs] == ["execute_result"], cell.source


def test_the_table_in_it_is_the_published_one_and_the_figure_a_picture() -> None:
    published = yamlfile.read(SAMPLE / "published.yaml").data["bilag_4"]["3.1"]
    table = next(text for text in outputs("text/html") if "Er afgørelsen samlet set rigtig" in text)
    for kommune, counts in published.items():
        cells_of_row = "".join(f'<td class="right">{count}</td>' for count in counts)
        assert f'<th scope="row">{kommune}</th>{cells_of_row}' in unescape(table)
    assert len(outputs("image/png")) == 1
