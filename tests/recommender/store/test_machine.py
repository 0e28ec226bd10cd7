"""A state machine drives the store beside a plain model in memory, on both databases."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from knowledge import BadInput
from recommender.store import (
    Kind,
    Store,
    add_client,
    append,
    delete_client,
    export_client,
    find_client,
    fold,
    history,
    import_client,
    list_clients,
    open_store,
    state,
    tables,
    undo,
)
from tests.recommender.store.people import AT, BY, checkin, intake, order, plan

NAMES = st.sampled_from(["Ana", "Ana López", "Maria Garcia", "王小明", None])
DOCUMENTS = st.one_of(
    st.tuples(st.just("intake"), st.builds(intake, NAMES, st.integers(0, 9))),
    st.tuples(st.just("order"), st.builds(order, st.integers(1, 99))),
    st.tuples(st.just("plan"), st.builds(plan)),
    st.tuples(st.just("program"), st.fixed_dictionaries({"weeks": st.integers(1, 9)})),
    st.tuples(st.just("checkin"), st.builds(checkin, st.integers(1, 99))),
)


@dataclass
class Model:
    """What a client should be: all that was added, and which of it does not stand."""

    added: list[tuple[str, Any]] = field(default_factory=list)
    undone: set[int] = field(default_factory=set)

    def add(self, kind: str, body: Any) -> None:
        self.added.append((kind, body))

    def stands(self, kind: str) -> list[Any]:
        return [
            body
            for number, (one, body) in enumerate(self.added, 1)
            if one == kind and number not in self.undone
        ]

    def last(self, kind: str) -> Any:
        return next(reversed(self.stands(kind)), None)

    def may_undo(self, number: int) -> bool:
        """Say whether a version can be undone, for one that is no undo itself."""
        kind, _ = self.added[number - 1]
        only = kind == "intake" and len(self.stands("intake")) == 1
        return kind != "undo" and number not in self.undone and not only


class Machine(RuleBasedStateMachine):
    """Adds, undoes, erases and moves clients, opening the store anew in between."""

    where: str
    clients = Bundle("clients")

    @initialize()
    def open(self) -> None:
        self.people: dict[str, Model] = {}
        self.stack = ExitStack()
        self.store: Store = self.stack.enter_context(open_store(self.where))
        with self.store.access("write") as connection:
            connection.execute(tables.client.delete())

    @rule()
    def open_again(self) -> None:
        self.stack.close()
        self.store = self.stack.enter_context(open_store(self.where, create=False))

    @precondition(lambda self: len(self.people) < 2)
    @rule(target=clients, name=NAMES)
    def add(self, name: str | None) -> str:
        answers = intake(name)
        client = add_client(self.store, answers, BY, at=AT)
        assert client.id not in self.people
        self.people[client.id] = Model()
        self.people[client.id].add("intake", answers)
        return client.id

    @rule(client=clients, documents=st.lists(DOCUMENTS, min_size=1, max_size=4))
    def append(self, client: str, documents: list[tuple[Kind, Any]]) -> None:
        model = self.people[client]
        for kind, body in documents:
            expected = len(model.added)
            version = append(self.store, client, kind, body, BY, expected_number=expected, at=AT)
            model.add(kind, body)
            assert version.number == len(model.added)

    @rule(client=clients, document=DOCUMENTS, lag=st.integers(1, 3))
    def append_too_late(self, client: str, document: tuple[Kind, Any], lag: int) -> None:
        expected = len(self.people[client].added) - lag
        with pytest.raises(BadInput, match="changed meanwhile"):
            append(self.store, client, *document, BY, expected_number=expected)

    @rule(client=clients)
    def undo_last(self, client: str) -> None:
        model = self.people[client]
        last = max(n for n in range(1, len(model.added) + 1)
                   if model.added[n - 1][0] != "undo" and n not in model.undone)  # fmt: skip
        if not model.may_undo(last):
            with pytest.raises(BadInput, match="the only answers"):
                undo(self.store, client, BY)
            return
        assert undo(self.store, client, BY, at=AT).undoes == last
        model.add("undo", last)
        model.undone.add(last)

    @rule(client=clients, data=st.data(), an_undo=st.booleans())
    def undo_any(self, client: str, data: st.DataObject, an_undo: bool) -> None:
        model = self.people[client]
        undos = [number for number, one in enumerate(model.added, 1) if one[0] == "undo"]
        every = range(1, len(model.added) + 1)
        number = data.draw(st.sampled_from(undos if an_undo and undos else every), label="number")
        kind, named = model.added[number - 1]
        again = kind == "undo" and number == max(
            at for at, one in enumerate(model.added, 1) if one == ("undo", named)
        )
        takes_answers_back = again and named not in model.undone and not model.may_undo(named)
        if not (again or model.may_undo(number)) or takes_answers_back:
            with pytest.raises(BadInput):
                undo(self.store, client, BY, number=number)
            return
        target = named if again else number
        assert undo(self.store, client, BY, number=number, at=AT).undoes == target
        model.add("undo", target)
        model.undone ^= {target}

    @rule(target=clients, client=consumes(clients), data=st.data())
    def delete(self, client: str, data: st.DataObject) -> Any:
        text = export_client(self.store, client)
        delete_client(self.store, client)
        model = self.people.pop(client)
        if not data.draw(st.booleans(), label="bring back"):
            return multiple()
        assert import_client(self.store, text, "export.json").id == client
        assert export_client(self.store, client) == text
        self.people[client] = model
        return client

    @invariant()
    def the_store_is_the_model(self) -> None:
        if not hasattr(self, "people"):
            return
        found = {one.id: one for one in list_clients(self.store)}
        assert set(found) == set(self.people)
        for client, model in self.people.items():
            entries = history(self.store, client)
            assert [(one.kind, one.undoes or one.body) for one in entries] == model.added
            assert [one.number for one in entries] == list(range(1, len(entries) + 1))
            now = state(self.store, client)
            assert now == fold(client, entries)
            newest = model.last("intake")
            assert now.intake.body == newest
            assert (found[client].name, found[client].answered_on) == (
                newest.name, newest.answered_on
            )  # fmt: skip
            assert find_client(self.store, client) == found[client]
            assert [one.body for one in now.orders] == model.stands("order")
            assert [one.body for one in now.checkins] == model.stands("checkin")
            assert (now.plan and now.plan.body) == model.last("plan")
            assert (now.program and now.program.body) == model.last("program")

    def teardown(self) -> None:
        self.stack.close()


@pytest.fixture
def file() -> Iterator[str]:
    memory = Path("/dev/shm")  # the disk has its own tests
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield str(Path(folder) / "store.db")


@pytest.mark.parametrize(("kind", "examples"), [("file", 20), ("shared_database", 4)])
def test_the_store_does_what_a_list_in_memory_does(
    kind: str, examples: int, request: pytest.FixtureRequest
) -> None:
    machine = type("Located", (Machine,), {"where": request.getfixturevalue(kind)})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=35)
    )
