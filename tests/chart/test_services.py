"""How RabbitMQ, PostgreSQL and the S3 store are named, and which Secrets open them."""

from typing import Any

import pytest

from runner.settings.reading import Settings
from tests.chart.charts import RUNNER, Rendered, render

OWN = {
    "rabbitmq": {"host": "mq.internal", "existingSecret": "mq"},
    "postgresql": {"host": "db.internal", "existingSecret": "db"},
    "s3": {"endpoint": "https://s3.internal", "existingSecret": "store"},
}


def own(**changes: dict[str, Any]) -> dict[str, Any]:
    return {name: {**OWN[name], **changes.get(name, {})} for name in OWN}


def container(shown: Rendered) -> dict[str, Any]:
    found = shown.one("ScaledJob", "-dxf")["spec"]["jobTargetRef"]["template"]["spec"]["containers"][0]
    assert isinstance(found, dict)
    return found


def environment(shown: Rendered, secrets: dict[str, dict[str, str]]) -> dict[str, str]:
    """What a runner would find in its environment, with what is in the Secrets."""
    found = dict(shown.one("ConfigMap", "cad-runner")["data"])
    for each in container(shown)["env"]:
        if "value" in each:
            found[each["name"]] = each["value"]
        else:
            where = each["valueFrom"]["secretKeyRef"]
            found[each["name"]] = secrets[where["name"]][where["key"]]
    return {name: _expanded(value, found) for name, value in found.items()}


def _expanded(value: str, found: dict[str, str]) -> str:
    for name, inner in found.items():
        value = value.replace(f"$({name})", inner)
    return value


SECRETS = {
    "mq": {"password": "mq-secret", "user": "mq-user", "url": "amqp://u:p@mq.internal:5672/v"},
    "db": {"password": "db-secret", "user": "db-user", "url": "postgresql://u:p@db.internal/cad"},
    "store": {"access-key": "AK", "secret-key": "SK"},
    "platform-rabbitmq": {"username": "cad", "password": "one"},
    "platform-postgresql": {"username": "cad", "password": "two"},
    "platform-s3": {"access-key": "cad", "secret-key": "three"},
}


def test_the_runner_understands_what_the_chart_sets_for_services_of_ones_own() -> None:
    settings = Settings.read(environment(render(RUNNER, values=own()), SECRETS))
    assert settings.broker.url.get_secret_value() == "amqp://cad-runner@mq.internal:5672/%2F"
    assert settings.broker.password is not None
    assert settings.broker.password.get_secret_value() == "mq-secret"
    assert settings.broker.management_url is not None
    assert settings.broker.management_url.get_secret_value() == "http://mq.internal:15672"
    assert settings.database.url.get_secret_value() == "postgresql://cad-runner@db.internal:5432/cadviewer"
    assert settings.database.password is not None
    assert settings.database.password.get_secret_value() == "db-secret"
    assert settings.store.endpoint == "https://s3.internal"
    assert settings.store.access_key == "AK"
    assert settings.work.probe_port == 8081


def test_the_runner_understands_what_the_chart_sets_for_the_platform() -> None:
    settings = Settings.read(environment(render(RUNNER, values={"platform": "platform"}), SECRETS))
    assert settings.broker.url.get_secret_value() == "amqp://cad@platform-rabbitmq:5672/%2F"
    assert settings.database.url.get_secret_value() == "postgresql://cad@platform-postgresql:5432/cadviewer"
    assert settings.store.endpoint == "http://platform-s3:9000"
    assert settings.store.secret_key is not None
    assert settings.store.secret_key.get_secret_value() == "three"


def test_one_service_of_ones_own_beside_the_platform() -> None:
    given = {"platform": "platform", "s3": {"endpoint": "https://s3.amazonaws.com"}}
    shown = render(RUNNER, values=given)
    settings = Settings.read(environment(shown, SECRETS))
    assert settings.store.endpoint == "https://s3.amazonaws.com"
    assert settings.store.access_key is None, "a role opens it"
    assert settings.broker.url.get_secret_value() == "amqp://cad@platform-rabbitmq:5672/%2F"


