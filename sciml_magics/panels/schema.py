"""The protocol as one JSON Schema, from which the types of the front end are generated.

``jlpm types`` in ``labextension/`` pipes it into the generator::

    python -m sciml_magics.panels.schema
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from sciml_magics.panels.messages import EVENTS, METHODS, PROTOCOL, RPC, Event, Reply, Request
from sciml_magics.panels.shown import ChartName, Message, ValueView
from sciml_magics.review import Order, Verb
from sciml_magics.tasks.response import Decision, Role, Share
from sciml_magics.tasks.task import Input, Kind

# What the front end imports by value: they are written as constants.
CONSTANTS = {"PROTOCOL": PROTOCOL, "RPC": RPC, "EVENTS": EVENTS}
# Unions, which have a name of their own in the front end too.
UNIONS = {
    "ChartName": ChartName,
    "Decision": Decision,
    "Event": Event,
    "Input": Input,
    "Kind": Kind,
    "Order": Order,
    "Role": Role,
    "Share": Share,
    "ValueView": ValueView,
    "Verb": Verb,
}

Schema = dict[str, Any]


def protocol_schema() -> Schema:
    """All messages, and ``Methods``: the parameters and the result of each method.

    What a front end sends may leave out what has a default; what a kernel sends is whole.
    """
    sent = _definitions((Request, *(params for params, _ in METHODS.values())), "validation")
    told = _definitions((Reply, *(result for _, result in METHODS.values())), "serialization")
    unions = {name: _union(union) for name, union in UNIONS.items()}
    definitions = told | unions["Event"].pop("$defs") | sent
    named = {_canonical(union): name for name, union in unions.items()}
    for definition in definitions.values():
        _simplify(definition.get("properties", {}), named)
    definitions |= unions
    definitions["Methods"] = _object(
        {
            name: _object({"params": _ref(params.__name__), "result": _ref(result.__name__)})
            for name, (params, result) in METHODS.items()
        }
    )
    roots = ("Methods", "Event", "Request", "Reply", *UNIONS)
    return {
        **_object({name: _ref(name) for name in roots}),
        "title": "Protocol",
        "description": "All there is.",
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def schema_text() -> str:
    """The schema and the constants, as the generator reads them."""
    return json.dumps({"constants": CONSTANTS, "schema": protocol_schema()})


def digest() -> str:
    """SHA-256 of `schema_text`: it stands in the generated file, which is stale if it differs."""
    return sha256(schema_text().encode()).hexdigest()


def _definitions(
    models: Iterable[type[Message]], mode: Literal["validation", "serialization"]
) -> Schema:
    _, schema = models_json_schema([(model, mode) for model in models])
    found: Schema = schema["$defs"]
    return found


def _union(union: Any) -> Schema:
    schema = TypeAdapter(union).json_schema(mode="serialization")
    if union is not Event:
        schema.pop("$defs", None)
    return schema


def _simplify(properties: Schema, named: dict[str, str]) -> None:
    """Take off the title of each field, which would become a type, and name the unions."""
    for name, field in properties.items():
        field.pop("title", None)
        properties[name] = _replaced(field, named)


def _replaced(part: Any, named: dict[str, str]) -> Any:
    if isinstance(part, list):
        return [_replaced(one, named) for one in part]
    if not isinstance(part, dict):
        return part
    bare = {key: value for key, value in part.items() if key != "default"}
    if name := named.get(_canonical(bare)):
        return _ref(name)
    return {key: _replaced(value, named) for key, value in bare.items()}


def _canonical(part: Schema) -> str:
    return json.dumps(part, sort_keys=True)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


if __name__ == "__main__":
    print(schema_text())
