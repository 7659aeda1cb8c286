"""A visitor of a real server without a real browser: cookies, forms, their token."""

from __future__ import annotations

from http.cookiejar import CookieJar
from ssl import SSLContext
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor
from urllib.request import HTTPRedirectHandler
from urllib.request import HTTPSHandler
from urllib.request import Request
from urllib.request import build_opener


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Browser:
    """Keeps cookies and the token of the last page, as a browser does."""

    def __init__(self, base: str, trust: SSLContext | None = None) -> None:
        self.base, self.token = base, ""
        self.cookies = CookieJar()
        secure = HTTPSHandler(context=trust)
        self._opener = build_opener(HTTPCookieProcessor(self.cookies), _Stay, secure)

    def ask(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        """Send a request; returns its status and text."""
        address = self.base + quote(path, "/?=&")
        # Over https a form is taken only from a page of the same server.
        sent = {"Referer": self.base + "/", **(headers or {})}
        asked = Request(address, data, sent, method=method)  # noqa: S310  # our own server
        try:
            answer = self._opener.open(asked, timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            words = answer.read().decode(errors="replace")
            found = words.partition('name="csrf-token" content="')[2].partition('"')[0]
            self.token = found or self.token
            return int(answer.status), words

    def get(self, path: str) -> str:
        """Get a page and remember its token for the next form."""
        return self.ask("GET", path)[1]

    def send(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Send a form as the page would."""
        return self.ask("POST", path, urlencode({**form, "csrf_token": self.token}).encode())

    def upload(self, path: str, name: str, content: bytes) -> tuple[int, str]:
        """Send a file as the page would."""
        parts = (
            f'--B\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n'
            f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: text/csv\r\n\r\n"
        )
        kind = {"Content-Type": "multipart/form-data; boundary=B"}
        return self.ask("POST", path, parts.encode() + content + b"\r\n--B--\r\n", kind)
