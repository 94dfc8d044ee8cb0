"""Visitor and operator on two servers that share a database and a Redis talk as live as on one."""

from pathlib import Path
from typing import Any

from bot.keys import DATABASE
from tests.web.conftest import Opens


async def test_a_visitor_of_one_server_and_an_operator_of_the_other_talk_live(
    opens: Opens, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {"database_url": database_url, "redis_url": redis_url, "data_dir": tmp_path / "data"}
    of_visitor, of_operator = await opens(**settings), await opens(**settings)
    assert of_visitor.app[DATABASE] is not of_operator.app[DATABASE]
    operator, visitor = await of_operator.operator("anna"), await of_visitor.visitor()
    async with visitor.line() as line, operator.console() as console:
        await line.say("ik wil een mens spreken")
        await line.until("state", state="waiting", queue_position=1)
        while not (await console.until("queue"))["waiting"]:
            pass
        await operator.claim(visitor)
        await line.until("state", state="with_operator")
        await line.say("Bent u daar?")
        await console.until("message", text="Bent u daar?")
        await console.send("typing", conversation=visitor.conversation_id)
        await line.until("typing", speaker="operator")
        await console.say("Ja.", conversation=visitor.conversation_id)
        await line.until("message", speaker="operator", text="Ja.")
        await operator.close(visitor)
        await line.until("state", state="closed")
        await operator.log_out()
        assert await console.closed() == 4401
    seqs = [frame["seq"] for frame in line.messages]
    assert seqs == sorted(set(seqs)), "each message once, in order"
