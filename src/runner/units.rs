//! Times, sizes and rates as people write them: `250 ms`, `15m`, `64 KiB - 1`, `30 MB`, `10/s`.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// A length of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
pub struct Span(pub Duration);

/// A number of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Size(pub u64);

/// How many of something in a second at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate(pub f64);

const TIMES: [(&str, f64); 6] = [("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("min", 60.0), ("h", 3600.0), ("d", 86400.0)];
const SIZES: [(&str, u64); 8] = [
    ("", 1),
    ("B", 1),
    ("kB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

impl std::str::FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a time. Write it as in 250 ms, 2 s, 15m or 1h");
        let (number, unit) = number_and_unit(text).ok_or_else(wrong)?;
        let (_, seconds) = TIMES.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        Duration::try_from_secs_f64(number * seconds).map(Self).map_err(|_| wrong())
    }
}

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a size. Write it as in 0 B, 64 KiB - 1, 30 MB or 2 GiB + 1");
        let (base, more) = match text.rfind(['+', '-', '−']) {
            Some(at) => {
                let sign = text[at..].chars().next().ok_or_else(wrong)?;
                let count: i64 = text[at + sign.len_utf8()..].trim().parse().map_err(|_| wrong())?;
                (&text[..at], if sign == '+' { count } else { -count })
            }
            None => (text, 0),
        };
        let (number, unit) = number_and_unit(base).ok_or_else(wrong)?;
        let (_, bytes) = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).ok_or_else(wrong)?;
        // Whole numbers of any size are exact; only a fraction is calculated.
        let whole = if number.fract() == 0.0 { (number as u64).saturating_mul(*bytes) } else { (number * *bytes as f64) as u64 };
        whole.checked_add_signed(more).map(Self).ok_or_else(wrong)
    }
}

impl std::str::FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a rate. Write it as in 10/s or 300/min");
        let (number, unit) = text.split_once('/').ok_or_else(wrong)?;
        let number: f64 = number.trim().parse().map_err(|_| wrong())?;
        let (_, seconds) = TIMES.iter().find(|(name, _)| *name == unit.trim()).ok_or_else(wrong)?;
        let rate = number / seconds;
        if rate.is_finite() && rate > 0.0 { Ok(Self(rate)) } else { Err(wrong()) }
    }
}

fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    number.is_finite().then_some((number, text[end..].trim()))
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, bytes) in [("GiB", 1_u64 << 30), ("MB", 1_000_000), ("KiB", 1 << 10)] {
            for (sign, near) in [("", self.0), (" - 1", self.0.saturating_add(1)), (" + 1", self.0.saturating_sub(1))] {
                if near >= bytes && near % bytes == 0 {
                    return write!(f, "{} {name}{sign}", near / bytes);
                }
            }
        }
        write!(f, "{} B", self.0)
    }
}

macro_rules! read_as_text {
    ($($kind:ty),*) => {$(
        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

read_as_text!(Span, Size, Rate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_by_table() {
        for (text, expected) in [
            ("250 ms", Some(250)),
            ("2s", Some(2000)),
            ("1.5 s", Some(1500)),
            ("15m", Some(900_000)),
            ("15 min", Some(900_000)),
            ("1h", Some(3_600_000)),
            ("soon", None),
            ("5", None),
            ("-1 s", None),
            ("5 weeks", None),
        ] {
            assert_eq!(text.parse::<Span>().ok().map(|span| span.0.as_millis()), expected, "{text}");
        }
    }

    #[test]
    fn sizes_by_table() {
        for (text, expected) in [
            ("0 B", Some(0)),
            ("17", Some(17)),
            ("64 KiB", Some(65536)),
            ("64 KiB - 1", Some(65535)),
            ("64KiB+1", Some(65537)),
            ("30 MB", Some(30_000_000)),
            ("2 GiB − 1", Some(2_147_483_647)),
            ("1.5 kB", Some(1500)),
            ("0 B - 1", None),
            ("much", None),
            ("1 parsec", None),
        ] {
            assert_eq!(text.parse::<Size>().ok().map(|size| size.0), expected, "{text}");
        }
    }

    #[test]
    fn a_size_is_written_as_it_is_read() {
        for bytes in [0, 1, 1023, 1024, 1025, 65535, 65536, 65537, 30_000_000, 29_999_999, (2 << 30) - 1, 2 << 30, (2 << 30) + 1]
        {
            let text = Size(bytes).to_string();
            assert_eq!(text.parse::<Size>(), Ok(Size(bytes)), "{text}");
        }
        assert_eq!(Size((2 << 30) + 1).to_string(), "2 GiB + 1");
    }

    #[test]
    fn rates_by_table() {
        for (text, expected) in [("10/s", Some(10.0)), ("300/min", Some(5.0)), ("0/s", None), ("10", None), ("x/s", None)] {
            assert_eq!(text.parse::<Rate>().ok().map(|rate| rate.0), expected, "{text}");
        }
    }
}
