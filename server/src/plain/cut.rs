//! Text of a bounded length, cut at the end of a line, with a word of what is missing.

/// As much of a text as fits into so many bytes. Where something is left out the last line says how much, and where the
/// rest is.
pub fn cut(text: String, max_bytes: usize, rest: &str) -> String {
    if text.len() <= max_bytes {
        return text;
    }
    let word = |lines: usize, bytes: usize| format!("[cut here: {lines} more lines, {bytes} bytes. {rest}]\n");
    let room = max_bytes.saturating_sub(word(usize::MAX, usize::MAX).len());
    let mut end = room.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // One line alone may be longer than all there is room for.
    let end = text[..end].rfind('\n').map_or(end, |at| at + 1);
    let (kept, left) = text.split_at(end);
    let gap = if kept.is_empty() || kept.ends_with('\n') { "" } else { "\n" };
    format!("{kept}{gap}{}", word(left.lines().count(), left.len()))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn leaves_what_fits_alone_and_says_what_is_left_out() {
        assert_eq!(cut("a\nb\n".into(), 4, "x"), "a\nb\n");
        let cut_text = cut("line\n".repeat(1_000), 500, "The page has all.");
        assert!(cut_text.len() <= 500, "{}", cut_text.len());
        assert!(cut_text.starts_with("line\nline\n"));
        assert!(cut_text.ends_with("The page has all.]\n"), "{cut_text}");
    }

    #[test]
    fn cuts_no_letter_in_two_and_bounds_a_line_without_an_end() {
        let cut_text = cut("ü".repeat(10_000), 401, "x");
        assert!(cut_text.len() <= 401);
        assert!(cut_text.contains("[cut here: 1 more lines"), "{cut_text}");
        assert!(cut("ü".repeat(100), 3, "x").contains("[cut here"));
    }
}
