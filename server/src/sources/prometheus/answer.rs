//! What `/api/v1/query` and `/api/v1/query_range` answer.

use std::collections::BTreeMap;

use runbook::{
    loose::{self, Items},
    time::Timestamp,
};
use serde::{Deserialize, Deserializer};

use crate::sources::remark::Remark;

/// Labels of a series, its metric's name under `__name__`.
pub type Labels = BTreeMap<String, String>;

/// What stands around every answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct Envelope<T> {
    #[serde(default)]
    pub(super) status: Option<String>,
    /// `Some(None)` where it is there and null: an answer that is empty.
    #[serde(default = "absent", deserialize_with = "present")]
    pub(super) data: Option<Option<T>>,
    #[serde(default)]
    pub(super) error: Option<String>,
    #[serde(flatten)]
    pub(super) about: About,
}

fn absent<T>() -> Option<Option<T>> {
    None
}

fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// What an answer says of itself: warnings, and whether servers behind it are missing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    #[serde(default, deserialize_with = "loose::readable")]
    warnings: Vec<String>,
    #[serde(default, deserialize_with = "loose::readable")]
    infos: Vec<String>,
    /// VictoriaMetrics' own word.
    #[serde(default, deserialize_with = "loose::flag")]
    is_partial: bool,
}

impl About {
    /// Of the text of an answer; nothing where it is none of the API's.
    pub(super) fn of_text(text: &str) -> Self {
        // An answer of another form, such as metrics in plain text, says nothing of itself.
        let silent = Self { warnings: Vec::new(), infos: Vec::new(), is_partial: false };
        serde_json::from_str(text).unwrap_or(silent)
    }

    /// What the reader has to know of the answer.
    pub(super) fn remarks(&self) -> Vec<Remark> {
        // What Prometheus says of an expression begins so; any other warning tells of data that is missing.
        let (of_expression, of_data): (Vec<&String>, Vec<&String>) =
            self.warnings.iter().partition(|warning| warning.starts_with("PromQL "));
        let part = of_data.iter().take(MAX_WARNINGS).map(|warning| sentence(warning)).collect::<Vec<_>>().join(" ");
        let partial = match (part.is_empty(), self.is_partial) {
            (false, _) => Some(part),
            (true, true) => Some("the server says so, and not why; some of its stores may be away.".to_owned()),
            (true, false) => None,
        };
        let notes = of_expression.into_iter().chain(&self.infos).take(MAX_WARNINGS);
        let notes = notes.map(|note| Remark::Note(sentence(note)));
        partial.map(Remark::Partial).into_iter().chain(notes).collect()
    }
}

/// Warnings of one answer that are repeated, and the longest of them in characters.
const MAX_WARNINGS: usize = 3;
const MAX_WARNING_CHARS: usize = 300;

/// A warning as a sentence, bounded, on one line.
fn sentence(warning: &str) -> String {
    let text: String = warning.chars().take(MAX_WARNING_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{}.", text.trim().trim_end_matches('.'))
}

/// The value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// One value for each series.
    Vector(Vec<Sample>),
    /// A stretch of values for each series.
    Matrix(Vec<Series>),
    /// A number.
    Scalar(Point),
    /// A text.
    String((f64, String)),
}

#[cfg(test)]
impl Value {
    /// Reads a value as the API writes it.
    pub(crate) fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str::<Counted>(text).ok().map(|counted| counted.value)
    }
}

/// A value as it was read: series that cannot be are left out and counted.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "WireValue")]
pub(super) struct Counted {
    pub(super) value: Value,
    pub(super) left_out: usize,
    /// Whether there were series, and none of them could be read.
    pub(super) is_another_list: bool,
}

impl Default for Counted {
    fn default() -> Self {
        Self { value: Value::Vector(Vec::new()), left_out: 0, is_another_list: false }
    }
}

#[derive(Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
enum WireValue {
    Vector(Items<Sample>),
    Matrix(Items<Series>),
    Scalar(Option<Point>),
    String(Option<(f64, String)>),
}

impl From<WireValue> for Counted {
    fn from(wire: WireValue) -> Self {
        let (is_another_list, left_out) = match &wire {
            WireValue::Vector(items) => (items.is_another_list(), items.left_out),
            WireValue::Matrix(items) => (items.is_another_list(), items.left_out),
            WireValue::Scalar(_) | WireValue::String(_) => (false, 0),
        };
        let value = match wire {
            WireValue::Vector(items) => Value::Vector(items.read),
            WireValue::Matrix(items) => Value::Matrix(items.read),
            WireValue::Scalar(Some(point)) => Value::Scalar(point),
            WireValue::String(Some(text)) => Value::String(text),
            WireValue::Scalar(None) | WireValue::String(None) => Value::Vector(Vec::new()),
        };
        Self { value, left_out, is_another_list }
    }
}

/// A series at one moment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Sample {
    /// Its labels.
    #[serde(default, deserialize_with = "labels")]
    pub metric: Labels,
    /// Its value; absent for a native histogram, which is no number.
    #[serde(default)]
    pub value: Option<Point>,
}

/// A series over time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Series {
    /// Its labels.
    #[serde(default, deserialize_with = "labels")]
    pub metric: Labels,
    /// Its values, oldest first.
    #[serde(default, deserialize_with = "loose::or_default")]
    pub values: Vec<Point>,
}

/// A number at a moment. Prometheus writes numbers as text, so that `NaN` and `+Inf` can be among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// When, in seconds as Prometheus wrote it.
    pub at_s: f64,
    /// As Prometheus wrote it.
    pub text: String,
    /// The number.
    pub number: f64,
}

