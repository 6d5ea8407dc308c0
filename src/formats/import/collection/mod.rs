//! The collections of API clients: their requests as they stand there, with the values that the collection itself has for its variables.

pub(super) mod automation;
pub(super) mod bru;
pub(super) mod bruno;
pub(super) mod environment;
pub(super) mod hoppscotch;
pub(super) mod insomnia;
pub(super) mod json;
pub(super) mod open_collection;
pub(super) mod openapi;
pub(super) mod sheet;
pub(super) mod thunder;
pub(super) mod which;
pub(super) mod yaml;
