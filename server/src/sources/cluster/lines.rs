//! A body as a stream of lines, each bounded: what watches and logs are read with.

use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use kube::client::Body;

use super::error::ClusterError;

/// Reads lines off a body that may go on for hours.
pub(super) struct Lines {
    body: Body,
    buffer: BytesMut,
    /// How far `buffer` has been searched already.
    searched: usize,
    max_line_bytes: usize,
    overlong: Overlong,
    /// Set while the rest of a cut line is thrown away.
    is_skipping: bool,
    is_over: bool,
}

/// What becomes of a line that is longer than the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overlong {
    /// It is an error, and the end.
    Fails,
    /// Its beginning is a line; the rest is thrown away.
    IsCut,
}

impl Lines {
    pub(super) fn new(body: Body, max_line_bytes: usize, overlong: Overlong) -> Self {
        let buffer = BytesMut::new();
        Self { body, buffer, searched: 0, max_line_bytes, overlong, is_skipping: false, is_over: false }
    }

    /// The next line without its line break; `None` at the end. May be dropped while it waits and called again.
    pub(super) async fn next(&mut self) -> Option<Result<Bytes, ClusterError>> {
        loop {
            if let Some(line) = self.take_line() {
                return Some(Ok(line));
            }
            if self.is_over {
                let rest = self.take_all();
                let is_line = !rest.is_empty() && !std::mem::take(&mut self.is_skipping);
                return is_line.then_some(Ok(rest));
            }
            if self.buffer.len() > self.max_line_bytes {
                let mut line = self.take_all();
                match (std::mem::replace(&mut self.is_skipping, true), self.overlong) {
                    (true, _) => continue,
                    (false, Overlong::IsCut) => {
                        line.truncate(self.max_line_bytes);
                        return Some(Ok(line));
                    }
                    (false, Overlong::Fails) => {
                        self.is_over = true;
                        return Some(Err(ClusterError::TooLarge { limit_bytes: self.max_line_bytes }));
                    }
                }
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.buffer.extend_from_slice(&data);
                    }
                }
                Some(Err(error)) => {
                    self.is_over = true;
                    self.take_all();
                    return Some(Err(error.into()));
                }
                None => self.is_over = true,
            }
        }
    }

    fn take_line(&mut self) -> Option<Bytes> {
        loop {
            let Some(at) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') else {
                self.searched = self.buffer.len();
                return None;
            };
            let line = self.buffer.split_to(self.searched + at).freeze();
            self.buffer.advance(1);
            self.searched = 0;
            if !std::mem::take(&mut self.is_skipping) {
                return Some(line);
            }
        }
    }

    fn take_all(&mut self) -> Bytes {
        self.searched = 0;
        self.buffer.split().freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str, overlong: Overlong) -> Vec<Result<String, String>> {
        let mut lines = Lines::new(Body::from(text.as_bytes().to_vec()), 4, overlong);
        let mut read = Vec::new();
        while let Some(line) = lines.next().await {
            read.push(line.map(|line| String::from_utf8_lossy(&line).into_owned()).map_err(|e| e.to_string()));
        }
        read
    }

    #[tokio::test]
    async fn splits_lines_and_keeps_an_unfinished_last_one() {
        let lines = read("ab\n\ncd", Overlong::Fails).await;
        assert_eq!(lines, [Ok("ab".into()), Ok("".into()), Ok("cd".into())]);
    }

    #[tokio::test]
    async fn ends_at_an_overlong_line_where_lines_must_be_whole() {
        let lines = read("abcdefgh", Overlong::Fails).await;
        assert_eq!(lines.len(), 1);
        assert!(lines[0].is_err());
    }

    #[tokio::test]
    async fn cuts_an_overlong_line_where_its_beginning_is_of_use() {
        assert_eq!(read("abcdefgh", Overlong::IsCut).await, [Ok("abcd".into())]);
    }
}
