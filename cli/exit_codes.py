"""What the exit code of every command means."""

PLAN = 0
BUG = 1
BAD_INPUT = 2
REFERRED = 3
IMPOSSIBLE = 4
INTERRUPTED = 130
READER_GONE = 141

OF_STATUS = {
    "optimal": PLAN,
    "feasible": PLAN,
    "referred": REFERRED,
    "impossible": IMPOSSIBLE,
}
"""The exit code that a plan of each status means."""
