//! The order that Go's `sort.Sort` leaves: kubectl sorts with it, and it is not stable. Above twelve rows equal ones change
//! places, and a `| tail` behind the command cuts through them; so rows are moved here in the same steps.

/// Up to this many rows are sorted by insertion, which keeps equal ones in their order.
const MAX_INSERTION: usize = 12;

/// Sorts as Go does. `is_less` may contradict itself, as kubectl's does for rows without the field.
pub fn sort<T>(rows: &mut [T], is_less: impl Fn(&T, &T) -> bool) {
    let len = rows.len();
    if len > 1 {
        let limit = usize::BITS - len.leading_zeros();
        Sorting { rows, is_less }.quick(0, len, limit);
    }
}

/// What a look at three rows tells of all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    Unknown,
    Increasing,
    Decreasing,
}

struct Sorting<'r, T, F> {
    rows: &'r mut [T],
    is_less: F,
}

impl<T, F: Fn(&T, &T) -> bool> Sorting<'_, T, F> {
    fn less(&self, left: usize, right: usize) -> bool {
        (self.is_less)(&self.rows[left], &self.rows[right])
    }

    fn swap(&mut self, left: usize, right: usize) {
        self.rows.swap(left, right);
    }

    fn quick(&mut self, mut from: usize, mut to: usize, mut limit: u32) {
        let (mut was_balanced, mut was_partitioned) = (true, true);
        loop {
            let len = to - from;
            if len <= MAX_INSERTION {
                return self.insertion(from, to);
            }
            if limit == 0 {
                return self.heap(from, to);
            }
            if !was_balanced {
                self.break_patterns(from, to);
                limit -= 1;
            }
            let (mut pivot, mut hint) = self.choose_pivot(from, to);
            if hint == Hint::Decreasing {
                self.rows[from..to].reverse();
                pivot = (to - 1) - (pivot - from);
                hint = Hint::Increasing;
            }
            if was_balanced && was_partitioned && hint == Hint::Increasing && self.partial_insertion(from, to) {
                return;
            }
            // Many rows are equal to the pivot: they are done.
            if from > 0 && !self.less(from - 1, pivot) {
                from = self.partition_equal(from, to, pivot);
                continue;
            }
            let (middle, is_partitioned) = self.partition(from, to, pivot);
            was_partitioned = is_partitioned;
            let (left, right) = (middle - from, to - middle);
            let balanced_from = len / 8;
            if left < right {
                was_balanced = left >= balanced_from;
                self.quick(from, middle, limit);
                from = middle + 1;
            } else {
                was_balanced = right >= balanced_from;
                self.quick(middle + 1, to, limit);
                to = middle;
            }
        }
    }

    fn insertion(&mut self, from: usize, to: usize) {
        for start in from + 1..to {
            let mut at = start;
            while at > from && self.less(at, at - 1) {
                self.swap(at, at - 1);
                at -= 1;
            }
        }
    }

    fn sift_down(&mut self, mut root: usize, len: usize, first: usize) {
        loop {
            let mut child = 2 * root + 1;
            if child >= len {
                return;
            }
            if child + 1 < len && self.less(first + child, first + child + 1) {
                child += 1;
            }
            if !self.less(first + root, first + child) {
                return;
            }
            self.swap(first + root, first + child);
            root = child;
        }
    }

    fn heap(&mut self, from: usize, to: usize) {
        let len = to - from;
        for root in (0..=(len - 1) / 2).rev() {
            self.sift_down(root, len, from);
        }
        for last in (0..len).rev() {
            self.swap(from, from + last);
            self.sift_down(0, last, from);
        }
    }

    /// Moves the pivot to its place: what is less before it, the rest behind.
    fn partition(&mut self, from: usize, to: usize, pivot: usize) -> (usize, bool) {
        self.swap(from, pivot);
        let (mut left, mut right) = (from + 1, to - 1);
        let mut is_partitioned = true;
        loop {
            while left <= right && self.less(left, from) {
                left += 1;
            }
            while left <= right && !self.less(right, from) {
                right -= 1;
            }
            if left > right {
                self.swap(right, from);
                return (right, is_partitioned);
            }
            is_partitioned = false;
            self.swap(left, right);
            left += 1;
            right -= 1;
        }
    }

    /// Puts what is equal to the pivot first, and says where the rest begins.
    fn partition_equal(&mut self, from: usize, to: usize, pivot: usize) -> usize {
        self.swap(from, pivot);
        let (mut left, mut right) = (from + 1, to - 1);
        loop {
            while left <= right && !self.less(from, left) {
                left += 1;
            }
            while left <= right && self.less(from, right) {
                right -= 1;
            }
            if left > right {
                return left;
            }
            self.swap(left, right);
            left += 1;
            right -= 1;
        }
    }

    /// Mends rows that are nearly sorted; whether they are sorted then.
    fn partial_insertion(&mut self, from: usize, to: usize) -> bool {
        const MAX_STEPS: usize = 5;
        const SHORTEST_SHIFTED: usize = 50;
        let mut at = from + 1;
        for _ in 0..MAX_STEPS {
            while at < to && !self.less(at, at - 1) {
                at += 1;
            }
            if at == to {
                return true;
            }
            if to - from < SHORTEST_SHIFTED {
                return false;
            }
            self.swap(at, at - 1);
            if at - from >= 2 {
                let mut left = at - 1;
                while left >= 1 && self.less(left, left - 1) {
                    self.swap(left, left - 1);
                    left -= 1;
                }
            }
            if to - at >= 2 {
                let mut right = at + 1;
                while right < to && self.less(right, right - 1) {
                    self.swap(right, right - 1);
                    right += 1;
                }
            }
        }
        false
    }

    /// Scatters three rows by numbers that depend on how many there are alone.
    fn break_patterns(&mut self, from: usize, to: usize) {
        let len = to - from;
        if len < 8 {
            return;
        }
        let mut random = len as u64;
        let mask = (1_u64 << (u64::BITS - (len as u64).leading_zeros())) - 1;
        let first = from + (len / 4) * 2 - 1;
        for step in 0..3 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let mut other = usize::try_from(random & mask).unwrap_or(0);
            if other >= len {
                other -= len;
            }
            self.swap(first + step, from + other);
        }
    }

    fn choose_pivot(&mut self, from: usize, to: usize) -> (usize, Hint) {
        const SHORTEST_NINTHER: usize = 50;
        const MOST_SWAPS: usize = 12;
        let len = to - from;
        let mut swaps = 0;
        let (mut left, mut middle, mut right) = (from + len / 4, from + len / 4 * 2, from + len / 4 * 3);
        if len >= 8 {
            if len >= SHORTEST_NINTHER {
                left = self.median([left - 1, left, left + 1], &mut swaps);
                middle = self.median([middle - 1, middle, middle + 1], &mut swaps);
                right = self.median([right - 1, right, right + 1], &mut swaps);
            }
            middle = self.median([left, middle, right], &mut swaps);
        }
        let hint = match swaps {
            0 => Hint::Increasing,
            MOST_SWAPS => Hint::Decreasing,
            _ => Hint::Unknown,
        };
        (middle, hint)
    }

    fn median(&self, [mut a, mut b, mut c]: [usize; 3], swaps: &mut usize) -> usize {
        let mut in_order = |low: &mut usize, high: &mut usize| {
            if self.less(*high, *low) {
                *swaps += 1;
                std::mem::swap(low, high);
            }
        };
        in_order(&mut a, &mut b);
        in_order(&mut b, &mut c);
        in_order(&mut a, &mut b);
        b
    }
}

