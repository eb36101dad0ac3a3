#!/usr/bin/env python3
"""The page of `thaw explain --html` in a real browser: what it shows, and that names do no harm.

Usage: explain_page_test.py THAW GOLDEN FOUNDING_CASE [--rows N] [--keep FOLDER]. Needs Chromium
(Debian: chromium); exits 77, with the reason, where there is none. A script of the test is put
behind the page's own: it uses the page as a person would and writes down what it saw.
"""

import argparse
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome"]

USE_PAGE = """<script>
window.addEventListener("load", () => setTimeout(async () => {
  const rest = () => new Promise((done) => setTimeout(done, 300));
  const rows = () => [...document.querySelectorAll("#scroll .row")];
  const key = (element, name) => element.dispatchEvent(
      new KeyboardEvent("keydown", {key: name, bubbles: true, cancelable: true}));
  const grid = document.getElementById("grid"), scroll = document.getElementById("scroll");
  const search = document.getElementById("search");
  const look = () => ({count: Number(grid.getAttribute("aria-rowcount")) - 1, drawn: rows().length,
                       text: rows().map((row) => row.innerText)});
  const seen = {title: document.title, heading: document.getElementById("path").innerText};
  seen.cards = document.getElementById("cards").innerText;
  document.querySelectorAll("#findings .more").forEach((button) => button.click());
  seen.findings = document.getElementById("findings").innerText;
  seen.requests = performance.getEntriesByType("resource").map((entry) => entry.name);
  seen.elements = [...new Set([...document.body.querySelectorAll("*")].map((e) => e.tagName))];
  seen.all = look();
  for (const name of ["restored", "kept", "unused", "problems"]) {
    document.querySelector(`[data-filter=${name}]`).click();
    seen[name] = look();
  }
  document.querySelector("[data-filter=all]").click();
  scroll.focus();
  key(scroll, "ArrowDown");
  seen.first = document.getElementById("detail").innerText;
  seen.active = scroll.getAttribute("aria-activedescendant");
  key(scroll, "End");
  await rest();
  seen.end = look();
  seen.endSelected = rows().filter((r) => r.getAttribute("aria-selected") === "true").length;
  key(scroll, "Home");
  key(document.body, "/");
  seen.slashFocuses = document.activeElement === search;
  search.value = "@SEARCH@";
  search.dispatchEvent(new Event("input"));
  await rest();
  seen.searched = look();
  key(search, "Escape");
  await rest();
  seen.cleared = look();
  seen.pwned = window.pwned === true;
  const result = document.createElement("pre");
  result.id = "result";
  result.textContent = JSON.stringify(seen);
  document.body.append(result);
}, 0));
</script></body>"""


def see(browser: str, page: pathlib.Path, search: str) -> dict:
    """What the test's script saw in the page."""
    text = page.read_text(encoding="utf-8")
    used = page.with_name("used-" + page.name)
    # The last </body> is the template's: no name can contain one.
    head, _, tail = text.rpartition("</body>")
    used.write_text(head + USE_PAGE.replace("@SEARCH@", search) + tail, encoding="utf-8")
    with tempfile.TemporaryDirectory() as profile:
        run = subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
             "--virtual-time-budget=20000", "--window-size=1360,1000", "--dump-dom",
             used.as_uri()], capture_output=True, text=True, encoding="utf-8", timeout=240)
    found = re.search(r'<pre id="result">(.*?)</pre>', run.stdout, re.DOTALL)
    assert found, f"the page's script ended early: {run.stderr[-2000:]}"
    return json.loads(html.unescape(found.group(1)))


class Test:
    def __init__(self, arguments: argparse.Namespace, folder: pathlib.Path, browser: str):
        self.arguments = arguments
        self.folder = folder
        self.browser = browser

    def page(self, checkpoint: str, variables: list, pairs: list) -> pathlib.Path:
        model, map_file = self.folder / "model.json", self.folder / "map.json"
        model.write_text(json.dumps({"variables": variables}))
        map_file.write_text(json.dumps(pairs))
        page = self.folder / "page.html"
        run = subprocess.run([self.arguments.thaw, "explain", checkpoint, "--model", model, "--map",
                              map_file, "--html", page, "--json"], capture_output=True)
        assert run.returncode in (0, 1), run.stderr
        return page

    def founding_case(self) -> None:
        """The variable outside the store is there with its reason and advice."""
        case = pathlib.Path(self.arguments.founding_case)
        variables = json.loads((case / "model.json").read_text())["variables"]
        seen = see(self.browser, self.page(str(case / "model-0"), variables, [["/", "/"]]), "bar")

        assert "1 of 2" in seen["cards"], seen["cards"]
        assert seen["all"]["count"] == 3, seen["all"]
        assert seen["restored"]["count"] == seen["kept"]["count"] == seen["unused"]["count"] == 1
        assert "bar" in seen["restored"]["text"][0] and "scope" in seen["restored"]["text"][0]
        assert "not in store" in seen["kept"]["text"][0]
        assert "not_in_store" in seen["findings"]
        assert '"foo": {"variable": "foo"}' in seen["first"], seen["first"]
        assert seen["active"] == "row-0" and seen["endSelected"] == 1
        assert seen["slashFocuses"] and seen["searched"]["count"] == 1
        assert seen["cleared"]["count"] == 3
        assert seen["requests"] == [], "the page asked for something"

    def hostile_names(self) -> None:
        """Names that are markup, and bytes that are no UTF-8, are shown as text."""
        golden = pathlib.Path(self.arguments.golden)
        attacks = ["</script><script>window.pwned = true</script>",
                   "<img src=x onerror='window.pwned = true'>/", "<!--<script>", "]]>", "\u202egnp",
                   "</body><script>window.pwned = true</script>"]
        variables = [{"made_by": "get_variable", "name": "w", "shape": []}]
        pairs = [[attack, "w"] for attack in attacks] + [["/", "/"]]
        seen = see(self.browser, self.page(str(golden / "odd_names"), variables, pairs), "script")

        assert not seen["pwned"] and seen["title"].startswith("thaw explain: ")
        assert "</script><script>" in seen["findings"], "shown as it is"
        assert "\\u202e" in seen["findings"], "a mark that turns text round is spelled out"
        assert not {"IMG", "IFRAME", "OBJECT"} & set(seen["elements"])
        assert any("\ufffd" in text for text in seen["unused"]["text"]), seen["unused"]

    def many_rows(self) -> None:
        """Only what is in sight is drawn."""
        count = self.arguments.rows
        variables = [{"made_by": "Variable", "name": f"layer_{i}/w", "shape": []}
                     for i in range(count)]
        case = pathlib.Path(self.arguments.founding_case)
        page = self.page(str(case / "model-0"), variables, [["/", "/"]])
        seen = see(self.browser, page, f"layer_{count - 1}/w")

        assert seen["all"]["count"] == count + 2
        assert seen["all"]["drawn"] < 60 and seen["end"]["drawn"] < 60
        assert "bar" in "".join(seen["end"]["text"]) or "foo" in "".join(seen["end"]["text"])
        assert seen["searched"]["count"] == 1, seen["searched"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("thaw")
    parser.add_argument("golden")
    parser.add_argument("founding_case")
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--keep", help="a folder for the pages, to look at")
    arguments = parser.parse_args()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("SKIPPED: no Chromium here; Debian: apt-get install chromium")
        return 77
    for name in ("founding_case", "hostile_names", "many_rows"):
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(arguments.keep or temporary) / name
            folder.mkdir(parents=True, exist_ok=True)
            getattr(Test(arguments, folder, browser), name)()
            print(f"{name}: as it should be")
    return 0


sys.exit(main())
