"""Settings: where they come from, what is refused and in which words, and that secrets stay secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.amounts import DURATION, SIZE
from runner.cli import main
from runner.errors import WrongSetting
from runner.settings.__main__ import PAGES
from runner.settings.groups import Broker, Database, Group, Store, Work
from runner.settings.reading import Settings, names, read

ROOT = Path(__file__).parents[3]
LEAST = {
    "RABBITMQ_URL": "amqp://cad:s3cret@rabbitmq/",
    "DATABASE_URL": "postgresql://cad:s3cret@db/cadviewer",
    "MINIO_ENDPOINT": "http://minio:9000",
}


def faults(group: type[Group], environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(WrongSetting) as caught:
        read(group, environ)
    return caught.value.faults


def fault(group: type[Group], environ: dict[str, str]) -> str:
    """The only fault; one line."""
    (only,) = faults(group, environ)
    assert "\n" not in only
    assert only.endswith((".", "VHOST", "cadviewer", "9000"))
    return only


def test_three_addresses_are_enough() -> None:
    settings = Settings.read(LEAST)
    assert settings.broker.url.get_secret_value() == LEAST["RABBITMQ_URL"]
    assert settings.database.address.get_secret_value() == LEAST["DATABASE_URL"]
    assert settings.store.bucket == "cad-files"
    assert (settings.work.kind, settings.work.use_gpu) == ("dxf", False)
    assert settings.work.retry_delays == (60, 180, 360)
    assert (settings.work.soft_time_limit, settings.work.hard_time_limit) == (540, 600)


def test_the_names_of_the_contract_are_known() -> None:
    contract = {
        "RABBITMQ_URL",
        "RABBITMQ_PASSWORD",
        "RABBITMQ_MANAGEMENT_URL",
        "DATABASE_URL",
        "DATABASE_PASSWORD",
        "MINIO_ENDPOINT",
        "MINIO_ACCESS_KEY",
        "MINIO_SECRET_KEY",
        "MINIO_BUCKET",
        "WORKER_TYPE",
        "YOLO_MODEL_PATH",
        "USE_GPU",
    }
    known = list(names())
    assert contract <= set(known)
    assert all(name.startswith("CAD_RUNNER_") for name in set(known) - contract)
    assert len(known) == len(set(known))


def test_all_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(WrongSetting) as caught:
        Settings.read({})
    assert [each.split()[0] for each in caught.value.faults] == ["RABBITMQ_URL", "DATABASE_URL", "MINIO_ENDPOINT"]
    assert all("is not set" in each for each in caught.value.faults)


def test_a_command_that_needs_the_database_alone_asks_for_no_more() -> None:
    assert read(Database, {"DATABASE_URL": LEAST["DATABASE_URL"]}).timeout == 5


def test_empty_is_not_set() -> None:
    assert read(Work, {"CAD_RUNNER_LEASE": "", "WORKER_TYPE": ""}) == Work()


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("WORKER_TYPE", "PDF", "kind", "pdf"),
        ("USE_GPU", "true", "use_gpu", True),
        ("USE_GPU", "0", "use_gpu", False),
        ("CAD_RUNNER_LEASE", "3m", "lease", 180),
        ("CAD_RUNNER_LARGEST_SOURCE", "2G", "largest_source", 2 << 30),
        ("CAD_RUNNER_MEMORY_LIMIT", "800M", "memory_limit", 800 << 20),
        ("CAD_RUNNER_RETRY_DELAYS", "10, 1m, 2m", "retry_delays", (10, 60, 120)),
        ("CAD_RUNNER_PROBE_PORT", "8080", "probe_port", 8080),
        ("CAD_RUNNER_PROBE_FOLDER", "/run/probes", "probe_folder", Path("/run/probes")),
    ],
)
def test_values_are_written_as_people_write_them(name: str, text: str, field: str, value: Any) -> None:
    assert getattr(read(Work, {name: text}), field) == value


@pytest.mark.parametrize(
    ("group", "name", "text", "says"),
    [
        (Work, "WORKER_TYPE", "dwg", "'dxf' or 'pdf'"),
        (Work, "USE_GPU", "perhaps", "boolean"),
        (Work, "CAD_RUNNER_LEASE", "soon", "write it as 90, 10m or 1h"),
        (Work, "CAD_RUNNER_LEASE", "1", "greater than or equal to 10"),
        (Work, "CAD_RUNNER_LARGEST_SOURCE", "huge", "write it as 800M or 4G"),
        (Work, "CAD_RUNNER_RETRY_DELAYS", "60,,180", "write it as 90"),
        (Work, "CAD_RUNNER_PROBE_PORT", "80800", "less than or equal to 65535"),
        (Work, "CAD_RUNNER_HARD_TIME_LIMIT", "9m", "CAD_RUNNER_SOFT_TIME_LIMIT"),
        (Store, "MINIO_ACCESS_KEY", "cad", "MINIO_SECRET_KEY come together"),
        (Store, "CAD_RUNNER_MINIO_TLS_CA", "/no/such/ca.pem", "there is no file '/no/such/ca.pem'"),
        (Database, "DATABASE_URL", "jdbc:postgresql://db/cadviewer", "write it as postgresql://"),
        (Database, "DATABASE_URL", "postgresql://cad:pa/ss@db/cadviewer", "%2F"),
        (Broker, "RABBITMQ_URL", "rabbitmq:5672", "write it as amqp://"),
        (Broker, "RABBITMQ_URL", "amqp://host:port/", "write it as amqp://"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(group: type[Group], name: str, text: str, says: str) -> None:
    text = fault(group, LEAST | {name: text})
    assert text.startswith(name)
    assert says in text


@pytest.mark.parametrize(
    ("name", "right"),
    [("CAD_RUNNER_LEESE", "CAD_RUNNER_LEASE"), ("CAD_RUNNER_MINIO_TLS_CERTS", "CAD_RUNNER_MINIO_TLS_CERT")],
)
def test_a_misspelt_name_is_not_ignored(name: str, right: str) -> None:
    assert fault(Work, {name: "60"}) == f"{name} is no setting; {right} is."


@pytest.mark.parametrize(
    "name",
    ["CAD_RUNNER_SERVICE_HOST", "CAD_RUNNER_PORT", "CAD_RUNNER_PORT_80_TCP", "CAD_RUNNER_DXF_SERVICE_PORT_HTTP"],
)
def test_what_kubernetes_sets_for_services_is_none_of_ours(name: str) -> None:
    read(Work, {name: "tcp://10.0.0.1:80"})


def test_a_value_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("  p@ss word \n")
    broker = read(Broker, LEAST | {"RABBITMQ_PASSWORD_FILE": str(tmp_path / "password")})
    assert broker.password
    assert broker.password.get_secret_value() == "  p@ss word "


def test_a_mounted_secret_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "DATABASE_PASSWORD").write_text("from-the-folder")
    (tmp_path / "DATABASE_URL").write_text("postgresql://other/db")
    database = read(Database, LEAST | {"CAD_RUNNER_SECRETS": str(tmp_path)})
    assert database.password
    assert database.password.get_secret_value() == "from-the-folder"
    assert database.url.get_secret_value() == LEAST["DATABASE_URL"], "the environment comes first"


def test_a_setting_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("amqp://other/")
    text = fault(Broker, LEAST | {"RABBITMQ_URL_FILE": str(tmp_path / "url")})
    assert text == "RABBITMQ_URL and RABBITMQ_URL_FILE are both set; unset one of them."


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    text = fault(Broker, LEAST | {"RABBITMQ_PASSWORD_FILE": str(tmp_path / "nothing")})
    assert text.startswith("RABBITMQ_PASSWORD_FILE names ")
    assert "no such file" in text
    text = fault(Work, {"CAD_RUNNER_SECRETS": str(tmp_path / "nothing")})
    assert "is no folder" in text


def test_a_store_needs_no_scheme() -> None:
    assert read(Store, {"MINIO_ENDPOINT": "minio:9000"}).endpoint == "http://minio:9000"


def test_tls_of_the_database_is_part_of_its_address(tmp_path: Path) -> None:
    ca = tmp_path / "ca & co.pem"
    ca.touch()
    given = {"CAD_RUNNER_DATABASE_TLS_CA": str(ca), "CAD_RUNNER_DATABASE_TLS_CERT": str(ca)}
    address = read(Database, LEAST | given).address.get_secret_value()
    assert address.startswith(LEAST["DATABASE_URL"] + "?sslrootcert=")
    assert "ca%20%26%20co.pem" in address
    assert address.endswith("&sslmode=verify-full")
    own = LEAST["DATABASE_URL"] + "?sslmode=verify-ca"
    assert read(Database, {**given, "DATABASE_URL": own}).address.get_secret_value().count("sslmode") == 1
    unverified = read(Database, LEAST | given | {"CAD_RUNNER_DATABASE_TLS_VERIFY": "no"}).address.get_secret_value()
    assert "sslrootcert" not in unverified
    assert unverified.endswith("sslmode=require")


def test_a_key_belongs_to_a_certificate(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    text = fault(Broker, LEAST | {"CAD_RUNNER_RABBITMQ_TLS_KEY": str(tmp_path / "key")})
    assert text.startswith("CAD_RUNNER_RABBITMQ_TLS_KEY is set without CAD_RUNNER_RABBITMQ_TLS_CERT")


def test_secrets_are_not_shown() -> None:
    settings = Settings.read(
        LEAST | {"MINIO_ACCESS_KEY": "cad", "MINIO_SECRET_KEY": "s3cret", "DATABASE_PASSWORD": "s3cret"}
    )
    assert "s3cret" not in f"{settings!r} {settings}"
    assert "s3cret" not in repr(settings.database.address)


@given(
    name=st.sampled_from([name for name in names() if name.endswith(("URL", "PASSWORD", "SECRET_KEY"))]),
    text=st.text(min_size=1).map(lambda text: f"s3cret{text}"),
)
def test_no_fault_tells_a_secret(name: str, text: str) -> None:
    told: tuple[str, ...] = ()
    try:
        Settings.read(LEAST | {"MINIO_ACCESS_KEY": "a", "MINIO_SECRET_KEY": "b", name: text})
    except WrongSetting as wrong:
        told = wrong.faults
    assert "s3cret" not in " ".join(told)
    assert name.endswith(("PASSWORD", "SECRET_KEY")) or told


def test_the_command_says_which_setting_is_wrong_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong(*_arguments: object, **_named: object) -> None:
        raise WrongSetting("A is wrong; mend it.", "B too.")

    monkeypatch.setattr("runner.cli.cli.main", wrong)
    assert main([]) == 78
    assert capsys.readouterr().err == "Error: A is wrong; mend it.\nError: B too.\n"


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_pages_say_what_the_settings_say(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == PAGES[page](), f"{page} is old: run `make docs`"


def test_the_example_can_be_used_as_it_is() -> None:
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line and line[0] not in "# "]
    given = dict(line.split("=", 1) for line in lines)
    Settings.read(given | {"MINIO_SECRET_KEY": "x"})
    # What is commented out is the default, so uncommenting changes nothing.
    every = [line.lstrip("#") for line in (ROOT / ".env.example").read_text().splitlines()]
    settings = dict(line.split("=", 1) for line in every if line.split("=")[0] in set(names()))
    assert set(settings) == set(names())
    assert Settings.read(settings | {"MINIO_SECRET_KEY": "x"}) == Settings.read(given | {"MINIO_SECRET_KEY": "x"})


def test_who_converts_a_file_reads_no_settings() -> None:
    code = (
        "import sys, runner.cli, runner.cli.convert;"
        "print([name for name in ('runner.settings', 'boto3', 'pika', 'psycopg', 'structlog') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@given(number=st.integers(1, 10**6), unit=st.sampled_from(sorted(SIZE.units)), space=st.sampled_from(["", " "]))
def test_sizes_are_read_with_any_unit(number: int, unit: str, space: str) -> None:
    assert SIZE.read(f"{number}{space}{unit.upper()}") == number * SIZE.units[unit]


@pytest.mark.parametrize("text", ["", "0", "-1", "1x", "1e3", "nan", "m", "1 2"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        DURATION.read(text)
