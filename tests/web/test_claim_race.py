"""Two servers, one database: however many operators claim at once, exactly one wins and the others are told."""

import asyncio
from pathlib import Path

from tests.web.clients import Answer
from tests.web.conftest import Opens
from tests.web.front import Front

OPERATORS = 20
ROUNDS = 4


async def two_servers(opens: Opens, database_url: str, tmp_path: Path) -> tuple[Front, Front]:
    """They share the database and, by the data folder, the master key."""
    one, two = [await opens(database_url=database_url, data_dir=tmp_path / "data") for _ in range(2)]
    return one, two


async def test_twenty_operators_claim_at_once_over_two_servers_and_exactly_one_wins(
    opens: Opens, database_url: str, tmp_path: Path
) -> None:
    one, two = await two_servers(opens, database_url, tmp_path)
    names = [f"medewerker{number}" for number in range(OPERATORS)]
    for name in names:
        await one.add_operator(name)
    operators = await asyncio.gather(*((one if number % 2 else two).log_in(name) for number, name in enumerate(names)))
    for _ in range(ROUNDS):
        visitor = await one.visitor()
        await visitor.say("ik wil een mens spreken")
        answers: list[Answer] = await asyncio.gather(*(operator.claim(visitor) for operator in operators))
        outcomes = sorted((answer.status, answer.code) for answer in answers)
        assert outcomes == [(200, "")] + [(409, "already_claimed")] * (OPERATORS - 1)
        has_it = [operator for operator in operators if (await operator.read(visitor)).status == 200]
        winner = [operator for operator, answer in zip(operators, answers, strict=True) if answer.status == 200]
        assert has_it == winner
        said = (await visitor.messages()).said
        assert [text for who, text in said if who == "system" and "is er nu" in text] == [
            f"{winner[0].username.capitalize()} is er nu. Je praat met een mens. De chatbot is stil."
        ], "the visitor is told once, and the name of the one who has it"


async def test_a_claim_and_the_visitors_end_at_once_leave_no_conversation_in_between(
    opens: Opens, database_url: str, tmp_path: Path
) -> None:
    one, two = await two_servers(opens, database_url, tmp_path)
    operator = await two.operator("anna")
    for _ in range(ROUNDS):
        visitor = await one.visitor()
        await visitor.say("ik wil een mens spreken")
        claimed, ended = await asyncio.gather(operator.claim(visitor), visitor.end())
        assert ended.status == 200
        assert (claimed.status, claimed.code) in [(200, ""), (409, "conversation_closed")]
        assert (await visitor.messages()).body["state"] == "closed"
        assert (await operator.queue())["waiting"] == []


async def test_one_message_sent_to_two_servers_at_once_is_stored_once(
    opens: Opens, database_url: str, tmp_path: Path
) -> None:
    one, two = await two_servers(opens, database_url, tmp_path)
    for number in range(ROUNDS):
        visitor = await one.visitor()
        body = {"text": "Hallo", "client_id": f"c-{number}"}
        headers = visitor.authorization
        posts = [front.http.post(f"{visitor.path}/messages", json=body, headers=headers) for front in (one, two) * 4]
        responses = await asyncio.gather(*posts)
        assert {response.status for response in responses} == {200}
        for response in responses:
            response.release()
        said = (await visitor.messages()).said
        assert [who for who, _ in said].count("visitor") == 1
        assert [who for who, _ in said].count("assistant") == 1


async def test_many_visitors_of_two_servers_speak_at_once_and_nothing_is_lost_or_mixed_up(
    opens: Opens, database_url: str, tmp_path: Path
) -> None:
    fronts = await two_servers(opens, database_url, tmp_path)
    visitors = [await fronts[number % 2].visitor() for number in range(12)]
    answers = await asyncio.gather(
        *(visitor.say(f"Ik ben {n}, bericht {i}") for n, visitor in enumerate(visitors) for i in range(4))
    )
    assert {answer.status for answer in answers} == {200}
    for number, visitor in enumerate(visitors):
        kept = (await visitor.messages()).body["messages"]
        assert [message["seq"] for message in kept] == list(range(1, 9))
        said = {message["text"] for message in kept if message["from"] == "visitor"}
        assert said == {f"Ik ben {number}, bericht {i}" for i in range(4)}
