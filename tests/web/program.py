"""`python -m bot` as a process of its own, to see what it writes and how it ends."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.servers import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


class Program:
    def __init__(self, process: asyncio.subprocess.Process, url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self._log = log

    @property
    def said(self) -> str:
        """All that it wrote, to standard output and standard error."""
        return self._log.read_text()

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.terminate()
        async with asyncio.timeout(START_SECONDS):
            return await self.process.wait()


async def start_program(folder: Path, **settings: str) -> Program:
    port, log = free_port(), folder / "program.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EERSTE_STAP_")}
    environment |= {"EERSTE_STAP_PORT": str(port), "EERSTE_STAP_DATA_DIR": str(folder / "data")}
    environment |= {f"EERSTE_STAP_{name}": value for name, value in settings.items()}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    return Program(process, f"http://127.0.0.1:{port}", log)


@asynccontextmanager
async def running_program(folder: Path, **settings: str) -> AsyncIterator[Program]:
    """Running, and ready for visitors."""
    program = await start_program(folder, ANNOUNCE="true", **settings)
    try:
        await _until_it_listens(program)
        yield program
    finally:
        await program.stop()


async def _until_it_listens(program: Program) -> None:
    host, _, port = program.url.removeprefix("http://").partition(":")
    async with asyncio.timeout(START_SECONDS):
        while True:
            assert program.process.returncode is None, program.said
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except ConnectionError:
                await asyncio.sleep(0.02)  # there is nothing else to wait on before it listens
            else:
                writer.close()
                await writer.wait_closed()
                return


async def fails_to_start(folder: Path, **settings: str) -> str:
    """What it says when it stops instead of starting; it must be a sentence, not a traceback."""
    program = await start_program(folder, **settings)
    async with asyncio.timeout(START_SECONDS):
        assert await program.process.wait() == 1, program.said
    assert "Traceback" not in program.said
    return program.said
