"""How a small page answers: read the form, run the page off the event loop, say refusals plainly.

A page is two ordinary functions, one that shows and one that acts; both return the answer.
What they do is in `sign_in`, `own_account`, `first_start` and `external`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tracking.access.rate import TooManyAttempts
from tracking.access.sign_ins import SignedIn, SignedOut, Stage
from tracking.domain.errors import StegvisError
from tracking.store.unavailable import StorageUnavailable
from tracking.web import html
from tracking.web.desk import STAGE_PAGES, Desk, Visit
from tracking.web.forms import FormRefused, read_form

Shows = Callable[[Visit], Response]
Acts = Callable[[Visit, dict[str, str]], Response]

AT_ONCE = 4
"""How many of these run at the same time: each password costs 64 MiB while it is hashed."""


def route(desk: Desk, path: str, show: Shows, act: Acts | None = None) -> Route:
    """The route of a page. Without ``act`` there is nothing to post."""
    limiter: list[CapacityLimiter] = []

    async def answer(request: Request) -> Response:
        if not limiter:  # belongs to the running event loop, so it cannot be made earlier
            limiter.append(CapacityLimiter(AT_ONCE))
        return await _answer(desk, request, show, act, limiter[0])

    return Route(path, answer, methods=["GET", "POST"] if act else ["GET"], name=path)


async def _answer(
    desk: Desk, request: Request, show: Shows, act: Acts | None, limiter: CapacityLimiter
) -> Response:
    visit = Visit.of(desk, request, request.query_params.get("till"))
    try:
        state = await to_thread.run_sync(desk.state)
        if state.is_demo:
            return visit.go("/")
        if request.method != "POST" or act is None:
            return await to_thread.run_sync(show, visit, limiter=limiter)
        fields = await read_form(request, visit.path, request.cookies.get(visit.names.form, ""))
        visit = Visit.of(desk, request, fields.get("till"))
        return await to_thread.run_sync(act, visit, fields, limiter=limiter)
    except FormRefused as fault:
        await _off_loop(lambda: desk.refuse("foreign_form", request.scope))
        return told(visit, "Formuläret gick inte att använda", fault, status=403, go=visit.path)
    except TooManyAttempts as fault:
        account_id = fault.account_id
        await _off_loop(
            lambda: desk.refuse("too_many_attempts", request.scope, account_id=account_id)
        )
        response = told(visit, "För många försök", fault, status=429, go=visit.path)
        response.headers["Retry-After"] = str(max(1, int(fault.wait.total_seconds())))
        return response
    except SignedOut as fault:
        return told(visit, "Utloggad", fault, status=401, go="/logga-in")
    except StorageUnavailable as fault:
        return told(visit, "Stegvis vilar", fault, status=503, go=visit.path)
    except StegvisError as fault:
        return told(visit, "Det gick inte", fault, status=409, go="/")


def told(visit: Visit, title: str, fault: StegvisError, *, status: int, go: str) -> Response:
    """A refusal as a page with a way on, or as JSON to a script on an open page."""
    if visit.wants_json:
        return JSONResponse({"sentence": str(fault)}, status_code=status)
    label = {"/": "Till Stegvis", "/logga-in": "Till inloggningen"}.get(go, "Försök igen")
    response = html.message(title, str(fault), status=status, go=visit.root + go, go_label=label)
    return visit.keep_form_secret(response)


def for_signed_in(
    page: Callable[[Visit, SignedIn], Response],
) -> Shows:
    """A page for somebody who has signed in; at another stage they go to that stage's page."""

    def shown(visit: Visit) -> Response:
        signed_in = visit.signed_in
        if signed_in is None:
            return visit.go("/logga-in")
        return elsewhere(visit, signed_in) or page(visit, signed_in)

    return shown


def for_signed_in_to_post(
    page: Callable[[Visit, SignedIn, dict[str, str]], Response],
) -> Acts:
    """The same for what is posted."""

    def acted(visit: Visit, fields: dict[str, str]) -> Response:
        signed_in = visit.signed_in
        if signed_in is None:
            raise SignedOut
        return elsewhere(visit, signed_in) or page(visit, signed_in, fields)

    return acted


def elsewhere(visit: Visit, signed_in: SignedIn) -> Response | None:
    """Where the sign-in's stage belongs, unless it is this page."""
    if signed_in.stage is Stage.OPEN:
        return None
    page = STAGE_PAGES[signed_in.stage]
    return None if page == visit.path else visit.go(page)


def _off_loop(act: Callable[[], None]) -> Awaitable[None]:
    return to_thread.run_sync(act)
