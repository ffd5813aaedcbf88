//! Ranks among many values.

/// Sorted values.
#[derive(Debug)]
pub(crate) struct Ranked(Vec<f64>);

impl Ranked {
    /// Sorts them.
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The value that so large a part of them does not exceed; 0 of none.
    pub(crate) fn at(&self, part: f64) -> f64 {
        let rank = (self.0.len() as f64 * part).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).or(self.0.last()).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_values() {
        let ranked = Ranked::of((1..=100).rev().map(f64::from).collect());
        assert_eq!((ranked.at(0.5), ranked.at(0.99), ranked.at(1.0)), (50.0, 99.0, 100.0));
        assert_eq!(Ranked::of(Vec::new()).at(0.5), 0.0);
    }
}
