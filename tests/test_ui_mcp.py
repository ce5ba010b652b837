"""The tools, called by a real client: in this process, and over the pipes of a process as assistants start it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client

from ui.api import Api
from ui.mcp_server import INSTRUCTIONS, make_server
from ui.settings import Settings

TOOLS = ["ask", "brief", "get_article", "search_articles"]
QUESTION = "Who replaced Josep Borrell?"


def talk(server: Any, work: Callable[[Client], Awaitable[None]]) -> None:
    async def connected() -> None:
        async with Client(server) as client:
            await work(client)

    asyncio.run(connected())


def test_the_tools_say_what_they_take_and_give_and_change_nothing(five_folder: Path) -> None:
    async def look(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert sorted(tools) == TOOLS
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        assert sorted(tools["ask"].input_schema["properties"]) == ["after", "before", "history", "question", "sources"]
        assert tools["ask"].input_schema["required"] == ["question"]
        assert all(tool.output_schema and tool.description for tool in tools.values())
        assert client.instructions == INSTRUCTIONS

    talk(make_server(Api(Settings(index=five_folder))), look)


def test_mistakes_are_told_to_the_model_in_one_line(five_folder: Path, tmp_path: Path) -> None:
    async def err(client: Client) -> None:
        wrong = await client.call_tool("ask", {"question": QUESTION, "after": "yesterday"})
        assert wrong.is_error
        assert "after is 'yesterday'; expected a day such as 2024-02-29" in str(wrong.content)
        missing = await client.call_tool("get_article", {"article_id": "/etc/passwd"})
        assert missing.is_error
        assert "no article has the id '/etc/passwd'" in str(missing.content)

    async def find_nothing(client: Client) -> None:
        broken = await client.call_tool("ask", {"question": QUESTION})
        assert broken.is_error
        assert str(tmp_path) not in str(broken.content)

    talk(make_server(Api(Settings(index=five_folder))), err)
    talk(make_server(Api(Settings(index=tmp_path / "none"))), find_nothing)


def test_an_assistant_starts_it_and_asks(five_folder: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "ui.cli", "mcp", "--index", str(five_folder)], cwd=Path(__file__).parent.parent
    )

    async def ask(client: Client) -> None:
        found = (await client.call_tool("search_articles", {"query": "ground troops", "limit": 1})).structured_content
        assert found is not None
        answer = (await client.call_tool("ask", {"question": QUESTION})).structured_content
        assert answer is not None
        assert answer["status"] == "answered"
        quote = answer["claims"][0]["quotes"][0]
        article = (await client.call_tool("get_article", {"article_id": quote["article_id"]})).structured_content
        assert article is not None
        assert article["text"][quote["start"] : quote["end"]] == quote["text"]
        refused = (await client.call_tool("ask", {"question": "What is the capital of Peru?"})).structured_content
        assert refused is not None
        assert refused["status"] == "not_found"

    talk(stdio_client(command), ask)


@pytest.mark.parametrize("there", [True, False], ids=["without the extra", "without an index"])
def test_what_is_missing_is_one_line_before_anything_is_served(five_folder: Path, tmp_path: Path, there: bool) -> None:
    import subprocess

    index = five_folder if there else tmp_path / "none"
    hide = "import sys; sys.modules['mcp'] = None; " if there else ""
    script = f"{hide}from ui.cli import main; raise SystemExit(main(['mcp', '--index', {str(index)!r}]))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    expected = "'pullquote mcp' needs what the extra 'mcp' installs; run: pip install 'pullquote[mcp]'" if there else "there is no index"
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2 if there else 1, "", 1)
    assert expected in ran.stderr
