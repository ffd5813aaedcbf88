//! What `/api/v1/query` and `/api/v1/query_range` answer.

use std::collections::BTreeMap;

use runbook::time::Timestamp;
use serde::{Deserialize, Deserializer};

/// Labels of a series, its metric's name under `__name__`.
pub type Labels = BTreeMap<String, String>;

/// What stands around every answer.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) data: Option<T>,
    pub(super) error: Option<String>,
}

/// The value of an expression.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
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

/// A series at one moment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Sample {
    /// Its labels.
    pub metric: Labels,
    /// Its value; absent for a native histogram, which is no number.
    #[serde(default)]
    pub value: Option<Point>,
}

/// A series over time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Series {
    /// Its labels.
    pub metric: Labels,
    /// Its values, oldest first.
    #[serde(default)]
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
        let (at_s, text) = <(f64, String)>::deserialize(deserializer)?;
        let number = text.parse().map_err(|_| serde::de::Error::custom("a value is no number"))?;
        Ok(Self { at_s, text, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_value_as_a_real_prometheus_writes_it() {
        let vector = r#"{"resultType":"vector","result":[{"metric":{"__name__":"up"},"value":[1795417448.843,"1"]},
            {"metric":{},"value":[1795417448.843,"+Inf"]},{"metric":{},"histogram":[1,{"count":"3"}]}]}"#;
        let Ok(Value::Vector(samples)) = serde_json::from_str(vector) else { panic!("no vector") };
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
            assert_eq!(serde_json::from_str::<Value>(text).is_ok(), is_value, "{text}");
        }
    }

    #[test]
    fn tells_an_error_from_an_answer() {
        let error = r#"{"status":"error","errorType":"bad_data","error":"1:5: parse error"}"#;
        let error: Envelope<u8> = serde_json::from_str(error).expect("an envelope");
        assert_eq!((error.data, error.error.as_deref()), (None, Some("1:5: parse error")));
        assert!(serde_json::from_str::<Envelope<u8>>(r#"{"data":"x"}"#).is_err());
    }
}
