"""Writes check-ins, the answers that they change, and their orders, as files to be read again."""

from collections.abc import Mapping, Sequence

import yaml

from knowledge import Intake, Order
from knowledge.schema.checkin import CheckIn
from recommender.replan.adopt import orders_text as plain_orders_text


def checkin_text(checkin: CheckIn) -> str:
    """Return the text of a check-in file, from which `read_checkin` reads the same."""
    body = _yaml(checkin.model_dump(exclude_none=True))
    return f"# A check-in, from `backplan checkin`.\n{body}"


def answers_text(intake: Intake) -> str:
    """Return the text of a file of answers, from which `read_intake` reads the same."""
    body = _yaml(intake.model_dump(exclude_none=True, exclude_unset=True))
    return f"# Answers with what a check-in told since, from `backplan checkin`.\n{body}"


def orders_text(orders: Sequence[Order]) -> str:
    """Return the text of a file of orders, from which `read_orders` reads the same."""
    return (
        f"# Orders of check-ins: the next check-in writes them anew.\n{plain_orders_text(orders)}"
    )


def _yaml(content: Mapping[str, object]) -> str:
    text: str = yaml.dump(
        content,
        Dumper=_Plain,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=1000,
    )
    return text


class _Plain(yaml.SafeDumper):
    """Writes every value where it stands, because anchors are not read back."""

    def ignore_aliases(self, data: object) -> bool:
        """Return that nothing is written once for several places."""
        return True
