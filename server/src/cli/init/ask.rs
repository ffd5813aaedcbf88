//! Questions at the terminal. An empty answer, or nobody there to answer, takes what is proposed.

use std::io::{self, BufRead, Write};

/// Asks, or takes what is proposed.
pub(super) struct Ask {
    is_asking: bool,
}

impl Ask {
    pub(super) fn new(is_asking: bool) -> Self {
        Self { is_asking }
    }

    /// Whether anybody is asked.
    pub(super) fn is_asking(&self) -> bool {
        self.is_asking
    }

    /// The answer to a question; empty for "as proposed".
    pub(super) fn line(&mut self, question: &str) -> String {
        if !self.is_asking {
            return String::new();
        }
        // Questions are no output: what is printed can go into a pipe.
        let mut error = io::stderr().lock();
        let asked = write!(error, "{question} ").and_then(|()| error.flush());
        let mut answer = String::new();
        match asked.and_then(|()| io::stdin().lock().read_line(&mut answer)) {
            Ok(1..) => answer.trim().to_owned(),
            // The end of the input: nobody answers any more.
            Ok(0) | Err(_) => {
                self.is_asking = false;
                String::new()
            }
        }
    }

    /// Whether the answer is yes, which is proposed.
    pub(super) fn agrees(&mut self, question: &str) -> bool {
        !matches!(self.line(&format!("{question} [Y/n]")).to_lowercase().as_str(), "n" | "no")
    }

    /// What somebody should know before they answer.
    pub(super) fn say(&self, words: &str) {
        if self.is_asking {
            drop(writeln!(io::stderr(), "{words}"));
        }
    }
}

/// The positions, from 0, that an answer such as `1 3` or `1,3` chooses; all of them when it is empty.
pub(super) fn chosen(answer: &str, count: usize) -> Result<Vec<usize>, String> {
    if answer.is_empty() {
        return Ok((0..count).collect());
    }
    answer
        .split([',', ' '])
        .filter(|word| !word.is_empty())
        .map(|word| match word.parse::<usize>() {
            Ok(number) if (1..=count).contains(&number) => Ok(number - 1),
            _ => Err(format!("{word} is none of the numbers 1 to {count}")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn takes_numbers_or_all() {
        assert_eq!(chosen("", 2), Ok(vec![0, 1]));
        assert_eq!(chosen("2, 1", 2), Ok(vec![1, 0]));
        assert!(chosen("3", 2).is_err());
        assert!(chosen("all", 2).is_err());
    }
}
