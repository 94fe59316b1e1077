"""Colours that stand out on paper, and logotypes that are pictures and nothing else."""

from __future__ import annotations

import struct
import zlib

import pytest

from tracking.domain.errors import InvalidValue
from tracking.domain.report_identity import (
    LARGEST_BYTES,
    checked_colour,
    checked_logotype,
    contrast_on_white,
)


def png(width: int = 60, height: int = 40) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", zlib.compress(b"\x00" * (width * 3 + 1) * height)),
            chunk(b"IEND", b""),
        )
    )


def svg(inside: str = '<path d="M0 0h9v9z"/>', more: str = "") -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" {more}>{inside}</svg>'
    ).encode()


def test_contrast_goes_from_1_to_21() -> None:
    assert contrast_on_white("#ffffff") == pytest.approx(1.0)
    assert contrast_on_white("#000000") == pytest.approx(21.0)
    assert contrast_on_white("#777777") == pytest.approx(4.48, abs=0.01)


def test_a_colour_that_stands_out_is_kept_in_lower_case() -> None:
    assert checked_colour(" #00507F ") == "#00507f"
    assert checked_colour("#767676") == "#767676"


@pytest.mark.parametrize("typed", ["", "00507f", "#0057", "#00507g", "blå", "#00507f;", "#777777"])
def test_a_colour_that_is_none_or_too_pale_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        checked_colour(typed)
    assert refused.value.field == "colour"


def test_a_png_and_a_plain_svg_are_logotypes() -> None:
    assert checked_logotype(png()) == "png"
    assert checked_logotype(svg()) == "svg"
    assert checked_logotype(b"\xef\xbb\xbf" + svg('<g><use href="#a"/></g>')) == "svg"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        png()[:-6],
        png(10, 10),
        png(5000, 30),
        png() + b"\x00" * LARGEST_BYTES,
        b"<html><svg></svg></html>",
        b"<svg><path/></svg>",
        b"\xff\xfe<svg",
        svg("<script>alert(1)</script>"),
        svg("<style>@import url(https://exempel.invalid)</style>"),
        svg("<foreignObject/>"),
        svg("<image href='https://exempel.invalid/x.png'/>"),
        svg("<use href='https://exempel.invalid/x.svg#a'/>"),
        svg("<path onload='alert(1)'/>"),
        svg(more="onclick='x()'"),
        svg("<path fill='url(https://exempel.invalid)'/>"),
        svg("<g style='background:url(\"x\")'/>"),
        svg("<x:script xmlns:x='http://www.w3.org/1999/xhtml'>1</x:script>"),
        svg("<animate attributeName='href' to='javascript:alert(1)'/>"),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"),
        svg("<path>"),
        svg("<g>" * 5000 + "</g>" * 5000),
    ],
)
def test_anything_that_is_more_or_less_than_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidValue) as refused:
        checked_logotype(content)
    assert refused.value.field == "logotype"


def test_a_png_that_cannot_be_unpacked_is_refused_before_a_report_stops_at_it() -> None:
    def with_data(data: bytes) -> bytes:
        whole = png()
        before, after = whole.index(b"IDAT") - 4, whole.index(b"IEND") - 4
        body = b"IDAT" + data
        part = struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
        return whole[:before] + part + whole[after:]

    assert checked_logotype(with_data(zlib.compress(b"\x00" * 181 * 40))) == "png"
    changed = bytearray(png())
    changed[60] ^= 1
    for content in (
        with_data(b""),
        with_data(b"no stream"),
        with_data(zlib.compress(b"\x00" * (181 * 40 - 1))),
        with_data(zlib.compress(b"\x00" * 181 * 40)[:-9]),
        bytes(changed),
    ):
        with pytest.raises(InvalidValue, match="inte hel"):
            checked_logotype(content)


def test_a_drawing_may_point_at_its_own_parts() -> None:
    inside = '<defs><linearGradient id="a"/></defs><path fill="url(#a)"/><text>Förbundet</text>'
    assert checked_logotype(svg(inside)) == "svg"
