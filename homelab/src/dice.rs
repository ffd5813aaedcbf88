//! Chance that repeats: the same seed gives the same homelab, so links and tests can name its pods.

/// A source of numbers that depend on the seed and on nothing else.
#[derive(Debug, Clone)]
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    /// Dice for one thing: `parts` name it.
    pub(super) fn new(seed: u64, parts: &[&str]) -> Self {
        // FNV-1a over the parts, with a separator that no name contains.
        let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in parts.iter().flat_map(|part| part.bytes().chain([0xff])) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self { state }
    }

    /// The next number (SplitMix64).
    pub(super) fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `from` up to, not including, `to`; `from` when the range is empty.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let width = u64::try_from(to.saturating_sub(from)).unwrap_or(0).max(1);
        from + i64::try_from(self.roll() % width).unwrap_or(0)
    }

    /// `ms`, a quarter more or less.
    pub(super) fn about(&mut self, ms: i64) -> i64 {
        self.between(ms - ms / 4, ms + ms / 4 + 1)
    }

    /// Lower-case hexadecimal digits.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.roll()));
        }
        text.truncate(digits);
        text
    }

    /// A suffix as Kubernetes gives to generated names: no vowels, nothing that looks like another letter.
    pub(super) fn suffix(&mut self, letters: usize) -> String {
        const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
        (0..letters).map(|_| char::from(ALPHABET[self.roll() as usize % ALPHABET.len()])).collect()
    }

    /// A UUID in its usual form.
    pub(super) fn uid(&mut self) -> String {
        let hex = self.hex(32);
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_for_the_same_name_and_differs_for_another() {
        assert_eq!(Dice::new(7, &["a", "b"]).uid(), Dice::new(7, &["a", "b"]).uid());
        assert_ne!(Dice::new(7, &["a", "b"]).uid(), Dice::new(7, &["ab"]).uid());
        assert_ne!(Dice::new(7, &["a"]).suffix(5), Dice::new(8, &["a"]).suffix(5));
    }

    #[test]
    fn stays_in_range() {
        let mut dice = Dice::new(1, &[]);
        for _ in 0..200 {
            assert!((75..=125).contains(&dice.about(100)));
        }
        assert_eq!(dice.between(5, 5), 5);
    }
}
