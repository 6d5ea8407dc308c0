//! What servers, libraries and pages write, by what it means. Data only; the rules search for it.

pub(crate) mod address_list;
pub(crate) mod certificate;
pub(crate) mod fields;
pub(crate) mod languages;
pub(crate) mod network;
pub(crate) mod numbers;
pub(crate) mod page;
pub(crate) mod product;
