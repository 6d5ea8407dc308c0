//! Regular expressions and JSON Schemas, compiled once however many rows are held against them.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::formats::import::utf8;
use crate::transport::read_regular;

/// A regular expression.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<regex::Regex>);

impl Pattern {
    /// Compiles a regular expression.
    ///
    /// # Errors
    /// When the text is none.
    pub fn new(text: &str) -> Result<Self, String> {
        let compiled = regex::Regex::new(text).map_err(|error| format!("matches holds no regular expression: {error}"))?;
        Ok(Self(Arc::new(compiled)))
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is found in a text.
    pub fn is_found_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

/// A JSON Schema, which may be in a file beside the suite.
#[derive(Clone, Debug)]
pub struct Schema {
    file: Option<String>,
    /// `None` until its file is read.
    compiled: Option<Arc<(Value, jsonschema::Validator)>>,
}

impl Schema {
    /// A schema whose file is not read yet.
    pub fn of_file(file: String) -> Self {
        Self { file: Some(file), compiled: None }
    }

    /// Compiles a schema, of a file if it comes from one.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn new(file: Option<String>, schema: &Value) -> Result<Self, String> {
        let validator = jsonschema::validator_for(schema).map_err(|error| format!("the schema cannot be used: {error}"))?;
        Ok(Self { file, compiled: Some(Arc::new((schema.clone(), validator))) })
    }

    /// The same, with its file read.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no schema.
    pub fn read(&self, folder: &Path) -> Result<Self, String> {
        let (Some(file), None) = (&self.file, &self.compiled) else { return Ok(self.clone()) };
        let path = folder.join(file);
        let trouble = |reason: String| format!("Reading the schema {}: {reason}", path.display());
        let text = read_regular(&path).and_then(utf8).map_err(trouble)?;
        let schema: Value = crate::model::json_text::read(&text).map_err(|error| trouble(error.to_string()))?;
        Self::new(Some(file.clone()), &schema).map_err(trouble)
    }

    /// Its file, if it comes from one.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// Where a value does not fit, as a JSON pointer, and why; `None` where it fits.
    pub fn error_in(&self, value: &Value) -> Option<(String, String)> {
        let Some(compiled) = &self.compiled else { return Some((String::new(), "the schema was not read".to_owned())) };
        let error = compiled.1.iter_errors(value).next()?;
        Some((error.instance_path().to_string(), error.to_string()))
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        let written = |schema: &Self| schema.compiled.as_ref().map(|compiled| compiled.0.clone());
        self.file == other.file && written(self) == written(other)
    }
}
