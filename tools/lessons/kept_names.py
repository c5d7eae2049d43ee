"""A cell that is run again, or a slider that is moved, late in a lesson finds the names it knew.

Functions read the names of a lesson when they are called: a slider draws anew whenever it is moved.
And a cell that takes the reader's own function is run again once the exercise is done. A later cell
that gives such a name another value breaks both, for a reader only: from top to bottom all is well.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator

from lesson_cells import code_cells
from nbformat import NotebookNode

# Scopes that are done when their line is done.
_AT_ONCE = ("listcomp", "setcomp", "dictcomp", "genexpr")


def assigned(tree: ast.AST) -> set[str]:
    """Return the names that a cell assigns, outside functions and comprehensions."""
    names, nodes = set(), [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        own_scope = ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.ListComp | ast.SetComp
        if not isinstance(node, own_scope | ast.DictComp | ast.GeneratorExp):
            nodes += ast.iter_child_nodes(node)
    return names


def read_when_called(source: str) -> set[str]:
    """Return the names of the lesson that the functions of a cell read."""
    names: set[str] = set()

    def look_into(table: symtable.SymbolTable, called: bool) -> None:
        for inner in table.get_children():
            later = called or inner.get_name() not in _AT_ONCE
            if later:
                symbols = inner.get_symbols()
                names.update(n.get_name() for n in symbols if n.is_global() and n.is_referenced())
            look_into(inner, later)

    look_into(symtable.symtable(source, "cell", "exec"), called=False)
    return names - set(dir(builtins))


def read_by_a_cell(source: str) -> set[str]:
    """Return the names of the lesson that a cell reads, and does not give itself."""
    nodes = list(ast.walk(ast.parse(source)))
    uses = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in uses if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)} | assigned(ast.parse(source))
    return {node.id for node in uses} - own - set(dir(builtins))


def kept_names(notebook: NotebookNode, number: int) -> Iterator[str]:
    """No later cell gives another value to a name that a function, or a reader's cell, reads."""
    cells = code_cells(notebook)
    values = [assigned(ast.parse(cell.source)) for cell in cells]
    for i, cell in enumerate(cells):
        late = read_when_called(cell.source)
        if "yours(" in cell.source:
            late |= read_by_a_cell(cell.source)
        for j in range(i + 1, len(cells)):
            for name in sorted(late & values[j]):
                yield f"cell {cells[j].id}: {name} is read late by cell {cell.id}"
