from collections.abc import Iterator

import pytest

from tests.stack.local_run import LocalRun


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """The whole of Eerste Stap: front door, Rasa with the trained model, actions."""
    with LocalRun(tmp_path_factory.mktemp("run")) as local_run:
        local_run.wait_until_ready()
        yield local_run
