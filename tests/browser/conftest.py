"""The browser that all tests of this folder drive."""

import shutil

import pytest

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, driven by Playwright."""
    api = pytest.importorskip("playwright.sync_api", reason="extra `browser` is absent: playwright")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with api.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()
