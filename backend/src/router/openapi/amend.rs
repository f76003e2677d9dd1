//! Amendments that the attributes of single addresses cannot express, or would have to repeat twenty
//! times: the media type of refusals, the forms of identifiers, the signature, and bodies that are not
//! JSON.

use protocol::{attestation::CHAIN_LONGEST, code::Code, signin::FIRST_PORT};
use serde_json::{Map, Value, json};

/// The forms of values that are written as one text.
const FORMS: [(&str, &str); 13] = [
    ("ActivationId", "^[0-9a-f]{32}$"),
    ("ApoyoId", "^[0-9a-f]{32}$"),
    ("DeviceId", "^[0-9a-f]{32}$"),
    ("SigninId", "^[0-9a-f]{32}$"),
    ("Sha256Hash", "^[0-9a-f]{64}$"),
    ("CampaignId", "^[a-z0-9-]{1,64}$"),
    ("ProcessId", "^[a-z0-9-]{1,64}$"),
    ("ProviderId", "^[a-z0-9-]{1,64}$"),
    (
        "ActivationCode",
        "^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$",
    ),
    // Base64url of 65, 56 and 32 bytes: the bits that are left over are zero.
    (
        "DevicePublicKey",
        "^B[A-P][A-Za-z0-9_-]{84}[AEIMQUYcgkosw048]$",
    ),
    ("Challenge", "^[A-Za-z0-9_-]{74}[AEIMQUYcgkosw048]$"),
    ("SigninTicket", "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"),
    ("AttestationObject", "^([A-Za-z0-9_-]{4})+$"),
];

/// Operations that a device key signs: its two headers go together.
const SIGNED: [&str; 13] = [
    "begin_activation",
    "activation_state",
    "resend_code",
    "complete_activation",
    "begin_signin",
    "redeem_ticket",
    "list_campaigns",
    "head_blob",
    "put_blob",
    "put_apoyo",
    "get_apoyo",
    "get_receipt",
    "forget_device",
];

/// Amends the description.
pub(super) fn amend(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    for (name, form) in FORMS {
        if schemas[name].is_object() {
            schemas[name]["pattern"] = json!(form);
        }
    }
    // The attribute knows the names of the code, not the words on the wire.
    let words: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    if schemas["Code"].is_object() {
        schemas["Code"]["enum"] = json!(words);
    }
    if schemas["WorkDone"].is_object() {
        schemas["WorkDone"] = work_done();
    }
    amend_fields(schemas);
    document["components"]["securitySchemes"] = json!({
        "key": {
            "type": "apiKey", "in": "header", "name": "apoyo-key",
            "description": "Whose key signs: the id of a device, of an activation, or `new`",
        },
        "signature": {
            "type": "apiKey", "in": "header", "name": "apoyo-signature",
            "description": "64 bytes of ECDSA over P-256 in base64url, over method, path with query \
                and the SHA-256 of the body (`protocol::devices::request_bytes`)",
        },
        "bounces": {
            "type": "http", "scheme": "bearer",
            "description": "The secret of the configuration; without one there is no such address",
        },
    });
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for path in paths.values_mut().filter_map(Value::as_object_mut) {
        for (method, operation) in path.iter_mut() {
            if let Some(operation) = operation.as_object_mut() {
                amend_operation(method, operation);
            }
        }
    }
}

/// The forms of fields whose types are as wide as a text or a number.
fn amend_fields(schemas: &mut Value) {
    let base64url = json!({ "type": "string", "pattern": "^([A-Za-z0-9_-]{4})+$" });
    let chain = &mut schemas["CertificateChain"];
    if chain.is_object() {
        chain["minItems"] = json!(1);
        chain["maxItems"] = json!(CHAIN_LONGEST);
        chain["items"] = base64url.clone();
    }
    for (schema, field, form) in [
        ("BeginActivation", "notice_version", json!("^[0-9a-f]{16}$")),
        ("Submission", "payload", base64url["pattern"].clone()),
    ] {
        let field = &mut schemas[schema]["properties"][field];
        if field.is_object() {
            field["pattern"] = form;
        }
    }
    // The shapes that are read refuse unknown fields in each variant, which the attribute does not see.
    for name in ["Attestation", "ReturnWay"] {
        let variants = schemas[name]["oneOf"].as_array_mut();
        for variant in variants.into_iter().flatten() {
            variant["additionalProperties"] = json!(false);
        }
    }
    let ways = schemas["ReturnWay"]["oneOf"].as_array_mut();
    for way in ways.into_iter().flatten() {
        if way["properties"]["port"].is_object() {
            way["properties"]["port"]["minimum"] = json!(FIRST_PORT);
            way["properties"]["port"]["maximum"] = json!(u16::MAX);
        }
    }
}

