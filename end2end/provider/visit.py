"""Signs in as a person at a browser would: follows redirects, fills in forms, keeps cookies.

`visit.py START NAME PASSWORD ADDRESS…` begins at START on the portal, goes through the provider's pages until it is back,
asks for each ADDRESS with the portal's cookies, and prints one line of JSON: {"place", "status", "pages": [text, …]}.
Needs nothing but Python itself.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar

# The provider asks for a name, a password and a consent.
MOST_PAGES = 8


class Forms(HTMLParser):
    """The forms of a page: address, fields, buttons."""

    def __init__(self):
        super().__init__()
        self.all = []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "form":
            self.all.append({"action": found.get("action") or "", "fields": {}, "buttons": [], "method": found.get("method", "get")})
        elif tag in ("input", "button") and self.all and found.get("name"):
            if tag == "button" or found.get("type") == "submit":
                self.all[-1]["buttons"].append((found["name"], found.get("value") or ""))
            elif found.get("type") not in ("checkbox", "radio"):
                self.all[-1]["fields"][found["name"]] = found.get("value") or ""


class Redirects(urllib.request.HTTPRedirectHandler):
    """Leaves the origin out where a form's answer leads on by GET, as browsers do."""

    def redirect_request(self, *arguments):
        onward = super().redirect_request(*arguments)
        if onward is not None:
            onward.remove_header("Origin")
        return onward


class Browser:
    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), Redirects())

    def open(self, address, fields=None):
        data, headers = None, {}
        if fields is not None:
            parts = urllib.parse.urlsplit(address)
            data, headers = urllib.parse.urlencode(fields).encode(), {"Origin": f"{parts.scheme}://{parts.netloc}"}
        try:
            answer = self.opener.open(urllib.request.Request(address, data=data, headers=headers), timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.geturl(), answer.status, answer.read().decode(errors="replace")


def sign_in(browser, start, name, password):
    portal = urllib.parse.urlsplit(start).netloc
    place, status, text = browser.open(start)
    for _ in range(MOST_PAGES):
        if urllib.parse.urlsplit(place).netloc == portal:
            return place, status
        forms = Forms()
        forms.feed(text)
        posts = [form for form in forms.all if form["method"].lower() == "post"]
        form = next((form for form in posts if {"login", "password"} & form["fields"].keys()), posts[-1])
        fields = dict(form["fields"])
        for field, value in (("login", name), ("password", password)):
            if field in fields:
                fields[field] = value
        fields.update([button for button in form["buttons"] if button[1] == "accept"] or form["buttons"][:1])
        place, status, text = browser.open(urllib.parse.urljoin(place, form["action"]), fields)
    raise SystemExit("the sign-in did not come to an end")


def main(start, name, password, *addresses):
    browser = Browser()
    place, status = sign_in(browser, start, name, password)
    pages = [browser.open(address)[2] for address in addresses]
    print(json.dumps({"place": place, "status": status, "pages": pages}))


if __name__ == "__main__":
    main(*sys.argv[1:])
