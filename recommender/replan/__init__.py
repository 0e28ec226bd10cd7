"""What becomes of a plan when something changes: re-planning, edits by hand, and swaps."""
