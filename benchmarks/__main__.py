"""`make bench`: start-up, turn time, memory and training time of a local run, as a Markdown table.

Figures are of this machine on this day: compare columns of one run, not runs with each other. Traffic goes to loopback
only, and is bounded: one visitor, a fixed number of messages.
"""

import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp

from components.examples import read_examples
from tests.stack.local_run import ROOT, LocalRun, Talk

MESSAGES = 300
WARM_UP = 20
# docs/benchmarks.md holds the targets beside the figures.
TARGETS = {
    "start to first answer": "<= 25 s",
    "turn p50": "<= 50 ms",
    "turn p95": "<= 110 ms",
    "memory of Rasa": "<= 750 MB",
    "training": "<= 300 s",
}


def messages_of_real_length(count: int) -> list[str]:
    """Training utterances of every group, drawn so that lengths follow what people type: median 11 words, p95 45.

    The draw is weighted per band of words; each cost depends on the length, not on whether the model has seen a text.
    """
    texts = [example.text for example in read_examples()]
    bands = [((1, 5), 0.17), ((6, 11), 0.34), ((12, 20), 0.28), ((21, 44), 0.155), ((45, 90), 0.055)]
    chance = random.Random(7)
    drawn = [
        chance.choice([text for text in texts if low <= len(text.split()) <= high])
        for (low, high), share in bands
        for _ in range(round(share * count))
    ]
    chance.shuffle(drawn)
    return drawn


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


async def timed(ask: Callable[[str], Awaitable[None]], texts: Sequence[str]) -> list[float]:
    """Milliseconds of each question, one after the other."""
    durations = []
    for text in texts:
        before = time.perf_counter()
        await ask(text)
        durations.append((time.perf_counter() - before) * 1000)
    return durations[WARM_UP:]


async def turn_times(run: LocalRun, texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds from a visitor's frame to the answer over the socket, and of bare Rasa for the same texts."""
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{run.url}/api/v1/conversations", json={}) as response:
            opened = await response.json()
        async with http.ws_connect(f"{run.url}/api/v1/conversations/{opened['id']}/ws") as socket:
            await socket.send_json({"type": "hello", "token": opened["token"], "last_seq": 0})

            async def by_socket(text: str) -> None:
                await socket.send_json({"type": "message", "text": text})
                while (frame := await socket.receive_json()).get("from") != "assistant" or frame["type"] != "message":
                    if frame["type"] == "error":
                        raise RuntimeError(frame["code"])

            through_the_front = await timed(by_socket, texts)

        async def bare(text: str) -> None:
            body = {"sender": "bench", "message": text}
            async with http.post(
                f"http://127.0.0.1:{run.rasa_port}/webhooks/rest/webhook", params={"token": run.rasa_token}, json=body
            ) as response:
                await response.json()

        return through_the_front, await timed(bare, texts)


def seconds_to_first_answer(run: LocalRun) -> float:
    """From the start until a visitor gets a real answer, not the emergency one."""
    run.wait_until_ready()
    # A conversation that Rasa does not know has had no answer of it.
    while not Talk(run).response_names_after("ik word geslagen door mijn partner"):
        time.sleep(0.1)
    return time.monotonic() - run.started_at


def megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def training_seconds(folder: Path) -> float:
    before = time.monotonic()
    subprocess.run(
        [ROOT / ".venv-rasa/bin/python", "-m", "components.train", "--out", folder],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - before


def main() -> None:
    texts = messages_of_real_length(MESSAGES)
    words = [len(text.split()) for text in texts]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"Machine: {os.cpu_count()} cores, {memory:.0f} GiB. Messages: {len(texts)}, words median "
          f"{statistics.median(words):.0f}, p95 {percentile(words, 95):.0f}.\n", flush=True)  # fmt: skip
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with LocalRun(folder) as run:
            rows.append(("start to first answer", f"{seconds_to_first_answer(run):.1f} s"))
            front, bare = asyncio.run(turn_times(run, texts))
            rows += [
                ("turn p50", f"{percentile(front, 50):.1f} ms"),
                ("turn p95", f"{percentile(front, 95):.1f} ms"),
                ("bare Rasa p50", f"{percentile(bare, 50):.1f} ms"),
                ("bare Rasa p95", f"{percentile(bare, 95):.1f} ms"),
                ("front door over bare Rasa, p50", f"{percentile(front, 50) / percentile(bare, 50):.2f} x"),
                ("memory of Rasa", f"{max(megabytes(pid) for pid in run.rasa_pids()):.0f} MB"),
            ]
        if "--no-training" not in sys.argv:
            rows.append(("training", f"{training_seconds(folder):.0f} s"))
    print("| what | measured | target |\n|---|---|---|")
    for what, figure in rows:
        print(f"| {what} | {figure} | {TARGETS.get(what, '')} |")


main()
