//! Random values that the same seed makes again, so that a run that is continued goes on as it began.

const WORDS: [&str; 48] = [
    "lorem",
    "ipsum",
    "dolor",
    "sit",
    "amet",
    "consectetur",
    "adipiscing",
    "elit",
    "sed",
    "do",
    "eiusmod",
    "tempor",
    "incididunt",
    "ut",
    "labore",
    "et",
    "dolore",
    "magna",
    "aliqua",
    "enim",
    "ad",
    "minim",
    "veniam",
    "quis",
    "nostrud",
    "exercitation",
    "ullamco",
    "laboris",
    "nisi",
    "aliquip",
    "ex",
    "ea",
    "commodo",
    "consequat",
    "duis",
    "aute",
    "irure",
    "in",
    "reprehenderit",
    "voluptate",
    "velit",
    "esse",
    "cillum",
    "fugiat",
    "nulla",
    "pariatur",
    "sint",
    "occaecat",
];

/// A source of random numbers (SplitMix64). It is not a source of secrets.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The source of one row of a run.
    pub fn of_row(seed: u64, row: usize) -> Self {
        let mut random = Self(seed ^ (row as u64).wrapping_mul(0xd134_2543_de82_ef95));
        random.number();
        random
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of several; `None` of none.
    pub fn pick<'a, T>(&mut self, several: &'a [T]) -> Option<&'a T> {
        let count = several.len() as u64;
        (count > 0).then(|| &several[(self.number() % count) as usize])
    }

    /// A UUID of version 4.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.number(), self.number());
        let (high, low) = (high & !0xf000 | 0x4000, low & !(0b11 << 62) | 0b10 << 62);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }

    /// So many words that mean nothing.
    pub fn lorem(&mut self, words: usize) -> String {
        let mut text = String::new();
        for index in 0..words {
            let word = self.pick(&WORDS).copied().unwrap_or_default();
            if index == 0 {
                text.push_str(&word[..1].to_uppercase());
                text.push_str(&word[1..]);
            } else {
                text.push(' ');
                text.push_str(word);
            }
        }
        text
    }

    /// Fills bytes that cannot be compressed.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.number().to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gets_the_same_values_again_and_other_rows_others() {
        let made = |seed, row| {
            let mut random = Random::of_row(seed, row);
            (random.uuid(), random.lorem(5))
        };
        assert_eq!(made(1, 1), made(1, 1));
        assert_ne!(made(1, 1), made(1, 2));
        assert_ne!(made(1, 1), made(2, 1));
        let (uuid, lorem) = made(7, 3);
        assert_eq!((uuid.len(), &uuid[14..15], lorem.split(' ').count()), (36, "4", 5));
        assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"), "{uuid}");
    }
}
