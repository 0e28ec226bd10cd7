"""The operations, the same on SQLite and on PostgreSQL."""

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from knowledge import BadInput
from knowledge.schema.intake import Intake
from recommender.store import (
    Conflict,
    Store,
    Taken,
    add_client,
    append,
    delete_client,
    export_client,
    export_version,
    find_client,
    fold,
    history,
    import_client,
    list_clients,
    open_store,
    orders_in_force,
    state,
    tables,
    undo,
)
from tests.recommender.store.conftest import Place
from tests.recommender.store.people import AT, BY, checkin, intake, order, plan


def refused(caught: pytest.ExceptionInfo[BadInput]) -> str:
    (fault,) = caught.value.faults
    return str(fault)


def fill(store: Store) -> str:
    """Add a client with one of everything and return the id."""
    client = add_client(store, intake(), BY, at=AT).id
    append(store, client, "order", order(1), BY, at=AT)
    append(store, client, "order", order(2, until="2026-12-31"), "Jonas Weber", at=AT)
    append(store, client, "plan", plan(), BY, at=AT)
    append(store, client, "program", {"weeks": 4}, BY, at=AT)
    append(store, client, "checkin", checkin(1), BY, at=AT)
    append(store, client, "checkin", checkin(2), BY, at=AT)
    return client


def test_a_client_begins_with_answers_and_is_there_when_the_store_is_opened_again(
    place: Place,
) -> None:
    with open_store(place.where) as store:
        assert list_clients(store) == ()
        added = add_client(store, intake(), BY, at=AT)
    assert (added.id, added.name, added.answered_on) == (
        "maria-g", "Maria Garcia", date(2026, 11, 20)
    )  # fmt: skip
    with open_store(place.where, create=False) as store:
        assert list_clients(store) == (added,)
        (entry,) = history(store, "maria-g")
    assert (entry.number, entry.kind, entry.author, entry.at) == (1, "intake", BY, AT)
    assert entry.body == intake()


def test_the_state_holds_the_newest_of_each_kind_and_every_order_and_check_in(
    store: Store,
) -> None:
    client = fill(store)
    append(store, client, "intake", intake(day=7), "Jonas Weber", at=AT)
    now = state(store, client)
    assert now.number == 8
    assert now.intake.body == intake(day=7)
    assert now.intake.author == "Jonas Weber"
    assert [one.body for one in now.orders] == [order(1), order(2, until="2026-12-31")]
    assert now.plan is not None
    assert now.plan.body == plan()
    assert now.program is not None
    assert now.program.body == {"weeks": 4}
    assert [one.body for one in now.checkins] == [checkin(1), checkin(2)]
    assert now == fold(client, history(store, client))


def test_orders_in_force_are_those_of_answers_and_store_that_have_not_ended(store: Store) -> None:
    own = order(9, until="2026-12-01")
    client = add_client(
        store, intake(orders=[own.model_dump(exclude_unset=True, by_alias=True)]), BY
    ).id
    append(store, client, "order", order(1), BY)
    append(store, client, "order", order(2, until="2026-12-31"), BY)
    now = state(store, client)
    ending, last = order(2, until="2026-12-31"), date(2026, 12, 31)
    assert orders_in_force(now, date(2026, 12, 1)) == (own, order(1), ending)
    assert orders_in_force(now, last) == (order(1), ending)
    assert orders_in_force(now, last + timedelta(days=1)) == (order(1),)


def test_undo_takes_back_step_by_step_and_keeps_everything(store: Store) -> None:
    client = add_client(store, intake(), BY).id
    append(store, client, "checkin", checkin(1), BY)
    append(store, client, "intake", intake("Maria Lopez", day=3), BY)
    assert undo(store, client, "Jonas Weber").undoes == 3
    assert undo(store, client, BY).undoes == 2
    now = state(store, client)
    assert (now.number, now.intake.body, now.checkins) == (5, intake(), ())
    assert list_clients(store)[0].name == "Maria Garcia"
    assert [one.kind for one in history(store, client)] == [
        "intake", "checkin", "intake", "undo", "undo"
    ]  # fmt: skip


