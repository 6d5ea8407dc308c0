//! How sure a cause is: in a word, and as a number. Rules choose a word; only the table here knows numbers.

/// How sure a cause is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// One of several explanations.
    Possible,
    /// The best explanation, without proof.
    Likely,
    /// The evidence shows it.
    Proven,
}

/// Where a cause stands among those of the same certainty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Grade {
    Weak,
    Plain,
    Strong,
}

/// A certainty with its grade. Compare two of them to see which cause is surer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence {
    certainty: Certainty,
    grade: Grade,
}

impl Certainty {
    /// The word as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }

    /// The surest of this certainty.
    pub const fn strong(self) -> Confidence {
        Confidence { certainty: self, grade: Grade::Strong }
    }

    /// The usual one of this certainty.
    pub const fn plain(self) -> Confidence {
        Confidence { certainty: self, grade: Grade::Plain }
    }

    /// The least sure of this certainty.
    pub const fn weak(self) -> Confidence {
        Confidence { certainty: self, grade: Grade::Weak }
    }
}

impl Confidence {
    /// The certainty alone.
    pub fn certainty(self) -> Certainty {
        self.certainty
    }

    /// Whether the cause may be told as a fact. This is the one threshold.
    pub fn is_sure(self) -> bool {
        self.certainty == Certainty::Proven
    }

    /// How many of a hundred such causes are right, over a hundred.
    pub fn number(self) -> f64 {
        match (self.certainty, self.grade) {
            (Certainty::Proven, Grade::Strong) => 0.96,
            (Certainty::Proven, Grade::Plain) => 0.93,
            (Certainty::Proven, Grade::Weak) => 0.85,
            (Certainty::Likely, Grade::Strong) => 0.79,
            (Certainty::Likely, Grade::Plain) => 0.7,
            (Certainty::Likely, Grade::Weak) => 0.6,
            (Certainty::Possible, Grade::Strong) => 0.45,
            (Certainty::Possible, Grade::Plain) => 0.4,
            (Certainty::Possible, Grade::Weak) => 0.3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_order_and_the_threshold() {
        let all =
            [Certainty::Possible, Certainty::Likely, Certainty::Proven].map(|it| [it.weak(), it.plain(), it.strong()]).concat();
        assert!(all.is_sorted() && all.iter().map(|it| it.number()).is_sorted());
        assert!(all.iter().all(|it| it.is_sure() == (it.number() >= 0.8)));
    }
}
