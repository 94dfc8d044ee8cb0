"""Servers that tests start for themselves, on free ports and without a trace afterwards: PostgreSQL and Redis.

Only the standard library: both environments may load this.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_postgres_binaries() -> Path | None:
    """The newest PostgreSQL's folder of programs: Debian keeps them outside of the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@dataclass
class PostgresServer:
    port: int

    async def empty_database(self) -> str:
        """The URL of a database without tables: the same one each time, emptied, which is quicker than a new one."""
        import asyncpg  # type: ignore[import-untyped]  # only in the front door's environment

        url = f"postgresql://eerste_stap@127.0.0.1:{self.port}/postgres"
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(
                "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public"
            )
        finally:
            await connection.close()
        return url


@contextmanager
def postgres_server(binaries: Path) -> Iterator[PostgresServer]:
    # PostgreSQL refuses to run as root, and its user can't enter pytest's own folder.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="eerste-stap-postgres-"))
    data, port = folder / "data", free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c synchronous_commit=off"
    try:
        if user:
            shutil.chown(folder, user)
        run_quietly(
            [binaries / "initdb", "-D", data, "-U", "eerste_stap", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            user=user,
        )
        control: list[str | Path] = [binaries / "pg_ctl", "-D", data, "-w", "-t", str(START_SECONDS)]
        run_quietly([*control, "-l", folder / "log", "-o", options, "start"], user=user)
        try:
            yield PostgresServer(port)
        finally:
            run_quietly([*control, "-m", "immediate", "stop"], user=user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_quietly(command: Sequence[str | Path], *, user: str | None) -> None:
    """Runs a program to its end; what it said goes into the error when it fails."""
    # Not a pipe: pg_ctl's server would keep it open, and waiting for its end would never stop.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, user=user, cwd="/", check=False
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")


@contextmanager
def redis_server(program: str, port: int | None = None) -> Iterator[str]:
    """The URL of a Redis that keeps nothing on disk."""
    port = port or free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", text=True) as process:
        try:
            assert process.stdout is not None
            said = ""
            for line in process.stdout:  # ends when Redis ends
                said += line
                if "eady to accept connections" in line:
                    break
            assert process.poll() is None, said
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
