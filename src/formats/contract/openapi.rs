//! The source as an OpenAPI 3.1 document.

use serde_json::{Map, Value, json};

use super::schema;
use super::terms::{example_payload, url};
use crate::model::{Address, Profile};

/// The document of a profile.
pub fn openapi(profile: &Profile) -> Value {
    let url = url(profile);
    let address = Address::parse(&url);
    let path = address.raw(&address.path);
    let path = if path.is_empty() { "/" } else { path };
    let mut paths = Map::new();
    // Braces of a path are parameters to OpenAPI.
    paths.insert(path.replace('{', "%7B").replace('}', "%7D"), json!({"post": create(profile)}));
    if !profile.file_elements.is_empty() {
        paths.insert(
            format!("{}/{{ticket}}/files/{{element}}", path.replace('{', "%7B").replace('}', "%7D")),
            json!({"post": upload(profile)}),
        );
    }
    let server = if address.base().is_empty() { "https://example.com" } else { address.base() };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("External Source: {}", profile.shown_name()),
            "version": "1",
            "description": "Creates feedback tickets in Centercode. What Centercode documents is described as such; the shape of the success answer and the address of attachments are not documented.",
        },
        "servers": [{"url": server}],
        "security": [{"apiKey": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "apiKey": {"type": "apiKey", "in": "query", "name": "apiKey", "description": "The community's API key"},
            },
            "schemas": {"Payload": schema::object(profile)},
        },
    })
}

fn create(profile: &Profile) -> Value {
    json!({
        "operationId": "createTicket",
        "summary": "Create a feedback ticket",
        "requestBody": {
            "required": true,
            "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Payload"},
                "example": example_payload(profile),
            }},
        },
        "responses": {
            "201": {
                "description": "The ticket was created (the status is general experience). Documented: the answer holds the attachment endpoint of each file element. Its shape is not documented.",
                "content": {"application/json": {"schema": {}}},
            },
            "400": {"description": "Documented: the submitter, the status or a choice does not match exactly; general experience: the JSON is broken or a required field is missing"},
            "404": {"description": "Documented: the endpoint is invalid, for the project key, the source key or the API key is wrong or was changed"},
        },
    })
}

fn upload(profile: &Profile) -> Value {
    let parts: Map<String, Value> = profile
        .file_elements
        .iter()
        .map(|element| {
            (element.part_name().to_owned(), json!({"type": "string", "format": "binary", "description": element.field}))
        })
        .collect();
    let elements: Vec<&str> = profile.file_elements.iter().map(|element| element.parameter.as_str()).collect();
    json!({
        "operationId": "attachFile",
        "summary": "Attach one file to a ticket",
        "description": "Send the file to the attachment endpoint that the answer to createTicket names for the file element. The path here is an example of one: Centercode does not document its form. Up to 2 GB a file.",
        "parameters": [
            {"name": "ticket", "in": "path", "required": true, "schema": {"type": "string"}, "description": "As the attachment endpoint has it"},
            {"name": "element", "in": "path", "required": true, "schema": {"type": "string", "examples": elements}, "description": "As the attachment endpoint has it"},
        ],
        "requestBody": {
            "required": true,
            "content": {"multipart/form-data": {"schema": {"type": "object", "properties": parts}}},
        },
        "responses": {
            "200": {"description": "The file was attached; any status from 200 to 299 says so"},
            "400": {"description": "The file or its form-data name was refused"},
            "404": {"description": "The attachment endpoint is invalid"},
            "413": {"description": "General experience: the file is larger than the server, or something before it, takes"},
        },
    })
}
