//! What a cause rests on: Centercode's documentation, or general experience.

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Centercode's guide says so.
    Documented,
    /// General experience with HTTP.
    General,
}

impl Basis {
    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Documented => "documented by Centercode",
            Self::General => "general experience",
        }
    }
}

/// The page that a rule can be read up on.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// The walk-through of External Sources.
    Guide,
    /// Centercode's page on status codes and integration terms, which says more than the guide in places.
    StatusCodes,
    /// Centercode's API reference.
    ApiReference,
    /// No page of Centercode's: general HTTP knowledge.
    General,
}

impl Source {
    pub(super) const fn link(self) -> Option<&'static str> {
        match self {
            Self::Guide => Some("https://help.centercode.com/en/capturing-feedback-submitted-via-external-systems"),
            Self::StatusCodes => {
                Some("https://help.centercode.com/en/understanding-integration-terms-and-troubleshooting-status-codes")
            }
            Self::ApiReference => Some("https://welcome.centercode.com/api"),
            Self::General => None,
        }
    }

    pub(super) const fn basis(self) -> Basis {
        match self {
            Self::General => Basis::General,
            Self::Guide | Self::StatusCodes | Self::ApiReference => Basis::Documented,
        }
    }
}
