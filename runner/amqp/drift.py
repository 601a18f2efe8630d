"""Where the broker differs from the topology, and how that is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from runner.amqp import topology
from runner.amqp.topology import EXCHANGES, TASKS

if TYPE_CHECKING:
    from runner.amqp.connection import Broker
    from runner.amqp.management import Management
    from runner.amqp.topology import Queue, Topology


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be."""

    what: str  #: 'queue dxf_dlq'
    text: str  #: how it differs
    remedy: str


_APPLY = "Run `cad-runner topology apply`."
_POLICY = (
    "Another policy of a higher priority holds for it, or it was declared with arguments: see docs/howto/rabbitmq.md."
)
_ANEW = "Arguments can't be changed: drain the queue, delete it, and run `cad-runner topology apply`."


def apply(broker: Broker, wanted: Topology, management: Management | None) -> list[str]:
    """Make what is missing, and set the policies; what was done. Nothing that is there is deleted.

    Without ``management`` the rules of new queues become their arguments. Raises ``BrokerUnavailable``.
    """
    done = [] if management is None else _policies(wanted, management)
    return done + [f"queue {name}" for name in topology.declare(broker, wanted, whole=management is None)]


def _policies(wanted: Topology, management: Management) -> list[str]:
    """Set the policies that differ, before there are queues that need them."""
    done = []
    for each in wanted.queues:
        path = f"policies/{{vhost}}/{quote(each.policy, safe='')}"
        present = management.get(path) or {}
        if any(present.get(key) != value for key, value in each.ruling().items()):
            management.put(path, each.ruling())
            done.append(f"policy {each.policy}")
    return done


def diff(broker: Broker, wanted: Topology, management: Management | None) -> list[Difference]:
    """All that differs. Without ``management`` only queues that are missing or have other arguments are seen."""
    if management is None:
        return [found for each in wanted.queues for found in _declared(broker, each)]
    found = []
    for name, kind in EXCHANGES.items():
        present = management.get(f"exchanges/{{vhost}}/{name}")
        if present is None:
            found.append(Difference(f"exchange {name}", "is missing", _APPLY))
        elif present["type"] != kind or not present["durable"]:
            found.append(Difference(f"exchange {name}", f"is not a durable {kind} exchange", _ANEW))
    for each in wanted.queues:
        found += _managed(management, each)
    return found


def _declared(broker: Broker, wanted: Queue) -> list[Difference]:
    match topology.standing(broker, wanted, whole=True):
        case None:
            return [Difference(f"queue {wanted.name}", "is missing", _APPLY)]
        case False:
            text = "was declared with other arguments; whether policies hold for it can be seen by the HTTP API only"
            return [Difference(f"queue {wanted.name}", text, "Set RABBITMQ_MANAGEMENT_URL, and look again.")]
        case True:
            return []


def _managed(management: Management, wanted: Queue) -> list[Difference]:
    what, path = f"queue {wanted.name}", quote(wanted.name, safe="")
    present = management.get(f"queues/{{vhost}}/{path}")
    if present is None:
        return [Difference(what, "is missing", _APPLY)]
    found = []
    if present.get("type") != "quorum":
        found.append(Difference(what, f"is a {present.get('type')} queue, not a quorum queue", _ANEW))
    bound = management.get(f"bindings/{{vhost}}/e/{TASKS}/q/{path}") or []
    if wanted.key not in [each["routing_key"] for each in bound]:
        found.append(Difference(what, f"is not bound to {TASKS} by {wanted.key}", _APPLY))
    return found + _ruled(present, wanted)


def _ruled(present: dict[str, Any], wanted: Queue) -> list[Difference]:
    """Where other rules are in force, whether policies or arguments set them."""
    arguments = {
        name.removeprefix("x-"): value for name, value in present["arguments"].items() if name != "x-queue-type"
    }
    policy = present.get("effective_policy_definition") or {}
    in_force = dict(policy) | arguments
    found = []
    for name in sorted({*wanted.rules, *in_force}):
        want, have = wanted.rules.get(name), in_force.get(name)
        if want != have:
            remedy = (
                _ANEW
                if name in arguments
                else _POLICY
                if present.get("policy") not in ("", None, wanted.policy)
                else _APPLY
            )
            found.append(Difference(f"queue {wanted.name}", f"has {name} {_said(have)}, not {_said(want)}", remedy))
    return found


def _said(value: object) -> str:
    return "unset" if value is None else str(value)