def test_an_undo_can_be_undone_again_and_again(store: Store) -> None:
    client = add_client(store, intake(), BY).id
    append(store, client, "checkin", checkin(1), BY)
    for number in range(2, 9):
        undo(store, client, BY, number=number)
        assert (len(state(store, client).checkins) == 1) == (number % 2 == 1)


def test_an_undo_of_an_undo_cannot_take_the_only_answers(store: Store) -> None:
    client = add_client(store, intake(), BY).id
    append(store, client, "intake", intake(day=1), BY)
    for number in (2, 3, 1):
        undo(store, client, BY, number=number)
    with pytest.raises(BadInput, match="version 2 holds the only answers"):
        undo(store, client, BY, number=4)
    assert state(store, client).intake.body == intake(day=1)


def test_one_version_in_the_middle_can_be_undone(store: Store) -> None:
    client = fill(store)
    undo(store, client, BY, number=2)
    assert [one.number for one in state(store, client).orders] == [3]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (None, "version 1 holds the only answers; to remove the client, use delete"),
        (1, "version 1 holds the only answers; to remove the client, use delete"),
        (2, "version 2 is undone already; to bring it back, undo version 5"),
        (3, "version 3 was overtaken by version 5; undo that"),
        (0, "expected a version from 1 to 5, found 0"),
        (6, "expected a version from 1 to 5, found 6"),
    ],
)
def test_what_cannot_be_undone_is_said(store: Store, number: int | None, words: str) -> None:
    client = add_client(store, intake(), BY).id
    append(store, client, "checkin", checkin(1), BY)
    for undone in (2, 3, 4):
        undo(store, client, BY, number=undone)
    with pytest.raises(BadInput) as caught:
        undo(store, client, BY, number=number)
    assert words in refused(caught)
    assert len(history(store, client)) == 5


def test_who_read_an_older_version_is_told_and_nothing_is_written(store: Store) -> None:
    client = add_client(store, intake(), BY).id
    append(store, client, "checkin", checkin(1), BY, expected_number=1)
    with pytest.raises(Conflict, match="changed meanwhile"):
        append(store, client, "checkin", checkin(2), BY, expected_number=1)
    with pytest.raises(Conflict, match="changed meanwhile"):
        undo(store, client, BY, expected_number=1)
    assert len(history(store, client)) == 2


def test_ids_are_made_of_the_name_and_unique(store: Store) -> None:
    names = ["Ana", "Ana", "ANA MARÍA DE LA CRUZ", "王小明", "مريم", None, "Ó", "x" * 200]
    ids = [add_client(store, intake(name), BY).id for name in names]
    assert ids == ["ana", "ana-2", "ana-c", "client", "client-2", "client-3", "o", "x" * 20]


def test_the_id_of_the_answers_is_the_id_of_the_client_and_never_taken_twice(store: Store) -> None:
    assert add_client(store, intake(id="P 0042"), BY).id == "p-0042"
    with pytest.raises(Taken) as caught:
        add_client(store, intake("Ana", id="p-0042"), BY)
    assert "p-0042 is a client already" in refused(caught)
    assert "backplan client update p-0042 INTAKE" in refused(caught)
    with pytest.raises(BadInput, match="which is another client; nothing was added"):
        add_client(store, intake("Ana", id="p-0042"), BY, id="ana")
    assert [one.id for one in list_clients(store)] == ["p-0042"]
    assert add_client(store, intake("Ana", id="p-0042"), BY, id="ana", any_id=True).id == "ana"


