"""The description of the interface for other systems, as OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from brobygger.payments.models import Invoice, InvoiceLine

_TEXT = {"type": "string"}


def _answer(description: str, schema: str = "", kind: str = "application/json") -> dict[str, Any]:
    if not schema:
        return {"description": description}
    return {
        "description": description,
        "content": {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


_PROBLEMS = {
    "401": _answer("The token is missing, revoked or out of date.", "Problem"),
    "404": _answer("There is no such invoice for this token.", "Problem"),
}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}

DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Brobygger: electronic invoices",
        "version": "1",
        "description": "Hand in electronic invoices for mentor hours, and read what came of each line.",
    },
    "security": [{"token": []}],
    "paths": {
        "/api/v1/invoices/": {
            "post": {
                "summary": "Hand in one invoice or credit note (OIOUBL 2 or Peppol BIS Billing 3).",
                "description": "Sending the same file again gives the same invoice and changes nothing.",
                "requestBody": {
                    "required": True,
                    "content": {"application/xml": {"schema": {"type": "string"}}},
                },
                "responses": {
                    "201": _answer("Received. Also when the document was rejected: see state.", "Invoice"),
                    "200": _answer("The same file has been received before.", "Invoice"),
                    "401": _PROBLEMS["401"],
                    "413": _answer("The file is larger than 5 MB.", "Problem"),
                    "422": _answer("The file cannot be received; the sentence says why.", "Problem"),
                },
            }
        },
        "/api/v1/invoices/{id}/": {
            "get": {
                "summary": "The state of an invoice and of each of its lines.",
                "parameters": [_ID],
                "responses": {"200": _answer("The invoice.", "Invoice"), **_PROBLEMS},
            }
        },
        "/api/v1/invoices/{id}/response/": {
            "get": {
                "summary": "The answer to the supplier as an OIOUBL 2.1 ApplicationResponse.",
                "parameters": [_ID],
                "responses": {
                    "200": {
                        "description": "The answer that stands.",
                        "content": {"application/xml": {"schema": {"type": "string"}}},
                    },
                    **_PROBLEMS,
                },
            }
        },
    },
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Problem": {
                "type": "object",
                "required": ["sentence"],
                "properties": {"sentence": {**_TEXT, "description": "One sentence in Danish."}},
            },
            "Invoice": {
                "type": "object",
                "required": ["id", "kind", "number", "state", "lines"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "kind": {"type": "string", "enum": Invoice.Kind.values},
                    "number": _TEXT,
                    "state": {"type": "string", "enum": Invoice.State.values},
                    "answer": {**_TEXT, "description": "What the supplier is told, once nothing waits."},
                    "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
                },
            },
            "Line": {
                "type": "object",
                "required": ["number", "amount", "state", "code", "reason", "refused_amount"],
                "properties": {
                    "number": _TEXT,
                    "amount": {**_TEXT, "description": "Kroner without VAT, as stated."},
                    "state": {"type": "string", "enum": InvoiceLine.State.values},
                    "code": {**_TEXT, "description": "Why, as a code."},
                    "reason": {**_TEXT, "description": "Why, as a sentence in Danish."},
                    "refused_amount": {
                        **_TEXT,
                        "description": "Kroner without VAT that are refused of the line.",
                    },
                },
            },
        },
    },
}
