"""What runs elsewhere than here, containers, Kubernetes, Prometheus, Grafana: it names what is there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deploy.gateway.metrics import Metrics
from deploy.gateway.people import names_in, password_variable
from deploy.gateway.settings import NodeSettings, read_settings, variables
from harness.deployment import render_for_containers

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PEOPLE = names_in(DEPLOY / "gateway" / "people.json")
PASSWORDS = {password_variable(person) for person in PEOPLE}
_METRIC = re.compile(r"\b(?:websocket|gateway|process)_[a-z_]+")
_OF_A_NODE = {*variables(), *PASSWORDS}
_NEEDED = {str(field.alias) for field in NodeSettings.model_fields.values() if field.is_required()}


def documents(path: Path) -> list[Any]:
    return list(YAML(typ="safe").load_all(path.read_text(encoding="utf-8")))


def kubernetes() -> dict[tuple[str, str], Any]:
    found = (each for file in (DEPLOY / "kubernetes").glob("*.yaml") for each in documents(file))
    return {(each["kind"], each.get("metadata", {}).get("name", "")): each for each in found}


@pytest.fixture
def exposed() -> set[str]:
    """Every name that a node's /metrics has once all has happened."""
    metrics = Metrics(lambda: 1, lambda: True)
    metrics.received("task:update")
    metrics.told("task:updated")
    metrics.failed("CONFLICT")
    metrics.answered(0.01)
    metrics.disconnected("transport close")
    metrics.reconnected()
    return set(re.findall(r"^([a-z_]+)[ {]", metrics.text().decode(), re.MULTILINE))


def test_rules_and_dashboard_ask_for_metrics_that_there_are(exposed: set[str]) -> None:
    rules = documents(DEPLOY / "prometheus" / "rules.yaml")[0]["groups"]
    dashboard = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    asked = [rule["expr"] for group in rules for rule in group["rules"]]
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    for expression in asked + shown:
        assert set(_METRIC.findall(expression)) - exposed == set(), expression
    of_the_contract = {name for name in exposed if name.startswith("websocket_") and "_created" not in name}
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in of_the_contract}
    for expressions in (asked, shown):
        named = " ".join(expressions)
        assert [name for name in sorted(families) if name not in named] == []


def test_rules_use_recorded_series_that_are_recorded() -> None:
    groups = documents(DEPLOY / "prometheus" / "rules.yaml")[0]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    recorded = {rule["record"] for rule in rules if "record" in rule}
    used = {name for rule in rules for name in re.findall(r"\blockstep:[a-z0-9_:]+", rule["expr"])}
    assert used - recorded == set()
    alerts = [rule for rule in rules if "alert" in rule]
    tested = (DEPLOY / "prometheus" / "rules_test.yaml").read_text(encoding="utf-8")
    for alert in alerts:
        assert set(alert["annotations"]) == {"summary", "description"}
        assert alert["labels"]["severity"] in ("warning", "critical")
        assert f"alertname: {alert['alert']}\n        exp_alerts" in tested, "no test in which it fires"


def test_rules_hold_by_promtool(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not there (Debian package prometheus)")
    for words in (["check", "rules", "rules.yaml"], ["test", "rules", "rules_test.yaml"]):
        done = subprocess.run(
            [promtool, *words],
            cwd=DEPLOY / "prometheus",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboards_panels_do_not_lie_on_each_other() -> None:
    panels = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))["panels"]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_compose_sets_variables_that_a_node_reads_and_all_it_needs() -> None:
    services = documents(DEPLOY / "compose.yaml")[0]["services"]
    nodes = {name: service for name, service in services.items() if name.startswith("node-")}
    assert [service["environment"]["NODE_NAME"] for service in nodes.values()] == ["1", "2"]
    for service in nodes.values():
        assert set(service["environment"]) - _OF_A_NODE == set()
        assert (_NEEDED | PASSWORDS) - set(service["environment"]) == set()


