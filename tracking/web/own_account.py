"""The pages for one's own password and second factor."""

from __future__ import annotations

import segno
from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from tracking.access import second_factor
from tracking.access.actors import load_actor
from tracking.access.password_sign_in import WrongPassword, prove
from tracking.access.second_factor import RECOVERY_CODES, WrongCode
from tracking.access.sign_ins import SignedIn, Stage
from tracking.domain import clock
from tracking.domain.errors import InvalidValue, RuleBroken, StegvisError
from tracking.services.sign_in_accounts import change_own_password
from tracking.web.desk import Desk, Visit
from tracking.web.endpoint import for_signed_in, for_signed_in_to_post, route


def routes(desk: Desk) -> list[Route]:
    """The pages of one's own account."""
    return [
        route(
            desk,
            "/byt-losenord",
            for_signed_in(_password_form),
            for_signed_in_to_post(_change_password),
        ),
        route(
            desk,
            "/tvafaktor",
            for_signed_in(_second_factor),
            for_signed_in_to_post(_post_second_factor),
        ),
    ]


def _password_form(
    visit: Visit, signed_in: SignedIn, fault: StegvisError | None = None
) -> Response:
    return visit.show(
        "change_password.html",
        "Byt lösenord",
        status=200 if fault is None else 400,
        error="" if fault is None else str(fault),
        faulty=None if fault is None else fault.field,
        must=signed_in.stage is Stage.CHANGE_PASSWORD,
    )


def _change_password(visit: Visit, signed_in: SignedIn, fields: dict[str, str]) -> Response:
    desk = visit.desk
    password = fields.get("password", "")
    try:
        if password != fields.get("again", ""):
            raise InvalidValue("De två nya lösenorden är inte lika.", field="again")
        with desk.database.reading() as session:
            actor = load_actor(session, signed_in.account_id, today=clock.today())
        prove(
            desk.database,
            desk.passwords,
            signed_in,
            password=fields.get("present", ""),
            address=visit.address,
            rates=desk.rates,
            action="change_password_refused",
        )
        change_own_password(
            desk.database,
            actor,
            desk.passwords,
            password=password,
            sign_in_id=signed_in.sign_in_id,
            key=fields["key"],
        )
    except WrongPassword:
        fault = InvalidValue("Det nuvarande lösenordet är fel.", field="present")
        return _password_form(visit, signed_in, fault)
    except (InvalidValue, RuleBroken) as fault:
        return _password_form(visit, signed_in, fault)
    return visit.go_on()


def _second_factor(visit: Visit, signed_in: SignedIn) -> Response:
    if signed_in.stage is Stage.SECOND_FACTOR:
        return _ask_for_code(visit)
    if signed_in.has_second_factor:
        return _kept(visit, signed_in)
    return _enrol(visit, signed_in)


def _post_second_factor(visit: Visit, signed_in: SignedIn, fields: dict[str, str]) -> Response:
    desk = visit.desk
    code = fields.get("code", "")
    if signed_in.stage is Stage.SECOND_FACTOR:
        try:
            second_factor.show(
                desk.database, signed_in, code=code, address=visit.address, rates=desk.rates
            )
        except WrongCode as fault:
            return _ask_for_code(visit, fault)
        return visit.go_on()
    if signed_in.has_second_factor:
        # A code posted twice arrives here the second time, with nothing left to do.
        return _renew_codes(visit, signed_in, fields) if "password" in fields else visit.go_on()
    try:
        codes = second_factor.confirm(
            desk.database, signed_in, code=code, address=visit.address, rates=desk.rates
        )
    except WrongCode as fault:
        return _enrol(visit, signed_in, fault)
    return _show_codes(visit, codes)


def _renew_codes(visit: Visit, signed_in: SignedIn, fields: dict[str, str]) -> Response:
    try:
        prove(
            visit.desk.database,
            visit.desk.passwords,
            signed_in,
            password=fields["password"],
            address=visit.address,
            rates=visit.desk.rates,
            action="new_recovery_codes_refused",
        )
    except WrongPassword as fault:
        return _kept(visit, signed_in, fault)
    return _show_codes(visit, second_factor.new_recovery_codes(visit.desk.database, signed_in))


def _ask_for_code(visit: Visit, fault: WrongCode | None = None) -> Response:
    return visit.show(
        "second_factor.html",
        "Tvåfaktor",
        status=200 if fault is None else 401,
        error="" if fault is None else str(fault),
        faulty=None if fault is None else fault.field,
    )


def _enrol(visit: Visit, signed_in: SignedIn, fault: WrongCode | None = None) -> Response:
    secret = second_factor.enrolment(visit.desk.database, signed_in)
    drawing = segno.make(secret.uri, error="m").svg_inline(
        border=2, omitsize=True, svgclass=None, lineclass=None
    )
    return visit.show(
        "enrol.html",
        "Ställ in tvåfaktor",
        status=200 if fault is None else 401,
        error="" if fault is None else str(fault),
        faulty=None if fault is None else fault.field,
        must=signed_in.stage is Stage.ENROL,
        secret=secret.grouped_secret,
        picture=Markup(drawing),  # drawn from the secret: paths and numbers only
    )


def _kept(visit: Visit, signed_in: SignedIn, fault: WrongPassword | None = None) -> Response:
    return visit.show(
        "second_factor_kept.html",
        "Tvåfaktor",
        status=200 if fault is None else 401,
        error="" if fault is None else str(fault),
        faulty=None if fault is None else fault.field,
        left=second_factor.recovery_codes_left(visit.desk.database, signed_in.account_id),
        most=RECOVERY_CODES,
        has_password=signed_in.has_password,
    )


def _show_codes(visit: Visit, codes: tuple[str, ...]) -> Response:
    return visit.show("recovery_codes.html", "Dina reservkoder", codes=codes, go=visit.till)
