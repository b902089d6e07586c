"""A headless Chromium that says what it was asked to load and what it complained about."""

import json
import pathlib

from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait


class Browser:
    def __init__(self, profile, width=1440, height=1000):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--disable-extensions", "--no-first-run", "--hide-scrollbars", "--disable-background-networking",
                         "--force-device-scale-factor=1", f"--window-size={width},{height}", f"--user-data-dir={profile}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(120)
        self.driver.set_script_timeout(30)

    def quit(self):
        self.driver.quit()

    def open(self, path):
        """Loads a page of the disk and waits until it has drawn itself."""
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(pathlib.Path(path).resolve().as_uri())
        WebDriverWait(self.driver, 30).until(lambda _: self.run("return document.documentElement.dataset.ready"))
        self.frames(2)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def frames(self, count):
        """Lets so many animation frames pass."""
        self.driver.execute_async_script(
            "const done = arguments[1]; let left = arguments[0];"
            "const tick = () => { if (left-- > 0) requestAnimationFrame(tick); else done(); }; tick();", count)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        """Texts as the document has them, whether seen or not."""
        return self.run("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)

    def complaints(self):
        """What the console has said since the page was opened."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """Addresses that the page asked for since then, its own among them; not those of the browser's first tab."""
        addresses = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] != "Network.requestWillBeSent":
                continue
            if not message["params"]["documentURL"].startswith("chrome:"):
                addresses.append(message["params"]["request"]["url"])
        return addresses

    def has_dialog(self):
        try:
            self.driver.switch_to.alert.dismiss()
            return True
        except NoAlertPresentException:
            return False

    def pixel(self, selector, x, y, alpha=False):
        """Colour of a canvas at a place within it, as "r,g,b" or "r,g,b,a"; places are those of the page's layout."""
        return self.run(
            "const c = document.querySelector(arguments[0]); const k = c.width / c.clientWidth;"
            "const copy = document.createElement('canvas'); copy.width = copy.height = 1;"
            "const paint = copy.getContext('2d'); paint.drawImage(c, -Math.round(arguments[1] * k), -Math.round(arguments[2] * k));"
            "return [...paint.getImageData(0, 0, 1, 1).data].slice(0, arguments[3] ? 4 : 3).join()",
            selector, x, y, alpha)

    def colour(self, name):
        """A colour of the style sheet, as "r,g,b"."""
        return self.run(
            "const e = document.createElement('canvas').getContext('2d');"
            "e.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--' + arguments[0]).trim();"
            "e.fillRect(0, 0, 1, 1); return [...e.getImageData(0, 0, 1, 1).data].slice(0, 3).join()", name)

    def place_of(self, selector, time, end):
        """Where a time lies on the canvas, with the whole run shown."""
        width = self.run("return document.querySelector(arguments[0]).clientWidth", selector)
        return 44 + (width - 54) * time / end
