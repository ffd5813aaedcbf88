//! Where values and instants stand in a chart, and which round ones are marked.

use runbook::{outcome::TimeSpan, time::Timestamp};

const MINUTE_MS: i64 = 60_000;

/// Values from the floor to the top of a chart.
#[derive(Debug, PartialEq)]
pub(super) struct Scale {
    from: f64,
    step: f64,
    steps: u32,
}

impl Scale {
    /// A scale of three to six round steps over some values. Zero is its floor, unless there are values below.
    pub(super) fn over(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for value in values.filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        // Room above the highest line, so that a threshold's words fit under the edge.
        let span = ((high - low) * 1.05).clamp(1e-9, 1e300);
        let magnitude = 10_f64.powf((span / 4.0).log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * magnitude)
            .find(|step| span / step <= 4.0)
            .unwrap_or(10.0 * magnitude);
        let from = (low / step).floor() * step;
        // At most six: the span is at most four steps, and each end may add one.
        let steps = ((high - from) * 1.02 / step).ceil().clamp(1.0, 8.0) as u32;
        Self { from, step, steps }
    }

    /// 0 at the floor, 1 at the top.
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.from) / (self.step * f64::from(self.steps))).clamp(0.0, 1.0)
    }

    /// The round values that are marked: floor and top among them.
    pub(super) fn marks(&self) -> Vec<f64> {
        (0..=self.steps).map(|n| self.from + self.step * f64::from(n)).collect()
    }
}

/// Instants from the left to the right of a chart.
pub(super) struct Times {
    from: i64,
    to: i64,
}

impl Times {
    pub(super) fn over(span: TimeSpan) -> Self {
        Self { from: span.from.0, to: span.to.0.max(span.from.0 + MINUTE_MS) }
    }

    /// 0 at the left, 1 at the right.
    pub(super) fn share(&self, at: i64) -> f64 {
        ((at - self.from) as f64 / (self.to - self.from) as f64).clamp(0.0, 1.0)
    }

    /// The same as a part of the width.
    pub(super) fn x(&self, at: i64) -> String {
        format!("{:.1}%", self.share(at) * 100.0)
    }

    /// Round times that are marked, none so near to an edge that its words would not fit.
    pub(super) fn marks(&self) -> Vec<i64> {
        let span = self.to - self.from;
        let steps = [1, 5, 15, 60, 180, 360, 720, 1_440];
        let step = steps.into_iter().map(|minutes| minutes * MINUTE_MS).find(|step| span / step <= 5);
        let step = step.unwrap_or(1_440 * MINUTE_MS);
        let edge = span / 20;
        let first = Timestamp(self.from).0.div_euclid(step) + 1;
        (0..64).map(|n| (first + n) * step).filter(|at| *at > self.from + edge && *at < self.to - edge).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_round_values() {
        let scale = |values: &[f64]| Scale::over(values.iter().copied()).marks();
        assert_eq!(scale(&[0.0, 9.2, 5.0]), [0.0, 2.5, 5.0, 7.5, 10.0]);
        assert_eq!(scale(&[1.0]), [0.0, 0.5, 1.0, 1.5]);
        assert_eq!(scale(&[-3.0, 4.0]), [-4.0, -2.0, 0.0, 2.0, 4.0, 6.0]);
        assert!(scale(&[f64::NAN, f64::INFINITY]).len() <= 9);
        assert!(scale(&[1e300, -1e300]).len() <= 9);
        assert!(scale(&[]).iter().all(|mark| mark.is_finite()));
    }

    #[test]
    fn keeps_every_value_inside() {
        let scale = Scale::over([2.0, 8.0].into_iter());
        for value in [2.0, 8.0, f64::INFINITY, f64::NEG_INFINITY] {
            assert!((0.0..=1.0).contains(&scale.share(value)), "{value}");
        }
        assert!(scale.share(8.0) > scale.share(2.0));
    }

    #[test]
    fn marks_quarters_of_an_hour() {
        let from = Timestamp(1_795_401_674_000);
        let times = Times::over(TimeSpan { from, to: from.plus_ms(3_600_000) });
        let marks: Vec<String> = times.marks().into_iter().map(|at| Timestamp(at).clock()).collect();
        assert_eq!(marks, ["02:45:00", "03:00:00", "03:15:00", "03:30:00"]);
    }
}
