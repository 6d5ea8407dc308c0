//! A profile as a contract for the developers of the outside system: a page, a JSON Schema and an OpenAPI document. None holds the API
//! key or anybody's e-mail address.

mod form;
mod openapi;
mod page;
mod schema;
mod terms;

pub use form::Form;
pub use openapi::openapi;
pub use page::page;
pub use schema::json_schema;

#[cfg(test)]
mod tests;
