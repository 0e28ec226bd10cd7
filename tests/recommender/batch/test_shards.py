"""Shards: every person is in exactly one, and array jobs name theirs."""

import pytest

from knowledge import BadInput
from recommender.batch.rows import Row
from recommender.batch.shards import Shard, read_shard

ROWS = [Row(number, {}) for number in range(2, 12)]


@pytest.mark.parametrize("count", [1, 3, 7, 20])
def test_every_person_is_in_one_shard(count: int) -> None:
    parts = [list(Shard(number, count).of(ROWS)) for number in range(1, count + 1)]
    assert sorted((row for part in parts for row in part), key=lambda row: row.number) == ROWS


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "4"}, Shard(3, 4)),
        (
            {"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_COUNT": "4",
             "SLURM_ARRAY_TASK_MIN": "0"},
            Shard(1, 4),
        ),
        (
            {"SLURM_ARRAY_TASK_ID": "30", "SLURM_ARRAY_TASK_COUNT": "4",
             "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_STEP": "10"},
            Shard(3, 4),
        ),
        ({"SGE_TASK_ID": "2", "SGE_TASK_FIRST": "1", "SGE_TASK_LAST": "5"}, Shard(2, 5)),
        ({"LSB_JOBINDEX": "5", "LSB_JOBINDEX_END": "5"}, Shard(5, 5)),
        ({"PBS_ARRAY_INDEX": "1", "PBS_ARRAY_COUNT": "2"}, Shard(1, 2)),
        ({"AWS_BATCH_JOB_ARRAY_INDEX": "0", "AWS_BATCH_JOB_ARRAY_SIZE": "9"}, Shard(1, 9)),
        ({"SGE_TASK_ID": "undefined", "PBS_ARRAY_INDEX": "2", "PBS_ARRAY_COUNT": "2"}, Shard(2, 2)),
    ],
)  # fmt: skip
def test_array_jobs_name_their_shard(variables: dict[str, str], expected: Shard) -> None:
    assert read_shard("auto", variables) == expected


@pytest.mark.parametrize(
    ("text", "variables", "words"),
    [
        ("3", {}, "expected a number such as 2/16"),
        ("0/4", {}, "part 0 of 4"),
        ("5/4", {}, "part 5 of 4"),
        ("auto", {}, "this is no task of an array job"),
        ("auto", {"SLURM_ARRAY_TASK_ID": "3"}, "part 3 of 0"),
        ("auto", {"SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_COUNT": "3"}, "part 9 of 3"),
    ],
)
def test_what_is_no_shard(text: str, variables: dict[str, str], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_shard(text, variables)


def test_files_of_shards_have_their_number() -> None:
    assert Shard(1, 1).name("results", ".jsonl") == "results.jsonl"
    assert Shard(2, 16).name("results", ".jsonl") == "results.2-of-16.jsonl"