/// The challenge as it was given, with its solution (ALTCHA).
fn work_done() -> Value {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["challenge", "solution"],
        "properties": {
            "challenge": {
                "type": "object",
                "additionalProperties": false,
                "required": ["parameters"],
                "properties": {
                    "parameters": {
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["algorithm", "cost", "keyLength", "keyPrefix", "nonce", "salt"],
                        "properties": {
                            "algorithm": text, "cost": number, "data": { "type": "object" },
                            "expiresAt": { "type": "integer", "minimum": 0, "maximum": 1_u64 << 53 },
                            "keyLength": number, "keyPrefix": text, "keySignature": text,
                            "memoryCost": number, "nonce": text, "parallelism": number, "salt": text,
                        },
                    },
                    "signature": text,
                },
            },
            "solution": {
                "type": "object",
                "additionalProperties": false,
                "required": ["counter", "derivedKey"],
                "properties": { "counter": number, "derivedKey": text, "time": { "type": "number" } },
            },
        },
    })
}

fn amend_operation(method: &str, operation: &mut Map<String, Value>) {
    let id = operation["operationId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    // One function answers both methods; an operation has a name of its own.
    if id == "signin_callback" && method == "post" {
        operation["operationId"] = json!("signin_callback_post");
    }
    if SIGNED.contains(&id.as_str()) {
        operation.insert(
            "security".to_owned(),
            json!([{ "key": [], "signature": [] }]),
        );
    }
    if let Some(responses) = operation["responses"].as_object_mut() {
        for response in responses.values_mut() {
            amend_refusal(response);
        }
    }
    match id.as_str() {
        "take_bounce" => {
            operation.insert("security".to_owned(), json!([{ "bounces": [] }]));
            // An empty body is not a report. Any type is accepted; programs that cannot write the first send the second.
            operation["requestBody"]["required"] = json!(false);
            operation["requestBody"]["content"] = json!({
                "message/rfc822": { "schema": { "type": "string", "format": "binary" } },
                "application/octet-stream": { "schema": { "type": "string", "format": "binary" } },
            });
        }
        "put_blob" => {
            // Any type is accepted; programs that cannot write the first send the second.
            operation["requestBody"]["content"] = json!({
                "application/vnd.apoyo.sealed": { "schema": { "type": "string", "format": "binary" } },
                "application/octet-stream": { "schema": { "type": "string", "format": "binary" } },
            });
        }
        "list_campaigns" => {
            bound(operation, "entidad", 1, 32);
            bound(operation, "seccion", 1, 9_999);
        }
        "get_tally" => {
            bound(operation, "entidad", 1, 32);
            bound(operation, "distrito", 0, u16::MAX);
        }
        "signin_callback" => {
            for status in ["4XX", "5XX"] {
                operation["responses"][status]["content"] =
                    json!({ "text/html": { "schema": { "type": "string" } } });
            }
        }
        _ => {}
    }
}

/// A refusal has a media type of its own (RFC 9457).
fn amend_refusal(response: &mut Value) {
    // `response["content"]` would add an empty one where an answer has no body.
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    let is_problem = content
        .get("application/json")
        .and_then(|json| json["schema"]["$ref"].as_str())
        .is_some_and(|schema| schema.ends_with("/Problem"));
    if is_problem && let Some(problem) = content.remove("application/json") {
        content.insert("application/problem+json".to_owned(), problem);
    }
}

fn bound(operation: &mut Map<String, Value>, name: &str, least: u16, most: u16) {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        if parameter["name"] == name {
            parameter["schema"] = json!({ "type": "integer", "minimum": least, "maximum": most });
        }
    }
}