def test_compose_takes_its_secrets_from_the_rendered_file(tmp_path: Path) -> None:
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    tls, configuration, settings = render_for_containers(tmp_path)
    given = dict(line.split("=", 1) for line in settings.read_text().splitlines())
    assert set(re.findall(r"\$\{(\w+):\?\}", compose)) == set(given)
    assert settings.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tls.iterdir()) == ["ca.pem", "server.key", "server.pem"]
    services = documents(DEPLOY / "compose.yaml")[0]["services"]
    text = configuration.read_text()
    for name in ("node-1", "node-2"):
        port = services[name]["environment"]["PORT"]
        assert f"server {name}:{port} max_fails=0;" in text
    mounted = [volume.split(":")[1] for volume in services["nginx"]["volumes"]] + services["nginx"]["tmpfs"]
    for path in re.findall(r"(?:root|ssl_certificate|ssl_certificate_key|pid) (/[^;]+);", text):
        assert any(path.startswith(folder) for folder in mounted), path
    before = settings.read_text()
    render_for_containers(tmp_path)
    assert settings.read_text() == before


def test_the_image_holds_what_a_node_imports() -> None:
    copied = re.findall(r"^COPY (\S+) ", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert copied == ["requirements/gateway.txt", "mock_server", "deploy/__init__.py", "deploy/gateway"]
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert [path for path in copied if f"!{path}" not in allowed] == []


def test_pods_get_what_a_node_needs_and_redis_url_from_a_secret() -> None:
    found = kubernetes()
    container = found["Deployment", "lockstep-gateway"]["spec"]["template"]["spec"]["containers"][0]
    environment = {each["name"]: each for each in container["env"]}
    people = found["Secret", "lockstep-people"]["stringData"]
    assert set(environment) - set(variables()) == set()
    assert _NEEDED - set(environment) == set()
    assert set(people) == PASSWORDS
    assert container["envFrom"] == [{"secretRef": {"name": "lockstep-people"}}]
    for name in ("REDIS_URL", "JWT_SECRET"):
        reference = environment[name]["valueFrom"]["secretKeyRef"]
        assert reference["key"] in found["Secret", reference["name"]]["stringData"]
    given = {name: str(each.get("value", "node-1")) for name, each in environment.items()}
    assert (
        read_settings({**given, "REDIS_URL": "redis://redis", "JWT_SECRET": "s" * 32}).rate_limit.max == 600
    )


def test_two_pods_one_of_which_always_stays_with_probes_and_affinity() -> None:
    found = kubernetes()
    deployment = found["Deployment", "lockstep-gateway"]["spec"]
    assert deployment["replicas"] == 2
    labels = deployment["template"]["metadata"]["labels"]
    budget = found["PodDisruptionBudget", "lockstep-gateway"]["spec"]
    service = found["Service", "lockstep-gateway"]["spec"]
    assert budget["selector"]["matchLabels"] == service["selector"] == labels
    assert budget["minAvailable"] == 1
    container = deployment["template"]["spec"]["containers"][0]
    [port] = container["ports"]
    assert str(port["containerPort"]) == next(
        each["value"] for each in container["env"] if each["name"] == "PORT"
    )
    probes = {name: container[name]["httpGet"]["path"] for name in ("readinessProbe", "livenessProbe")}
    assert probes == {"readinessProbe": "/health", "livenessProbe": "/health/live"}
    assert service["sessionAffinity"] == "ClientIP"
    ingress = found["Ingress", "lockstep"]
    annotations = ingress["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    backends = list(_backends(ingress))
    assert {backend["service"]["name"] for backend in backends} == {"lockstep-gateway"}
    listed = documents(DEPLOY / "kubernetes" / "kustomization.yaml")[0]["resources"]
    assert all((DEPLOY / "kubernetes" / name).is_file() for name in listed)


def _backends(ingress: Any) -> Iterator[Any]:
    for rule in ingress["spec"]["rules"]:
        yield from (path["backend"] for path in rule["http"]["paths"])