def test_answers_with_the_id_of_another_client_are_refused_unless_asked(store: Store) -> None:
    add_client(store, intake(id="one"), BY)
    add_client(store, intake(id="two"), BY)
    with pytest.raises(BadInput, match="carry the id one, which is another client"):
        append(store, "two", "intake", intake(id="one"), BY)
    append(store, "two", "intake", intake(id="three"), BY)
    append(store, "two", "intake", intake(id="one"), BY, any_id=True)
    assert state(store, "two").number == 3


@pytest.mark.parametrize("id_", ["Ana", "a_b", "-a", "a-", "ana maria", "a" * 41, "ñ", "a\nb"])
def test_an_id_that_nobody_could_type_is_refused(store: Store, id_: str) -> None:
    with pytest.raises(BadInput, match="expected small letters, digits and dashes"):
        add_client(store, intake(), BY, id=id_)
    assert list_clients(store) == ()


@pytest.mark.parametrize("author", ["", "x" * 201, "a\nb", "a\0b"])
def test_an_author_is_a_name_on_one_line(store: Store, author: str) -> None:
    with pytest.raises(BadInput, match="expected the name of who writes this"):
        add_client(store, intake(), author)
    assert list_clients(store) == ()


@pytest.mark.parametrize(
    ("called", "found"),
    [
        ("ana", "ana"),
        ("ana-l", "ana-l"),
        ("Ana", "ana"),
        ("ANA LÓ", "ana-l"),
        ("ana lopez", "ana-l"),
        ("王", "client"),
        ("zoe", "zoe"),
        ("joão", "joao"),
    ],
)
def test_a_client_is_found_by_id_or_by_how_id_or_name_begin(
    store: Store, called: str, found: str
) -> None:
    for name in ("Ana", "Ana López", "王小明", "Zoë", "João"):
        add_client(store, intake(name), BY)
    assert find_client(store, called).id == found


def test_who_is_not_found_is_told_with_the_nearest_or_with_all_that_fit(store: Store) -> None:
    for name in ("Maria Garcia", "Maria Gomez", "Marta"):
        add_client(store, intake(name), BY)
    with pytest.raises(BadInput, match=r"no client martha \(did you mean marta\?\)"):
        find_client(store, "martha")
    with pytest.raises(BadInput, match="no client xyz; backplan client list shows all"):
        find_client(store, "xyz")
    with pytest.raises(BadInput, match="mar may be maria-g, maria-g-2, marta; give the id"):
        find_client(store, "mar")
    for number in range(7):
        add_client(store, intake(f"Mark {number}"), BY)
    with pytest.raises(BadInput, match="and 5 more; give the id"):
        find_client(store, "mar")


@pytest.mark.parametrize("call", [state, history, export_client, delete_client])
def test_operations_on_nobody_name_the_nearest(store: Store, call: Any) -> None:
    add_client(store, intake("Marta"), BY)
    with pytest.raises(BadInput, match=r"no client mart \(did you mean marta\?\)"):
        call(store, "mart")


def test_search_looks_into_ids_and_names_without_capitals_and_accents(store: Store) -> None:
    for name in ("Ana López", "Lola", "Anders", None):
        add_client(store, intake(name), BY)
    assert [one.id for one in list_clients(store, "LO")] == ["ana-l", "lola"]
    assert [one.id for one in list_clients(store, "lópez")] == ["ana-l"]
    assert [one.id for one in list_clients(store, "-l")] == ["ana-l"]
    assert list_clients(store, "%") == ()
    assert len(list_clients(store)) == 4


@pytest.mark.parametrize(
    "name", ["[bold]x[/bold]", "'; DROP TABLE client; --", "a\0b", "\N{RIGHT-TO-LEFT OVERRIDE}x"]
)
def test_names_come_back_as_they_were(store: Store, name: str) -> None:
    client = add_client(store, intake(name), BY).id
    assert state(store, client).intake.body.name == name


