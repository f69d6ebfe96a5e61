"""What holds for all tests: where they run in the background, programs that they start can still be interrupted."""

import signal


def pytest_configure():
    # A shell that starts a job in the background lets it ignore Ctrl-C, and so would whatever the job starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
