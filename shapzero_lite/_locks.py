"""A folder that two runs must not fill at the same time."""

from __future__ import annotations


def lock(handle: int) -> bool:
    """Lock an open file or folder until it is closed; False where another process holds it.

    The operating system frees the lock when the process ends, however it ends. Where there are no
    such locks (Windows, some network folders) the answer is True.
    """
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
