//! How long requests took and how many came back a second, for the chart.

/// Intervals of the chart at most.
const MOST: usize = 200;

/// The shortest interval, in seconds.
const SHORTEST: f64 = 0.5;

/// One request that came back.
#[derive(Clone, Copy, Debug)]
struct Point {
    /// Seconds since the run began.
    at: f64,
    /// Milliseconds that it took.
    took: f64,
    is_good: bool,
}

/// What came back during a run.
#[derive(Clone, Debug, Default)]
pub struct Series {
    points: Vec<Point>,
    /// What is drawn of so many points.
    drawn: Option<(usize, Drawn)>,
}

/// What is drawn of a run.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The whole in words.
    pub words: String,
    /// What came back, interval by interval.
    pub intervals: Vec<Interval>,
}

/// What came back in one interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its middle, in seconds since the run began.
    pub at: f64,
    /// The median, in milliseconds.
    pub median: f64,
    /// The slowest, in milliseconds.
    pub slowest: f64,
    /// How many came back in a second.
    pub rate: f64,
    /// How many of them failed.
    pub failed: usize,
}

impl Series {
    /// Adds a request that came back.
    pub fn add(&mut self, at: f64, took: f64, is_good: bool) {
        self.points.push(Point { at, took, is_good });
    }

    /// What is drawn of it, made anew when more came back.
    pub fn drawn(&mut self) -> &Drawn {
        let count = self.points.len();
        let known = self.drawn.take().filter(|(of, _)| *of == count).map(|(_, drawn)| drawn);
        let drawn = known.unwrap_or_else(|| Drawn { words: self.words(), intervals: self.intervals() });
        &self.drawn.insert((count, drawn)).1
    }

    /// What came back, interval by interval. Where nothing came back, nothing is known of how long it took.
    fn intervals(&self) -> Vec<Interval> {
        let end = self.points.iter().map(|point| point.at).fold(0.0, f64::max);
        let width = (end / MOST as f64).max(SHORTEST);
        let mut inside: Vec<Vec<Point>> = vec![Vec::new(); (end / width) as usize + 1];
        for point in &self.points {
            inside[(point.at / width) as usize].push(*point);
        }
        let interval = |(index, points): (usize, &Vec<Point>)| {
            let took = sorted(points);
            Some(Interval {
                at: (index as f64 + 0.5) * width,
                median: *took.get(took.len() / 2)?,
                slowest: *took.last()?,
                rate: points.len() as f64 / width,
                failed: points.iter().filter(|point| !point.is_good).count(),
            })
        };
        inside.iter().enumerate().filter_map(interval).collect()
    }

    /// The whole in words.
    fn words(&self) -> String {
        let took = sorted(&self.points);
        let Some(slowest) = took.last() else { return "No response yet".to_owned() };
        let end = self.points.iter().map(|point| point.at).fold(0.0, f64::max);
        let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
        let rate = if end > 0.0 { format!(", {:.1} responses a second", took.len() as f64 / end) } else { String::new() };
        format!("Median {:.0} ms, 95 % within {:.0} ms, slowest {slowest:.0} ms{rate}", at(50), at(95))
    }
}

fn sorted(points: &[Point]) -> Vec<f64> {
    let mut took: Vec<f64> = points.iter().map(|point| point.took).collect();
    took.sort_by(f64::total_cmp);
    took
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_by_hand() {
        let mut series = Series::default();
        assert_eq!((series.intervals(), series.words().as_str()), (vec![], "No response yet"));
        for (at, took, is_good) in [(0.1, 10.0, true), (0.2, 30.0, false), (0.3, 20.0, true), (1.9, 5.0, true)] {
            series.add(at, took, is_good);
        }
        let expected = [
            Interval { at: 0.25, median: 20.0, slowest: 30.0, rate: 6.0, failed: 1 },
            Interval { at: 1.75, median: 5.0, slowest: 5.0, rate: 2.0, failed: 0 },
        ];
        assert_eq!(series.intervals(), expected);
        assert_eq!(series.words(), "Median 20 ms, 95 % within 30 ms, slowest 30 ms, 2.1 responses a second");
        (0..100_000).for_each(|index| series.add(f64::from(index) / 10.0, 1.0, true));
        assert!(series.intervals().len() <= MOST + 1);
    }
}