#[cfg(test)]
mod tests {
    use super::sort;

    /// Rows with the given keys in the order that Go leaves them in, by their places before.
    fn order(keys: &[u32], is_less: impl Fn(&u32, &u32) -> bool) -> Vec<usize> {
        let mut rows: Vec<(usize, u32)> = keys.iter().copied().enumerate().collect();
        sort(&mut rows, |(_, a), (_, b)| is_less(a, b));
        rows.into_iter().map(|(place, _)| place).collect()
    }

    /// A sum that depends on every place.
    fn mark(order: &[usize]) -> u64 {
        order.iter().fold(17, |mark, place| mark.wrapping_mul(1_000_003).wrapping_add(*place as u64))
    }

    fn keys(len: usize, different: u32) -> Vec<u32> {
        let mut state = 12_345_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % different
        };
        std::iter::repeat_with(next).take(len).collect()
    }

    #[test]
    fn leaves_equal_rows_where_go_leaves_them() {
        assert_eq!(order(&[1; 12], |a, b| a < b), (0..12).collect::<Vec<_>>());
        assert_eq!(order(&[5; 14], |a, b| a < b), FOURTEEN_EQUAL);
        assert_eq!(
            order(&[0, 0, 1, 0, 0], |a, _| *a == 0),
            [4, 3, 1, 0, 2],
            "rows without the field come first, turned"
        );
    }

    /// The marks come from a program in Go that sorts the same keys with `sort.Sort`.
    #[test]
    fn takes_the_same_steps_as_go() {
        for (len, different, expected) in FROM_GO {
            assert_eq!(mark(&order(&keys(*len, *different), |a, b| a < b)), *expected, "{len} rows, {different} keys");
        }
        let descending: Vec<u32> = (0..200).rev().collect();
        assert_eq!(mark(&order(&descending, |a, b| a < b)), DESCENDING);
    }

    #[test]
    fn survives_an_order_that_contradicts_itself() {
        for len in [2, 13, 60, 500] {
            let mut places = order(&vec![0; len], |_, _| true);
            places.sort_unstable();
            assert_eq!(places, (0..len).collect::<Vec<_>>());
        }
    }

    const FOURTEEN_EQUAL: [usize; 14] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
    const DESCENDING: u64 = 17_894_958_460_243_695_133;
    const FROM_GO: &[(usize, u32, u64)] = &[
        (13, 2, 10_387_160_032_631_078_455),
        (14, 1, 5_571_421_580_232_262_240),
        (20, 3, 3_722_704_737_364_343_579),
        (49, 4, 17_071_958_363_747_877_875),
        (50, 2, 13_438_356_311_010_818_016),
        (60, 1, 16_160_608_882_400_985_359),
        (99, 7, 17_395_834_711_341_758_374),
        (200, 5, 5_758_126_593_780_234_465),
        (500, 3, 14_838_700_323_170_512_253),
        (1_000, 1, 1_168_736_002_156_194_821),
        (1_000, 1_000, 3_111_076_266_743_396_165),
        (5_000, 9, 16_956_675_572_666_751_519),
    ];
}