def test_times_are_kept_in_utc_and_whole_seconds(store: Store) -> None:
    at = datetime(2026, 11, 30, 9, 15, 7, 999_999, tzinfo=timezone(timedelta(hours=1)))
    client = add_client(store, intake(), BY, at=at).id
    (entry,) = history(store, client)
    assert entry.at.isoformat() == "2026-11-30T08:15:07+00:00"


def test_a_document_of_another_kind_is_never_stored(store: Store) -> None:
    client = add_client(store, intake(), BY).id
    with pytest.raises(ValueError, match="Intake"):
        append(store, client, "intake", order(), BY)
    with pytest.raises(ValueError, match="survive"):
        append(store, client, "checkin", {"pain": float("nan")}, BY)
    broken = intake().model_copy(update={"days": {}})
    with pytest.raises(ValueError, match="days"):
        append(store, client, "intake", broken, BY)
    assert len(history(store, client)) == 1


def test_a_stored_document_that_no_longer_fits_is_named(store: Store) -> None:
    client = add_client(store, intake(), BY).id
    with store.access("write") as connection:
        connection.execute(tables.version.update().values(body='{"name": "Ana", "days": {}}'))
    with pytest.raises(BadInput) as caught:
        state(store, client)
    assert "maria-g version 1 (intake).screening: Field required" in str(caught.value)


def test_an_export_comes_back_unchanged_in_the_same_and_in_another_store(
    store: Store, tmp_path: Path
) -> None:
    client = fill(store)
    undo(store, client, BY, at=AT)
    undo(store, client, BY, number=8, at=AT)
    undo(store, client, BY, number=2, at=AT)
    before, text = history(store, client), export_client(store, client)
    delete_client(store, client)
    assert import_client(store, text, "x.json").id == client
    assert history(store, client) == before
    assert export_client(store, client) == text
    with open_store(tmp_path / "other.db") as other:
        assert import_client(other, text, "x.json", id="new").id == "new"
        assert history(other, "new") == before
        assert state(other, "new").intake == state(store, client).intake
    with pytest.raises(Taken):
        import_client(store, text, "x.json")


def test_one_version_is_exported_as_the_file_that_others_read(store: Store) -> None:
    client = fill(store)
    text = export_version(store, client, 1)
    assert Intake.model_validate_json(text) == intake()
    assert json.loads(text)["days"] == {"mon": {"minutes": 30}}
    assert "goal" not in json.loads(text)
    undo(store, client, BY)
    with pytest.raises(BadInput, match="8: is an undo and holds no document"):
        export_version(store, client, 8)
    with pytest.raises(BadInput, match="9: 1 to 8 are there"):
        export_version(store, client, 9)


def test_delete_erases_every_version_and_nobody_else(store: Store) -> None:
    client = fill(store)
    other = add_client(store, intake("Ana"), BY).id
    delete_client(store, client)
    assert [one.id for one in list_clients(store)] == [other]
    with store.access("read") as connection:
        assert len(connection.execute(select(tables.version)).all()) == 1
    assert fill(store) == client
    assert len(history(store, client)) == 7


def test_a_reader_of_a_server_sees_one_moment(shared_database: str) -> None:
    """A writer of a file waits for its readers; here nobody waits."""
    query = select(tables.version.c.number)
    with open_store(shared_database) as store:
        client = add_client(store, intake(), BY).id
        with store.access("read") as connection:
            before = connection.execute(query).all()
            append(store, client, "checkin", checkin(), BY)
            assert connection.execute(query).all() == before
        delete_client(store, client)


def test_a_store_that_cannot_be_compacted_says_that_the_client_is_erased(
    shared_database: str,
) -> None:
    with open_store(shared_database) as other, open_store(shared_database, wait_s=0.1) as store:
        client = add_client(store, intake(), BY).id
        with other.access("read") as connection:
            connection.execute(select(tables.version)).all()
            with pytest.raises(BadInput, match="erased, but the store could not be compacted: is"):
                delete_client(store, client)
        assert client not in [one.id for one in list_clients(store)]
