"""The console command. It imports the rest inside, so that Ctrl-C while loading is quiet too."""

import sys

from cli.exit_codes import BAD_INPUT, INTERRUPTED


def main() -> None:
    """Run the command line; the errors of people are one line each."""
    try:
        from cli.guard import guard

        guard()
        from cli.app import app

        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if _is_interrupt(error):
            sys.exit(INTERRUPTED)
        from knowledge import BadInput

        if not isinstance(error, BadInput):
            raise
        sys.stderr.write("".join(f"error: {fault}\n" for fault in error.faults))
        sys.exit(BAD_INPUT)


def _is_interrupt(error: BaseException | None) -> bool:
    """Return whether Ctrl-C is behind an error; a native module that it hits fails to import."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None
