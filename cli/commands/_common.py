"""What several commands share."""

import datetime

from knowledge import BadInput, Fault


def parse_date(option: str, text: str | None) -> datetime.date | None:
    """Return the date of an option such as 2026-11-30; raise `BadInput` otherwise."""
    if text is None:
        return None
    try:
        date = datetime.date.fromisoformat(text)
        if not 1900 <= date.year < 2200:
            raise ValueError
        return date
    except ValueError:
        message = f"expected a date such as 2026-11-30, found {text}"
        raise BadInput([Fault(option, None, "", message)]) from None
