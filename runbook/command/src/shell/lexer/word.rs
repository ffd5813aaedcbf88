//! A word while it is read.

use super::super::Word;

/// A word on its way.
pub(super) struct WordBuilder {
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) text_at: usize,
    pub(super) is_verbatim: bool,
    pub(super) is_quoted: bool,
    pub(super) has_placeholder: bool,
    pub(super) quotes: usize,
}

impl WordBuilder {
    pub(super) fn new(start: usize) -> Self {
        Self {
            text: String::new(),
            start,
            text_at: start,
            is_verbatim: true,
            is_quoted: false,
            has_placeholder: false,
            quotes: 0,
        }
    }

    pub(super) fn open_quote(&mut self, text_at: usize) {
        // Text is verbatim when one pair of quotes holds all of it.
        self.is_verbatim &= self.text.is_empty() && self.quotes == 0;
        self.text_at = text_at;
        self.is_quoted = true;
        self.quotes += 1;
    }

    pub(super) fn finish(self, end: usize) -> Word {
        let is_whole = self.quotes == 0 || self.text_at + self.text.len() + 1 == end;
        Word {
            verbatim_at: (self.is_verbatim && is_whole).then_some(self.text_at),
            text: self.text,
            span: self.start..end,
            has_placeholder: self.has_placeholder,
            is_quoted: self.is_quoted,
        }
    }
}