def test_names_hosts_and_vhosts_are_written_as_a_url_wants_them() -> None:
    mq = {"username": "cad@site", "vhost": "drawings/main", "port": 5673, "management": {"port": 15673}}
    db = {"username": "a/b", "database": "cad viewer", "port": 5433, "sslmode": "require"}
    settings = Settings.read(environment(render(RUNNER, values=own(rabbitmq=mq, postgresql=db)), SECRETS))
    assert settings.broker.url.get_secret_value() == "amqp://cad%40site@mq.internal:5673/drawings%2Fmain"
    assert settings.broker.management_url is not None
    assert settings.broker.management_url.get_secret_value() == "http://mq.internal:15673"
    assert (
        settings.database.url.get_secret_value() == "postgresql://a%2Fb@db.internal:5433/cad%20viewer?sslmode=require"
    )


def test_names_of_users_may_be_secret_too() -> None:
    given = own(rabbitmq={"usernameKey": "user"}, postgresql={"usernameKey": "user"})
    shown = render(RUNNER, values=given)
    settings = Settings.read(environment(shown, SECRETS))
    assert settings.broker.url.get_secret_value() == "amqp://mq-user@mq.internal:5672/%2F"
    assert settings.database.url.get_secret_value() == "postgresql://db-user@db.internal:5432/cadviewer"
    (amqp,) = shown.all("TriggerAuthentication")
    assert {"parameter": "username", "name": "mq", "key": "user"} in amqp["spec"]["secretTargetRef"]
    names = [each["name"] for each in container(shown)["env"]]
    assert names.index("RABBITMQ_USERNAME") < names.index("RABBITMQ_URL"), "Kubernetes expands what came before"


def test_whole_addresses_may_be_in_secrets() -> None:
    shown = render(RUNNER, values=own(rabbitmq={"urlKey": "url"}, postgresql={"urlKey": "url"}))
    settings = Settings.read(environment(shown, SECRETS))
    assert settings.broker.url.get_secret_value() == SECRETS["mq"]["url"]
    assert settings.broker.password is None
    assert settings.database.url.get_secret_value() == SECRETS["db"]["url"]
    (amqp,) = shown.all("TriggerAuthentication")
    assert amqp["spec"] == {"secretTargetRef": [{"parameter": "host", "name": "mq", "key": "url"}]}
    (trigger,) = shown.one("ScaledJob", "-dxf")["spec"]["triggers"]
    assert not trigger["metadata"].keys() & {"host", "vhostName"}


def test_keda_asks_the_http_api_by_the_whole_address_of_the_secret() -> None:
    mq = {"urlKey": "url", "management": {"urlKey": "api"}, "vhost": "v"}
    given = own(rabbitmq=mq) | {"kinds": {"dxf": {"mode": "deployment"}, "pdf": {"enabled": False}}}
    shown = render(RUNNER, values=given)
    (http,) = shown.all("TriggerAuthentication")
    assert http["spec"]["secretTargetRef"] == [{"parameter": "host", "name": "mq", "key": "api"}]
    assert shown.one("ScaledObject")["spec"]["triggers"][0]["metadata"]["vhostName"] == "v"


def test_keda_may_have_a_user_that_only_reads() -> None:
    shown = render(RUNNER, values=own(rabbitmq={"keda": {"existingSecret": "reader"}}))
    (amqp,) = shown.all("TriggerAuthentication")
    assert amqp["spec"] == {
        "secretTargetRef": [
            {"parameter": "username", "name": "reader", "key": "username"},
            {"parameter": "password", "name": "reader", "key": "password"},
        ]
    }


def test_keda_gets_a_name_that_is_no_secret_from_a_configmap() -> None:
    shown = render(RUNNER, values=own())
    (amqp,) = shown.all("TriggerAuthentication")
    (reference,) = amqp["spec"]["configMapTargetRef"]
    assert reference == {"parameter": "username", "name": "cad-cad-runner-keda", "key": "username"}
    assert shown.one("ConfigMap", "-keda")["data"] == {"username": "cad-runner"}


