//! Arguments that take one of a fixed set of names.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

/// Reads a value by its name. A misspelt name is answered with the nearest one, and completions list them all.
#[derive(Clone)]
pub(in crate::cli) struct NamedValue<T> {
    names: Vec<PossibleValue>,
    read: fn(&str) -> Option<T>,
}

impl<T> NamedValue<T> {
    /// A parser for these names, each with what it stands for. `read` may take more than a name, such as `delay=2.5`.
    pub(in crate::cli) fn new(
        names: impl IntoIterator<Item = (&'static str, &'static str)>,
        read: fn(&str) -> Option<T>,
    ) -> Self {
        let names = names.into_iter().map(|(name, help)| PossibleValue::new(name).help(help)).collect();
        Self { names, read }
    }
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for NamedValue<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        let text = value.to_string_lossy();
        if let Some(found) = (self.read)(&text) {
            return Ok(found);
        }
        let name = text.split('=').next().unwrap_or_default();
        PossibleValuesParser::new(self.names.clone()).parse_ref(command, argument, OsStr::new(name))?;
        // The name is known, so what follows it is wrong.
        let mut error = Error::new(ErrorKind::ValueValidation).with_cmd(command);
        if let Some(argument) = argument {
            error.insert(ContextKind::InvalidArg, ContextValue::String(argument.to_string()));
        }
        error.insert(ContextKind::InvalidValue, ContextValue::String(text.into_owned()));
        Err(error)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::cli::app::Cli;

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        for (arguments, expected) in [
            (vec!["export", "pyhton"], "'python'"),
            (vec!["import", "crul", "a.txt"], "'curl'"),
            (vec!["replay", "a.txt", "--kind", "postmann"], "'postman'"),
            (vec!["sandbox", "--shape", "nestd"], "'nested'"),
            (vec!["sandbox", "--fault", "dely=2"], "'delay'"),
            (vec!["profiles", "contract", "acme", "--as", "opnapi"], "'openapi'"),
        ] {
            let error = Cli::try_parse_from(std::iter::once("centerpost").chain(arguments)).unwrap_err().to_string();
            assert!(error.contains("a similar value exists") && error.contains(expected), "{error}");
        }
        let error = Cli::try_parse_from(["centerpost", "sandbox", "--fault", "delay=soon"]).unwrap_err().to_string();
        assert!(error.contains("'delay=soon'"), "{error}");
        assert!(Cli::try_parse_from(["centerpost", "sandbox", "--fault", "delay=2.5"]).is_ok());
    }
}
