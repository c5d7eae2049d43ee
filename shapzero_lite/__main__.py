"""`python -m shapzero_lite` is the command `shapzero-lite`."""

from shapzero_lite._command import main

if __name__ == "__main__":
    raise SystemExit(main())