def test_tls_to_the_broker_holds_for_runner_and_keda() -> None:
    tls = {"enabled": True, "existingSecret": "ca", "caKey": "ca.crt", "certKey": "tls.crt", "keyKey": "tls.key"}
    shown = render(RUNNER, values=own(rabbitmq={"tls": tls}) | {"kinds": {"pdf": {"mode": "deployment"}}})
    env = environment(shown, SECRETS)
    assert env["RABBITMQ_URL"] == "amqps://cad-runner@mq.internal:5671/%2F"
    assert env["RABBITMQ_MANAGEMENT_URL"] == "https://mq.internal:15671"
    assert env["CAD_RUNNER_RABBITMQ_TLS_CA"] == "/etc/cad-runner/tls/rabbitmq/ca.crt"
    mounts = {each["name"]: each for each in container(shown)["volumeMounts"]}
    assert mounts["tls-rabbitmq"]["mountPath"] == "/etc/cad-runner/tls/rabbitmq"
    assert shown.one("ScaledJob", "-dxf")["spec"]["triggers"][0]["metadata"]["host"] == "amqps://mq.internal:5671"
    assert shown.one("ScaledObject")["spec"]["triggers"][0]["metadata"]["host"] == "https://mq.internal:15671"
    for each in shown.all("TriggerAuthentication"):
        found = {one["parameter"]: one["key"] for one in each["spec"]["secretTargetRef"]}
        assert found == {"password": "password", "ca": "ca.crt", "cert": "tls.crt", "key": "tls.key"}
        assert {"parameter": "tls", "name": "cad-cad-runner-keda", "key": "tls"} in each["spec"]["configMapTargetRef"]
    assert shown.one("ConfigMap", "-keda")["data"]["tls"] == "enable"


@pytest.mark.parametrize(("name", "prefix"), [("rabbitmq", "RABBITMQ"), ("postgresql", "DATABASE"), ("s3", "MINIO")])
def test_certificates_are_mounted_where_their_settings_say(name: str, prefix: str) -> None:
    tls = {"existingSecret": "tls", "caKey": "ca.crt", "verify": False}
    shown = render(RUNNER, values=own(**{name: {"tls": tls}}))
    data = shown.one("ConfigMap", "cad-runner")["data"]
    assert data[f"CAD_RUNNER_{prefix}_TLS_CA"] == f"/etc/cad-runner/tls/{name}/ca.crt"
    assert data[f"CAD_RUNNER_{prefix}_TLS_VERIFY"] == "no"
    for kind in ("ScaledJob", "CronJob", "Job", "Pod"):
        for each in shown.all(kind):
            assert f"tls-{name}" in str(each), kind


def test_the_hook_that_migrates_may_have_a_role_of_its_own() -> None:
    shown = render(RUNNER, values=own(postgresql={"migration": {"existingSecret": "owner", "usernameKey": "name"}}))

    def names(end: str) -> dict[str, Any]:
        spec = shown.one("Job", end)["spec"]["template"]["spec"]
        return {each["name"]: each for each in spec["containers"][0]["env"]}

    reference = {"secretKeyRef": {"name": "owner", "key": "name"}}
    assert names("-migrate")["DATABASE_USERNAME"]["valueFrom"] == reference
    assert names("-migrate")["DATABASE_URL"]["value"] == "postgresql://$(DATABASE_USERNAME)@db.internal:5432/cadviewer"
    assert "DATABASE_USERNAME" not in names("-topology")


def test_a_role_opens_the_store_where_no_secret_is_named() -> None:
    shown = render(RUNNER, values=own(s3={"existingSecret": ""}))
    assert "MINIO_ACCESS_KEY" not in {each["name"] for each in container(shown)["env"]}


def test_what_the_store_is_besides() -> None:
    shown = render(RUNNER, values=own(s3={"bucket": "plans", "region": "eu-central-1", "pathStyle": False}))
    data = shown.one("ConfigMap", "cad-runner")["data"]
    assert data["MINIO_BUCKET"] == "plans"
    assert data["CAD_RUNNER_MINIO_REGION"] == "eu-central-1"
    assert data["CAD_RUNNER_MINIO_PATH_STYLE"] == "no"


def test_without_the_http_api_nobody_is_told_of_it() -> None:
    shown = render(RUNNER, values=own(rabbitmq={"management": {"enabled": False}}))
    assert "RABBITMQ_MANAGEMENT_URL" not in shown.text
    assert "15672" not in shown.text


def test_no_value_of_a_secret_is_anywhere() -> None:
    assert [each for each in render(RUNNER, values=own()).objects if each["kind"] == "Secret"] == []
