"""The rules of the house that no linter knows: who imports whom, what an import costs, what is public."""

import ast
import importlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("corpus", "index", "rag", "ui")  # imports point left only
HEAVY = (
    *("gradio", "chromadb", "llama_index", "matplotlib", "onnxruntime", "openai", "tantivy", "tokenizers", "sentencex", "numpy", "yaml"),
    *("docx", "httpx", "lxml", "mcp", "pypdfium2", "starlette", "trafilatura"),
)
HOMES = {
    "gradio": "ui",
    "mcp": "ui",
    "starlette": "ui",
    "matplotlib": "ui",
    "chromadb": "index",
    "onnxruntime": "index",
    "openai": "rag",
    "tantivy": "index",
    "llama_index": "rag",
    "docx": "corpus",
    "lxml": "corpus",
    "pypdfium2": "corpus",
    "trafilatura": "corpus",
}


def modules(room: str) -> list[Path]:
    return [file for file in (ROOT / room).rglob("*.py") if not file.name.startswith(("make_", "train_"))]


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the room"
            yield node.module or ""


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_left_only(room: str) -> None:
    right = ROOMS[ROOMS.index(room) + 1 :]
    for file in modules(room):
        for name in imported(ast.parse(file.read_text("utf-8"))):
            assert name.split(".")[0] not in right, f"{file} imports {name}"


@pytest.mark.parametrize(("library", "home"), HOMES.items())
def test_a_library_is_known_to_one_room_only(library: str, home: str) -> None:
    for room in ROOMS:
        for file in modules(room):
            if library in {name.split(".")[0] for name in imported(ast.parse(file.read_text("utf-8")))}:
                assert room == home, f"{file} imports {library}"


@pytest.mark.parametrize("room", ["corpus", "index", "rag"])
def test_public_names_are_listed_sorted_and_exist(room: str) -> None:
    module = importlib.import_module(room)
    assert module.__all__ == sorted(module.__all__, key=lambda name: (not name.isupper(), name))
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_every_package_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = (file.parent.relative_to(ROOT) for room in ROOMS for file in (ROOT / room).rglob("__init__.py"))
    assert listed == sorted(".".join(folder.parts) for folder in found)


def test_a_script_may_lie_beside_a_folder_of_articles(tmp_path: Path) -> None:
    for room in ROOMS:
        (tmp_path / room).mkdir()
    (tmp_path / "ask.py").write_text("from rag import query\nfrom corpus import Article\n")
    subprocess.run([sys.executable, "ask.py"], cwd=tmp_path, check=True)


def loaded_after(code: str) -> set[str]:
    """Return the heavy libraries that a fresh interpreter has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}} & set({HEAVY!r})))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(run.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("code", ["import corpus", "import index", "import rag", "import ui.cli"])
def test_importing_the_api_loads_no_engine(code: str) -> None:
    assert loaded_after(code) - {"numpy"} == set()


def test_asking_loads_neither_gradio_nor_llama_index(five_folder: Path) -> None:
    code = f"from ui.cli import main; assert main(['ask', 'Who replaced Josep Borrell?', '--index', {str(five_folder)!r}]) == 0"
    assert loaded_after(code) & {"gradio", "llama_index"} == set()


def test_modules_keep_no_state() -> None:
    """A module holds constants, types and functions: nothing lower-case is assigned, nothing is declared global."""
    for room in ROOMS:
        for file in modules(room):
            tree = ast.parse(file.read_text("utf-8"))
            assert not [node for node in ast.walk(tree) if isinstance(node, ast.Global)], file
            for node in tree.body:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
                names = [name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
                for target in names:
                    assert target.id.strip("_")[0].isupper() or target.id == "__all__", f"{file}: {target.id}"


def test_files_and_functions_stay_short() -> None:
    for room in ROOMS:
        for file in modules(room):
            source = file.read_text("utf-8")
            assert source.count("\n") <= 400, file
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.FunctionDef):
                    assert (node.end_lineno or 0) - node.lineno < 60, f"{file}: {node.name}"


def test_the_network_guard_guards() -> None:
    import socket

    with pytest.raises(AssertionError, match="tried to reach"), socket.socket() as connection:
        connection.connect(("192.0.2.1", 80))