impl Point {
    /// When.
    pub fn at(&self) -> Timestamp {
        // Milliseconds of any year that a server may send fit; a cast saturates.
        Timestamp((self.at_s * 1_000.0).round() as i64)
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Servers that speak Prometheus' API write numbers now as texts, now as numbers.
        #[derive(Deserialize)]
        struct Text(#[serde(deserialize_with = "loose::text")] String);
        let (Text(at), Text(text)) = <(Text, Text)>::deserialize(deserializer)?;
        let number = |text: &str| text.parse().map_err(|_| serde::de::Error::custom("a value is no number"));
        Ok(Self { at_s: number(&at)?, number: number(&text)?, text })
    }
}

/// Labels, whose values are texts: what is none is written as one.
pub(in crate::sources) fn labels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Labels, D::Error> {
    #[derive(Deserialize)]
    struct Text(#[serde(deserialize_with = "loose::text")] String);
    let labels: BTreeMap<String, Text> = loose::or_default(deserializer)?;
    Ok(labels.into_iter().map(|(name, Text(value))| (name, value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<Value> {
        let counted: Counted = serde_json::from_str(text).ok()?;
        (!counted.is_another_list).then_some(counted.value)
    }

    #[test]
    fn reads_every_kind_of_value_as_a_real_prometheus_writes_it() {
        let vector = r#"{"resultType":"vector","result":[{"metric":{"__name__":"up"},"value":[1795417448.843,"1"]},
            {"metric":{},"value":[1795417448.843,"+Inf"]},{"metric":{},"histogram":[1,{"count":"3"}]}]}"#;
        let Some(Value::Vector(samples)) = value(vector) else { panic!("no vector") };
        let numbers: Vec<Option<f64>> = samples.iter().map(|s| s.value.as_ref().map(|point| point.number)).collect();
        assert_eq!(numbers, [Some(1.0), Some(f64::INFINITY), None]);
        assert_eq!(samples[0].value.as_ref().map(Point::at), Some(Timestamp(1_795_417_448_843)));
        for (text, is_value) in [
            (r#"{"resultType":"scalar","result":[1795417449.212,"NaN"]}"#, true),
            (r#"{"resultType":"string","result":[1795417449.224,"a"]}"#, true),
            (r#"{"result":[{"metric":{},"values":[[1,"2"],[2,"3"]]}],"resultType":"matrix"}"#, true),
            (r#"{"resultType":"vector","result":[{"metric":{},"value":[1,"two"]}]}"#, false),
            (r#"{"resultType":"table","result":[]}"#, false),
        ] {
            assert_eq!(value(text).is_some(), is_value, "{text}");
        }
    }

    #[test]
    fn takes_nil_slices_and_numbers_for_what_they_mean() {
        for empty in [
            r#"{"resultType":"vector","result":null}"#,
            r#"{"resultType":"vector"}"#,
            r#"{"resultType":"scalar","result":null}"#,
        ] {
            assert_eq!(value(empty), Some(Value::Vector(Vec::new())), "{empty}");
        }
        let matrix =
            r#"{"resultType":"matrix","result":[{"metric":null,"values":[[1,2.5]]},{"metric":{},"values":null}]}"#;
        let Some(Value::Matrix(series)) = value(matrix) else { panic!("no matrix") };
        assert_eq!((series[0].values[0].number, series[0].values[0].text.as_str()), (2.5, "2.5"));
        assert!(series[1].values.is_empty());
        let odd =
            r#"{"resultType":"vector","result":[{"metric":{"a":7,"b":null},"value":["1","2"]},{"metric":"x"},null]}"#;
        let counted: Counted = serde_json::from_str(odd).expect("a value");
        let Value::Vector(samples) = counted.value else { panic!("no vector") };
        assert_eq!((samples.len(), counted.left_out), (1, 2));
        assert_eq!((samples[0].metric["a"].as_str(), samples[0].metric["b"].as_str()), ("7", ""));
    }

    #[test]
    fn tells_an_error_from_an_answer() {
        let error = r#"{"status":"error","errorType":"bad_data","error":"1:5: parse error"}"#;
        let error: Envelope<u8> = serde_json::from_str(error).expect("an envelope");
        assert_eq!((error.data, error.error.as_deref()), (None::<Option<u8>>, Some("1:5: parse error")));
        assert!(serde_json::from_str::<Envelope<u8>>(r#"{"data":"x"}"#).is_err());
    }

    #[test]
    fn tells_a_partial_answer_from_a_remark_on_the_expression() {
        let remarks = |text: &str| About::of_text(text).remarks();
        assert_eq!(remarks(r#"{"status":"success","data":null}"#), []);
        assert_eq!(remarks(r#"{"warnings":null,"isPartial":false}"#), []);
        let note = Remark::Note("PromQL info: metric might not be a counter.".into());
        assert_eq!(remarks(r#"{"infos":["PromQL info: metric might not be a counter"]}"#), [note]);
        let warned = Remark::Note("PromQL warning: mixed floats and histograms.".into());
        assert_eq!(remarks(r#"{"warnings":["PromQL warning: mixed floats and histograms"]}"#), [warned]);
        let away = Remark::Partial("no answer from store b:10901.".into());
        assert_eq!(remarks(r#"{"warnings":["no answer from store b:10901"]}"#), [away]);
        assert!(matches!(&*remarks(r#"{"isPartial":true}"#), [Remark::Partial(_)]));
        assert_eq!(remarks("<html>"), []);
    }
}
