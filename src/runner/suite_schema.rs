//! The JSON Schema of suites, for editors that complete and check TOML.

use serde_json::{Value, json};

use super::generate::Content;
use super::matrix::group_names;
use super::suite::SUITE_FORMAT;

/// The schema.
pub fn schema() -> Value {
    let contents: Vec<&str> = Content::ALL.iter().map(|content| content.name()).collect();
    let (sizes, groups) = group_names();
    let asked_contents = [&["all", "lying"][..], &contents].concat();
    let asked_groups = [&["all"][..], groups].concat();
    let one_check =
        ["status", "header", "pointer", "schema", "endpoint", "cause", "sha256", "below"].map(|name| json!({"required": [name]}));
    let texts = || json!({"type": "array", "items": {"type": "string"}});
    let text = |about: &str| json!({"type": "string", "description": about});
    let time = |about: &str| json!({"type": "string", "description": format!("{about}, as in 250 ms, 2 s, 15m or 1h")});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Centerpost suite",
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "anyOf": [{"required": ["step"]}, {"required": ["matrix"]}],
        "properties": {
            "format": {"const": SUITE_FORMAT},
            "name": text("What reports call it"),
            "profile": text("A profile's name or id, or a *.profile.json file beside the suite"),
            "concurrency": {"type": "integer", "minimum": 1, "default": 1, "description": "How many rows are under way at once"},
            "rate": text("How many requests go out at most, as in 10/s or 300/min"),
            "stop_on_failure": {"type": "boolean", "default": false},
            "repeat": {"type": "integer", "minimum": 1, "default": 1, "description": "How often the steps are done, where there are no data"},
            "seed": {"type": "integer", "minimum": 0, "description": "Where random values begin"},
            "secrets": {"type": "array", "items": {"type": "string"}, "description": "Variables and columns that no report shows"},
            "retry": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "attempts": {"type": "integer", "minimum": 1, "default": 1},
                    "wait": time("How long to wait before the second try"),
                    "unknown_outcome": {"type": "boolean", "default": false, "description": "Create a ticket again though the first may exist"}
                }
            },
            "variables": {"type": "object", "description": "Values by name, for {{name}}"},
            "data": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "file": text("A CSV, JSON, NDJSON or XLSX file beside the suite"),
                    "delimiter": {"type": "string", "minLength": 1, "maxLength": 1},
                    "sheet": text("The sheet of an XLSX file"),
                    "columns": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Parameters by their columns"},
                    "empty": {"enum": ["left-out", "empty", "null"], "default": "left-out", "description": "What an empty cell means"}
                }
            },
            "matrix": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "send": {"type": "object", "description": "The payload of each ticket"},
                    "elements": texts(),
                    "sizes": {"type": "array", "items": {"type": "string"}, "description": format!("Sizes, or the groups {}", sizes.join(", "))},
                    "names": {"type": "array", "items": {"type": "string"}, "description": "Names of files, or all"},
                    "contents": {"type": "array", "items": {"enum": asked_contents}},
                    "groups": {"type": "array", "items": {"enum": asked_groups}},
                    "refused": {"type": "array", "items": {"type": "string"}, "description": "Rows whose files have to be refused, as in size 0 B"}
                }
            },
            "step": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}}
        },
        "$defs": {
            "step": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "name": {"type": "string"},
                    "send": {"type": ["object", "string"], "description": "The payload: parameters, or a text that is sent to the byte"},
                    "attach": {"type": "array", "items": {"$ref": "#/$defs/attach"}},
                    "upload": {"$ref": "#/$defs/attach"},
                    "wait": time("How long to wait"),
                    "expect": {"type": "array", "items": {"$ref": "#/$defs/expect"}},
                    "capture": {"type": "object", "additionalProperties": {"type": "string"}, "description": "JSON pointers by the names of variables"}
                },
                "oneOf": [{"required": ["send"]}, {"required": ["upload"]}, {"required": ["wait"]}]
            },
            "attach": {
                "type": "object", "additionalProperties": false, "required": ["element"],
                "properties": {
                    "element": text("The file element's parameter"),
                    "file": text("A file beside the suite"),
                    "glob": text("A pattern; every file that fits it is sent"),
                    "generate": {
                        "type": "object", "additionalProperties": false,
                        "properties": {"size": text("As in 0 B, 64 KiB - 1, 30 MB or 2 GiB + 1"), "content": {"enum": contents}}
                    },
                    "name": text("The name it is sent under"),
                    "content_type": {"type": "string"}
                },
                "oneOf": [{"required": ["file"]}, {"required": ["glob"]}, {"required": ["generate"]}]
            },
            "expect": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "status": {"type": ["integer", "string", "array"], "description": "201, \"2xx\" or [200, 201]"},
                    "header": text("A header's name"),
                    "pointer": text("A JSON pointer into the answer, as in /id"),
                    "schema": {"type": ["string", "object"], "description": "A JSON Schema, or a file that holds one"},
                    "endpoint": text("A file element that the answer names an attachment endpoint for"),
                    "cause": text("The id of a cause that diagnosis finds"),
                    "sha256": text("A file element whose SHA-256 the server reports as it was sent"),
                    "below": time("How long it may take"),
                    "equals": true,
                    "matches": text("A regular expression"),
                    "exists": {"type": "boolean"},
                    "fail": {"type": "boolean", "description": "Whether the step fails where it does not hold. Only below does not fail a step by itself"}
                },
                "oneOf": one_check
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// JSON as TOML, all in inline tables.
    fn toml_of(value: &Value) -> String {
        fn inline(value: &Value) -> String {
            match value {
                Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
                Value::Object(members) => {
                    let members = members.iter().map(|(name, value)| format!("\"{name}\" = {}", inline(value)));
                    format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
                }
                other => other.to_string(),
            }
        }
        let members = value.as_object().unwrap();
        members.iter().map(|(name, value)| format!("{name} = {}\n", inline(value))).collect()
    }

    #[test]
    fn the_schema_takes_what_is_read_and_refuses_what_is_not() {
        let schema = schema();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let step = |step: Value| json!({"name": "a", "step": [step]});
        for (suite, is_right) in [
            (step(json!({"send": {"a": 1}, "expect": [{"status": 201}, {"pointer": "/id", "equals": 1}]})), true),
            (step(json!({"send": "{", "attach": [{"element": "x", "generate": {"size": "1 B", "content": "png"}}]})), true),
            (step(json!({"wait": "1 s"})), true),
            (json!({"name": "a", "matrix": {"contents": ["all"], "sizes": ["2gb"]}}), true),
            (json!({"name": "a"}), false),
            (step(json!({"send": {}, "wait": "1 s"})), false),
            (step(json!({"send": {}, "expcet": []})), false),
            (step(json!({"send": {}, "expect": [{"status": 201, "below": "1 s"}]})), false),
            (step(json!({"upload": {"element": "x", "file": "a", "glob": "b"}})), false),
        ] {
            assert_eq!(validator.is_valid(&suite), is_right, "{suite}");
            let is_read = crate::runner::suite::Suite::read(&toml_of(&suite)).is_ok();
            assert_eq!(is_read, is_right, "{suite}");
        }
    }
}
