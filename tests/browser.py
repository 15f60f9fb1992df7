"""A real browser for tests: Debian's Chromium without a window, with a fresh profile, driven by Selenium."""

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FLAGS = [
    *(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
    ),
    *("--disable-component-update", "--disable-sync", "--force-prefers-reduced-motion"),
]
PATIENCE = 30  # seconds: a busy machine is slow


def missing() -> str:
    """Why there is no browser here; empty if there is."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "selenium is not installed"
    absent = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    return f"{' and '.join(absent)} not installed: as root, apt-get install chromium chromium-driver" if absent else ""


class Browser:
    """One window: opens pages, presses keys, and knows what went wrong and what was asked of the network."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, page: Path, anchor: str = "") -> None:
        """Open a page from the start, and wait until all of it is drawn."""
        self.driver.get("about:blank")
        self.driver.get(f"{page.as_uri()}{anchor}")
        self.until("document.documentElement.dataset.ready === 'all'")

    def look(self, width: int = 1280, height: int = 900, *, dark: bool = False, medium: str = "") -> None:
        """Set the size of the window, the colour scheme and the medium."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium, "features": scheme})

    def js(self, code: str, *arguments: object) -> Any:
        """The value of an expression in the page."""
        return self.driver.execute_script(f"return {code}", *arguments)

    def until(self, condition: str) -> Any:
        """Wait until an expression is true."""
        from selenium.webdriver.support.wait import WebDriverWait

        return WebDriverWait(self.driver, PATIENCE, poll_frequency=0.02).until(lambda _: self.js(condition), condition)

    def text(self, selector: str) -> str:
        """What a reader sees in an element."""
        return str(self.js("document.querySelector(arguments[0]).innerText", selector))

    def texts(self, selector: str) -> list[str]:
        """What a reader sees in each of some elements."""
        return list(self.js("[...document.querySelectorAll(arguments[0])].map((each) => each.innerText)", selector))

    def click(self, selector: str) -> None:
        """Click on an element."""
        self.js("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", selector)
        self.driver.find_element("css selector", selector).click()

    def click_at(self, selector: str, across: float, down: float) -> None:
        """Click on a point of an element, as shares of its width and height, with the real pointer."""
        self.js("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", selector)
        x, y = self.js(
            "(([box]) => [box.left + box.width * arguments[1], box.top + box.height * arguments[2]])"
            "([document.querySelector(arguments[0]).getBoundingClientRect()])",
            selector, across, down,
        )  # fmt: skip
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            event = {
                "type": kind,
                "x": x,
                "y": y,
                "button": "none" if kind == "mouseMoved" else "left",
                "clickCount": 1,
            }
            self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", event)

    def choose(self, selector: str, key: str) -> None:
        """Choose an item of a list."""
        from selenium.webdriver.support.select import Select

        Select(self.driver.find_element("css selector", selector)).select_by_value(key)

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def picture(self) -> bytes:
        """What the window shows, as a PNG."""
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"])

    def complaints(self) -> list[str]:
        """What the console said since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses that the network was asked for since the last call: not files, nor what the policy stopped."""
        asked: dict[str, str] = {}
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked[message["params"]["requestId"]] = message["params"]["request"]["url"]
            elif message["method"] == "Network.loadingFailed" and message["params"].get("blockedReason") == "csp":
                asked.pop(message["params"]["requestId"], None)
        return [url for url in asked.values() if urlsplit(url).scheme not in ("file", "data", "about", "chrome")]


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile; it is closed in the end."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    add: Callable[[str], None] = options.add_argument
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        add(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
