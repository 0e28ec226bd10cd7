"""Why a plan is as it is, why something is not in it, and what another answer would change.

Every claim is solved for: a week that would have been is made by the same model as the plan and
goes through the same independent check, and only what was solved is said.
"""

FORMATS = ("text", "json")

TRIES = 24
"""How many alternatives are tried for all items together, unless asked otherwise."""
