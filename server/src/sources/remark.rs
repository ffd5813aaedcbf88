//! What a source says of its own answer, beside it: entries that cannot be read, warnings, parts that are missing. A
//! client leaves it here while a check asks, and the check's report shows it; so no answer's type has to carry it.

use std::{future::Future, sync::Mutex};

/// Remarks that one check keeps; the same words once.
const MAX_REMARKS: usize = 8;

/// What is to be known of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// It is worth knowing, and changes nothing in what the answer proves.
    Note(String),
    /// The answer is only a part of what was asked for, so it never proves that all is well: why.
    Partial(String),
}

impl Remark {
    /// Its words.
    pub fn words(&self) -> String {
        match self {
            Self::Note(words) => words.clone(),
            Self::Partial(why) => format!("The answer is partial: {why}"),
        }
    }
}

tokio::task_local! {
    static LEFT: Mutex<Vec<Remark>>;
}

/// What a question answers, and what was remarked while it was asked.
pub async fn collect<F: Future>(question: F) -> (F::Output, Vec<Remark>) {
    LEFT.scope(Mutex::default(), async {
        let answer = question.await;
        let remarks = LEFT.with(|left| std::mem::take(&mut *left.lock().unwrap_or_else(|lock| lock.into_inner())));
        (answer, remarks)
    })
    .await
}

/// Leaves a remark for whoever asks; nobody hears it where no check does.
pub(super) fn leave(remark: Remark) {
    // Outside of a check there is no report to show it.
    let _unheard = LEFT.try_with(|left| {
        let mut left = left.lock().unwrap_or_else(|lock| lock.into_inner());
        if left.len() < MAX_REMARKS && !left.contains(&remark) {
            left.push(remark);
        }
    });
}

/// Says of a list how many of its entries could not be read.
pub(crate) fn left_out(source: &str, count: usize) {
    match count {
        0 => {}
        1 => leave(Remark::Note(format!("1 entry of {source}'s answer cannot be read and is left out."))),
        many => leave(Remark::Note(format!("{many} entries of {source}'s answer cannot be read and are left out."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hands_a_remark_to_the_check_that_asks() {
        let asking = async {
            left_out("pve1", 2);
            left_out("pve1", 2);
            leave(Remark::Partial("a store is away.".into()));
            left_out("pve1", 0);
            5
        };
        let (answer, remarks) = collect(asking).await;
        assert_eq!(answer, 5);
        let words: Vec<String> = remarks.iter().map(Remark::words).collect();
        assert_eq!(
            words,
            ["2 entries of pve1's answer cannot be read and are left out.", "The answer is partial: a store is away."]
        );
        leave(Remark::Note("nobody asks".into()));
        assert_eq!(collect(async {}).await.1, []);
    }
}
