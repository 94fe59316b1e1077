"""The examples under deploy/ say what the program says: ports, paths, settings, commands.

They are run by nobody's test, so they are read and held to the app's own settings here. What an
engine alone can tell (`docker compose config`, `caddy validate`, `systemd-analyze verify`,
`nginx -t`) is in docs/deployment.md.
"""

from __future__ import annotations

import configparser
import os
import re
import shlex
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from tracking import cli
from tracking.web.readiness import READY

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
PORT = SETTINGS["server"]["port"]
HEALTH = "/_stcore/health"


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def unit(file: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(file.read_text(encoding="utf-8"))
    return parsed


def compose() -> Any:
    return yaml.safe_load(read("compose.yaml"))


def known_settings() -> set[str]:
    """Every setting's name that the program asks the environment for."""
    source = "\n".join(
        file.read_text(encoding="utf-8")
        for file in [*(ROOT / "tracking").rglob("*.py"), ROOT / "app.py"]
    )
    return set(re.findall(r'"(STEGVIS_[A-Z_]+)"', source))


@pytest.mark.parametrize(
    "file",
    [file for file in DEPLOY.rglob("*") if file.is_file()],
    ids=lambda file: file.relative_to(DEPLOY).as_posix(),
)
def test_every_setting_that_an_example_names_is_one_that_the_program_reads(file: Path) -> None:
    named = set(re.findall(r"\b(STEGVIS_[A-Z_]+)\b", file.read_text(encoding="utf-8")))
    assert named <= known_settings()


def test_compose_is_whole_and_nothing_in_it_hangs_loose() -> None:
    whole = compose()
    services = whole["services"]
    for name, service in services.items():
        assert "image" in service or "build" in service, name
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service["networks"]) <= set(whole["networks"]), name
        assert set(service.get("secrets", [])) <= set(whole["secrets"]), name
        volumes = [one.split(":")[0] for one in service.get("volumes", [])]
        for volume in volumes:
            assert volume in whole["volumes"] or (DEPLOY / volume).is_file(), f"{name}: {volume}"
    apps = [one for one in services.values() if one.get("image") == "stegvis"]
    assert len(apps) >= 2, "several processes on one database is what is shown"
    for app in apps:
        assert (DEPLOY / app["build"]["context"]).resolve() == ROOT
        assert (ROOT / app["build"]["dockerfile"]).is_file()
        assert "ports" not in app, "only the proxy is reached from outside"
        assert app["networks"] == ["inside"]


def test_the_proxy_alone_is_believed_and_has_the_address_that_is_believed() -> None:
    whole = compose()
    believed = whole["services"]["stegvis-1"]["environment"]["FORWARDED_ALLOW_IPS"]
    assert whole["services"]["proxy"]["networks"]["inside"]["ipv4_address"] == believed
    subnet = whole["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert ip_address(believed) in ip_network(subnet)
    assert whole["networks"]["inside"]["internal"] is True


def test_caddy_leads_to_the_apps_of_the_compose_file_by_the_paths_of_the_program() -> None:
    text = read("Caddyfile")
    apps = {
        f"{name}:{PORT}"
        for name, one in compose()["services"].items()
        if name.startswith("stegvis")
    }
    (upstreams,) = re.findall(r"reverse_proxy ([^{\n]+) \{", text)
    assert set(upstreams.split()) == apps
    assert f"health_uri {READY}" in text
    assert re.search(rf"@readiness \{{\s+path {READY}\s", text)
    assert text.count("{") == text.count("}")
    assert "lb_policy cookie" in text
    assert _megabytes(text, r"max_size (\d+)MB") > SETTINGS["server"]["maxUploadSize"]


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/deltagaren", "/deltagaren"),
        ("/deltagaren?kod=X&del=start", "/deltagaren"),
        ("/_stcore/upload_file/a-session/a-file?x", "/_stcore/"),
        ("/stegvis/_stcore/stream", "/stegvis/_stcore/"),
        ("/media/abc.png", "/media/"),
        ("/", "/"),
        ("/?/_stcore/x", "/"),
    ],
)
def test_caddy_logs_no_query_and_no_session_of_an_upload(address: str, logged: str) -> None:
    text = read("Caddyfile")
    ((pattern, kept),) = re.findall(r'request>uri regexp "([^"]+)" "([^"]+)"', text)
    assert kept == "$1"
    assert re.sub(pattern, lambda found: found[1] or "", address) == logged
    assert "request>headers delete" in text
    assert "resp_headers delete" in text


def test_nginx_takes_identity_from_nobody_and_lets_uploads_and_websockets_through() -> None:
    text = read("nginx.conf")
    assert text.count("{") == text.count("}")
    for header in SETTINGS["server"]["trustedUserHeaders"]:
        assert re.search(rf'proxy_set_header {header} "";', text, re.IGNORECASE), header
    assert "proxy_set_header Upgrade $http_upgrade;" in text
    assert f"location = {READY}" in text
    assert f"server 127.0.0.1:{PORT}" in text
    assert "hash $stegvis_browser consistent;" in text
    assert _megabytes(text, r"client_max_body_size (\d+)m;") > SETTINGS["server"]["maxUploadSize"]
    assert (
        int(re.findall(r"proxy_read_timeout (\d+)s;", text)[0])
        > (SETTINGS["server"]["websocketPingInterval"])
    )


def test_container_runs_as_nobody_in_particular_and_asks_its_own_health() -> None:
    text = read("Containerfile")
    assert f"EXPOSE {PORT}" in text
    assert f"127.0.0.1:{PORT}{HEALTH}" in text
    assert re.search(r"^USER (?!root)\w+$", text, re.MULTILINE)
    assert "--require-hashes" in text
    for source in re.findall(r"^COPY (\S+) ", text, re.MULTILINE):
        assert (ROOT / source).exists(), source
    kept_out = read("Containerfile.dockerignore").split()
    assert any(line.strip("/*") == "data" or line.startswith("data/") for line in kept_out)


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_unit_starts_what_is_there_with_few_rights(file: Path) -> None:
    parsed = unit(file)
    assert parsed["Unit"]["Description"]
    if file.suffix == ".timer":
        assert file.with_suffix(".service").is_file()
        assert parsed["Timer"]["OnCalendar"]
        return
    service = parsed["Service"]
    assert service["User"] != "root"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    home = service["WorkingDirectory"]
    documented = parsed["Unit"]["Documentation"].removeprefix(f"file://{home}/")
    assert (ROOT / documented).is_file()
    command = shlex.split(service["ExecStart"])
    assert command[0].startswith(f"{home}/.venv/bin/")
    if command[0].endswith("/stegvis"):
        cli._parser().parse_args(command[1:])
    else:
        assert command[1:5] == ["-m", "streamlit", "run", "app.py"]
        assert command[5:] == ["--server.port", "%i"]
        assert (ROOT / "app.py").is_file()
    for name in ("ReadWritePaths", "EnvironmentFile"):
        assert all(os.path.isabs(path) for path in service[name].split())


def test_example_of_settings_holds_no_secret() -> None:
    given = dict(
        line.split("=", 1)
        for line in read("stegvis.env.example").splitlines()
        if line and not line.startswith("#")
    )
    assert given["STEGVIS_SECRET_KEY"] == ""
    assert ":" not in given["STEGVIS_DATABASE_URL"].split("//")[1].split("@")[0]


def _megabytes(text: str, pattern: str) -> int:
    (found,) = re.findall(pattern, text)
    return int(found)
