//! Charts: in a browser a drawing, in text their numbers.

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What stands along it; empty for bars.
    pub along: String,
    /// What its values are, as in "ms".
    pub unit: String,
    /// Its values.
    pub values: Values,
}

/// The values of a chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// A bar each.
    Bars(Vec<(String, f64)>),
    /// A point each.
    Points(Vec<Point>),
}

/// A point of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Where it stands along the chart.
    pub x: f64,
    /// Its value.
    pub y: f64,
    /// Whether it is of something that failed.
    pub is_bad: bool,
}

impl Chart {
    /// The numbers that say the most: each bar, or of points the middle, the slowest of twenty and the largest.
    pub fn numbers(&self) -> Vec<(String, f64)> {
        match &self.values {
            Values::Bars(bars) => bars.clone(),
            Values::Points(points) => {
                let mut sorted: Vec<f64> = points.iter().map(|point| point.y).collect();
                sorted.sort_by(f64::total_cmp);
                let at = |share: f64| sorted.get(((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1)).copied();
                let named = [("median", at(0.5)), ("95 of 100 below", at(0.95)), ("largest", sorted.last().copied())];
                named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
            }
        }
    }

    /// A number with its unit.
    pub fn text_of(&self, value: f64) -> String {
        let number = number(value);
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }
}

/// A number as short as it says enough.
pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 || value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_points_and_bars() {
        let points = (1..=100).map(|y| Point { x: f64::from(y), y: f64::from(y), is_bad: false }).collect();
        let chart = Chart { title: "<T>".into(), along: "row".into(), unit: "ms".into(), values: Values::Points(points) };
        let numbers: Vec<_> = chart.numbers().into_iter().map(|(_, value)| value).collect();
        assert_eq!(numbers, [50.0, 95.0, 100.0]);
        let bars = Chart { values: Values::Bars(vec![("a".into(), 2.0), ("b".into(), 1.5)]), unit: String::new(), ..chart };
        assert_eq!((bars.text_of(2.0), bars.text_of(1.5)), ("2".to_owned(), "1.5".to_owned()));
    }
}
