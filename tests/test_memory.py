import math
import os

import pytest

from shapzero_lite._memory import check_memory, count_all


def test_what_fits_is_let_through_and_what_does_not_says_both_sizes(monkeypatch):
    pages = {"SC_PHYS_PAGES": 2**20, "SC_PAGE_SIZE": 2**12}  # 4 GiB
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    check_memory(4 * 2**30, "this")
    with pytest.raises(ValueError, match=r"^this would need 6\.0 GiB .* this machine has 4\.0 GiB"):
        check_memory(6 * 2**30, "this")
    with pytest.raises(ValueError, match=r"1\.0e\+12 GiB"):
        check_memory(1e12 * 2**30, "this")
    with pytest.raises(ValueError, match="inf GiB"):
        check_memory(math.inf, "this")


def test_a_machine_that_does_not_tell_its_memory_is_trusted(monkeypatch):
    def unknown(_):
        raise ValueError

    monkeypatch.setattr(os, "sysconf", unknown)
    check_memory(2**50, "this")


def test_powers_beyond_every_float_are_infinite():
    assert count_all(4, 10) == 4.0**10
    assert count_all(20, 1000) == math.inf
