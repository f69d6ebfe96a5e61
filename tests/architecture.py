"""Who may import whom, read from the syntax tree: nothing is imported, so a broken module is checked too."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

LAYERS = {
    "errors": 0,
    "compilation": 0,
    "draws": 0,
    "submodels": 0,
    "files": 1,
    "statistics": 1,
    "catalogue": 1,
    "scenario": 2,
    "state": 3,
    "events": 3,
    "week": 4,
    "metrics": 4,
    "market_map": 4,
    "panel": 4,
    "market": 5,
    "business_model": 6,
    "results": 6,
    "runs": 7,
    "studies": 8,
    "bench": 8,
    "plots": 9,
    "report": 9,
    "dashboard": 10,
    "cli": 10,
    "notebook": 10,
    "__main__": 10,
    "__init__": 10,
}

ONLY_IN: dict[str, tuple[str, ...]] = {
    "numba": ("compilation", "draws", "submodels", "week", "bench.stages"),
    "tomlkit": ("files.toml_file",),
    "pydantic": tuple(module for module, layer in LAYERS.items() if 1 <= layer <= 8),
    "mesa": ("market", "dashboard", "bench.plain_agents"),
    "sqlite3": ("results",),
    "pyarrow": ("results",),
    "xarray": ("results",),
    "SALib": ("studies.sensitivity",),
    "ema_workbench": ("statistics.discovery",),
    "sklearn": ("statistics.discovery",),
    "dask": ("runs.engine",),
    "distributed": ("runs.engine",),
    "matplotlib": ("plots", "report"),
    "seaborn": ("plots", "report"),
    "jinja2": ("report",),
    "solara": ("dashboard",),
    "marimo": ("notebook",),
    "click": ("cli",),
    "rich": ("cli",),
    "rich_click": ("cli",),
    "numpy.random": (),  # luck comes from draws, keyed by the event
    "random": (),
}

A_SUBMODEL_MAY_IMPORT = (
    "__future__",
    "collections.abc",
    "math",
    "typing",
    "numpy",
    "numba.extending.register_jitable",
    "simbiz.compilation",
    "simbiz.draws",
    "simbiz.submodels",
)

FORBIDDEN_NAMES = {"base", "common", "core", "helper", "helpers", "misc", "util", "utils"}


def violations(package: Path) -> list[str]:
    """List everything under the folder `package` that breaks the rules, as ``file:line: what``."""
    declared = declared_names(package / "catalogue")
    found = [
        f"{file.relative_to(package)}:{line}: {what}"
        for file in sorted(package.rglob("*.py"))
        for line, what in violations_in(file, package, declared)
    ]
    return list(dict.fromkeys(found))


def violations_in(file: Path, package: Path, declared: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and description of every broken rule in one file."""
    module = module_name(file, package)
    for name in sorted(FORBIDDEN_NAMES.intersection(module.split("."))):
        yield 1, f"a module named {name} says nothing about what lives in it"
    if room(module) not in LAYERS:
        yield 1, f"{module} has no layer"
        return
    tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    is_package = file.name == "__init__.py"
    for line, target in imports(tree, module, is_package=is_package):
        yield from ((line, what) for what in broken_by_import(module, target))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in declared:
            yield node.lineno, f"'{node.value}' is a tool or channel: name it in the catalogue only"


def broken_by_import(module: str, target: str) -> Iterator[str]:
    """Yield what is wrong with `module` importing `target`."""
    if is_within(target, "simbiz"):
        inner = target.removeprefix("simbiz").lstrip(".")
        imported = room(inner) if room(inner) in LAYERS else "__init__"
        if LAYERS[imported] > layer(module):
            yield f"{module} is in layer {layer(module)} and {imported} in layer {LAYERS[imported]}"
    for library, homes in ONLY_IN.items():
        if is_within(target, library) and not any(is_within(module, home) for home in homes):
            yield f"{library} is imported in {module} and belongs in {' or '.join(homes) or 'no module'}"
    if room(module) == "submodels" and not any(is_within(target, name) for name in A_SUBMODEL_MAY_IMPORT):
        yield f"{module} is a submodel and imports {target}"


def imports(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[tuple[int, str]]:
    """Yield line and full dotted name of everything imported, inside functions too."""
    aliases_of_numpy = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
                if alias.name == "numpy":
                    aliases_of_numpy.add(alias.asname or "numpy")
        elif isinstance(node, ast.ImportFrom):
            origin = absolute_origin(node, module, is_package=is_package)
            for alias in node.names:
                yield node.lineno, f"{origin}.{alias.name}"
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in aliases_of_numpy
            and node.attr == "random"
        ):
            yield node.lineno, "numpy.random"


def absolute_origin(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    """Resolve the dots of a relative import."""
    if not node.level:
        return node.module or ""
    parts = ["simbiz", *([] if module == "__init__" else module.split("."))]
    is_folder = is_package or module == "__init__"
    up = node.level - 1 if is_folder else node.level
    return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


def declared_names(catalogue: Path) -> set[str]:
    """Read the names of tools and channels from the catalogue, as far as it is built."""
    files = [file for name in ("tools", "channels") if (file := catalogue / f"{name}.toml").exists()]
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return {name for table in tables for name, entry in table.items() if isinstance(entry, dict)}


def module_name(file: Path, package: Path) -> str:
    """Name a file's module from inside the package: ``experiment.engine``, ``catalogue``, ``__init__``."""
    parts = file.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def room(module: str) -> str:
    """Name the module or folder at the top of the package that a module belongs to."""
    return module.partition(".")[0]


def layer(module: str) -> int:
    """Give the layer of a module: that of its room; figures and answers of a kind of study stand beside all others."""
    is_face = room(module) == "studies" and module.endswith((".figures", ".answer"))
    return LAYERS["report" if is_face else room(module)]


def circles(package: Path) -> list[tuple[str, str]]:
    """List pairs of modules that import each other when they are loaded, however many steps it takes."""
    loads: dict[str, set[str]] = {}
    for file in package.rglob("*.py"):
        module = module_name(file, package)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        kept = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.If)]
        found = imports(ast.Module(kept, []), module, is_package=file.name == "__init__.py")
        loads[module] = {target.removeprefix("simbiz.") for _, target in found if is_within(target, "simbiz")}
    known = {module: {_known(target, loads) for target in targets} - {module, ""} for module, targets in loads.items()}
    reached = {module: _reached(module, known) for module in known}
    return sorted((one, other) for one in known for other in reached[one] if one < other and one in reached[other])


def _known(target: str, modules: dict[str, set[str]]) -> str:
    """Give the module that an imported name stands in."""
    while target and target not in modules:
        target = target.rpartition(".")[0]
    return target


def _reached(module: str, loads: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [module]
    while waiting:
        new = loads.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def is_within(name: str, whole: str) -> bool:
    """Tell whether a dotted name is `whole` or a part of it."""
    return name == whole or name.startswith(f"{whole}.")
