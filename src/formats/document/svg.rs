//! A chart as a drawing that needs nothing from elsewhere.

use super::chart::{Chart, Point, Values, number};
use super::html_text::escape;

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 240.0;
/// Room for the numbers at the left and below.
const LEFT: f64 = 70.0;
const BELOW: f64 = 34.0;
const BAR: f64 = 26.0;

/// The drawing.
pub(super) fn svg(chart: &Chart) -> String {
    let (height, drawing) = match &chart.values {
        Values::Bars(bars) => (bars.len() as f64 * BAR + 8.0, draw_bars(chart, bars)),
        Values::Points(points) => (HEIGHT, draw_points(chart, points)),
    };
    let words =
        chart.numbers().iter().map(|(name, value)| format!("{name} {}", chart.text_of(*value))).collect::<Vec<_>>().join(", ");
    format!(
        "<figure>\n<figcaption>{title}</figcaption>\n<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}: {words}\">\n\
         {drawing}</svg>\n</figure>\n",
        title = escape(&chart.title),
        words = escape(&words)
    )
}

fn draw_bars(chart: &Chart, bars: &[(String, f64)]) -> String {
    let largest = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let mut drawing = String::new();
    for (index, (name, value)) in bars.iter().enumerate() {
        let y = index as f64 * BAR + 4.0;
        let length = (WIDTH / 2.0 - 80.0) * value / largest;
        let start = WIDTH / 2.0;
        drawing.push_str(&format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n<rect class=\"bad\" x=\"{start}\" y=\"{y}\" width=\"{length:.1}\" height=\"18\"/>\n\
             <text x=\"{:.1}\" y=\"{}\">{}</text>\n",
            start - 8.0,
            y + 14.0,
            escape(name),
            start + length + 6.0,
            y + 14.0,
            escape(&chart.text_of(*value))
        ));
    }
    drawing
}

fn draw_points(chart: &Chart, points: &[Point]) -> String {
    let most = |of: fn(&Point) -> f64| points.iter().map(of).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let (most_x, most_y) = (most(|point| point.x), most(|point| point.y));
    let bottom = HEIGHT - BELOW;
    let x = |value: f64| LEFT + (WIDTH - LEFT - 10.0) * value / most_x;
    let y = |value: f64| bottom - (bottom - 12.0) * value / most_y;
    let mut drawing = format!(
        "<path class=\"axis\" d=\"M{LEFT} 8 V{bottom} H{WIDTH}\"/>\n<text x=\"{LEFT}\" y=\"{}\">{}</text>\n\
         <text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
        HEIGHT - 4.0,
        escape(&chart.along),
        HEIGHT - 4.0,
        escape(&number(most_x))
    );
    for share in [0.5, 1.0] {
        let at = y(most_y * share);
        drawing.push_str(&format!(
            "<path class=\"grid\" d=\"M{LEFT} {at:.1} H{WIDTH}\"/>\n<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            LEFT - 6.0,
            at + 5.0,
            escape(&chart.text_of(most_y * share))
        ));
    }
    for point in points {
        let class = if point.is_bad { "bad" } else { "good" };
        drawing.push_str(&format!("<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\"/>\n", x(point.x), y(point.y)));
    }
    drawing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_drawn_and_said() {
        let points = (1..=100).map(|y| Point { x: f64::from(y), y: f64::from(y), is_bad: y == 100 }).collect();
        let chart = Chart { title: "<T>".into(), along: "row".into(), unit: "ms".into(), values: Values::Points(points) };
        let drawn = svg(&chart);
        assert!(drawn.contains("aria-label=\"&lt;T&gt;: median 50 ms") && drawn.matches("<circle").count() == 100, "{drawn}");
        assert_eq!(drawn.matches("class=\"bad\"").count(), 1);
        let bars = Chart { values: Values::Bars(vec![("a".into(), 2.0), ("b".into(), 1.5)]), ..chart };
        assert_eq!(svg(&bars).matches("<rect").count(), 2);
    }
}
