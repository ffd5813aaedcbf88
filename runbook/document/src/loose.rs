//! Reads what other programs write for one and the same thing: `null` for nothing, a number as a text and a text as a
//! number, `""` for no, -1 for "not known", and lists with one entry that is unlike the others.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// A list of which each entry is read by itself: an odd one is left out and counted, and never hides the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Items<T> {
    /// What could be read, in its order.
    pub read: Vec<T>,
    /// How many entries could not.
    pub left_out: usize,
}

impl<T> Items<T> {
    /// Whether there were entries, and none of them was what it should be: then this is another list.
    pub fn is_another_list(&self) -> bool {
        self.read.is_empty() && self.left_out > 0
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { read: Vec::new(), left_out: 0 }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry<T> {
    Read(T),
    Odd(IgnoredAny),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Option::<Vec<Entry<T>>>::deserialize(deserializer)?.unwrap_or_default();
        let mut items = Self { read: Vec::with_capacity(entries.len()), left_out: 0 };
        for entry in entries {
            match entry {
                Entry::Read(one) => items.read.push(one),
                Entry::Odd(_) => items.left_out += 1,
            }
        }
        Ok(items)
    }
}

/// A value, or what stands for none when it is `null`.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A list whose entries are read one by one; what cannot be read is left out where nothing depends on it.
pub fn readable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Items::deserialize(deserializer)?.read)
}

/// A text; empty when there is none.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(maybe_text(deserializer)?.unwrap_or_default())
}

/// A text that may be absent.
pub fn maybe_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Scalar::deserialize(deserializer)? {
        Scalar::Absent => None,
        Scalar::Flag(value) => Some(value.to_string()),
        Scalar::Number { text, .. } | Scalar::Text(text) => Some(text),
    })
}

/// Yes or no: `1`, `"1"`, `true`, `"on"`; absent, `""`, `0` and words for no are no.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match Scalar::deserialize(deserializer)? {
        Scalar::Absent => false,
        Scalar::Flag(value) => value,
        Scalar::Number { value, .. } => value != 0.0,
        Scalar::Text(text) => !matches!(text.trim().to_ascii_lowercase().as_str(), "" | "0" | "no" | "off" | "false"),
    })
}

/// A number that may be absent; what is no number is absent as well.
pub fn maybe_real<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(Scalar::deserialize(deserializer)?.number())
}

/// A number of things that may be absent. One below zero stands for "not known".
pub fn maybe_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(maybe_real(deserializer)?.filter(|value| *value >= 0.0).map(whole))
}

/// A number of things; 0 when it is absent or not known.
pub fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Ok(maybe_count(deserializer)?.unwrap_or(0))
}

/// A number of things that has to be there.
pub fn needed_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    maybe_count(deserializer)?.ok_or_else(|| D::Error::custom("a number is missing"))
}

/// A number by which something is called; has to be there.
pub fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    u32::try_from(needed_count(deserializer)?).map_err(|_| D::Error::custom("a number is too large"))
}

/// Seconds since 1970 that may be absent; 0 and less stand for "never".
pub fn maybe_instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(maybe_real(deserializer)?.filter(|value| *value > 0.0).map(|value| value as i64))
}

/// Seconds since 1970 that have to be there.
pub fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    // A cast saturates: milliseconds of any year that a server may send fit.
    maybe_real(deserializer)?.map(|value| value as i64).ok_or_else(|| D::Error::custom("an instant is missing"))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be zero or more; saturates")]
fn whole(number: f64) -> u64 {
    number as u64
}

/// A value without parts.
enum Scalar {
    Absent,
    Flag(bool),
    Number { value: f64, text: String },
    Text(String),
}

impl Scalar {
    fn number(self) -> Option<f64> {
        match self {
            Self::Absent => None,
            Self::Flag(value) => Some(f64::from(u8::from(value))),
            Self::Number { value, .. } => Some(value),
            Self::Text(text) => text.trim().parse().ok().filter(|value: &f64| value.is_finite()),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, yes or no, or nothing")
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Absent)
    }

    fn visit_none<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Scalar, D::Error> {
        deserializer.deserialize_any(Self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Flag(value))
    }

    #[allow(clippy::cast_precision_loss, reason = "ids and sizes stay far below the fifteenth digit")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number { value: value as f64, text: value.to_string() })
    }

    #[allow(clippy::cast_precision_loss, reason = "ids and sizes stay far below the fifteenth digit")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number { value: value as f64, text: value.to_string() })
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number { value, text: value.to_string() })
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }

    /// An empty list or object is how some languages write an empty text.
    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Scalar, A::Error> {
        match entries.next_element::<IgnoredAny>()? {
            None => Ok(Scalar::Absent),
            Some(_) => Err(A::Error::custom("a list where a single value belongs")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Scalar, A::Error> {
        match entries.next_entry::<IgnoredAny, IgnoredAny>()? {
            None => Ok(Scalar::Absent),
            Some(_) => Err(A::Error::custom("an object where a single value belongs")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Guest {
        #[serde(deserialize_with = "id")]
        vmid: u32,
        #[serde(default, deserialize_with = "text")]
        name: String,
        #[serde(default, deserialize_with = "flag")]
        template: bool,
        #[serde(default, deserialize_with = "maybe_count")]
        pid: Option<u64>,
        #[serde(default, deserialize_with = "count")]
        uptime: u64,
        #[serde(default, deserialize_with = "maybe_real")]
        pressure: Option<f64>,
        #[serde(default, deserialize_with = "maybe_instant")]
        ended: Option<i64>,
    }

    fn guest(value: Value) -> Option<Guest> {
        serde_json::from_value(value).ok()
    }

    #[test]
    fn reads_the_same_guest_however_its_numbers_are_written() {
        let plain =
            json!({"vmid": 7, "name": "7", "template": 1, "pid": 9, "uptime": 1_000, "pressure": 0.5, "ended": 5});
        let texts = json!({"vmid": "7", "name": 7, "template": "1", "pid": "9", "uptime": "1000", "pressure": "0.5",
            "ended": "5"});
        let real = json!({"vmid": 7.0, "name": "7", "template": true, "pid": 9.0, "uptime": 1e3, "pressure": " 0.5 ",
            "ended": 5.9});
        let guests = [plain, texts, real].map(guest);
        assert!(guests[0].is_some());
        assert_eq!(guests[0], guests[1]);
        assert_eq!(guests[0], guests[2]);
    }

    #[test]
    fn takes_nothing_and_less_than_nothing_for_not_known() {
        let absent = json!({"vmid": 7});
        for odd in [
            json!({"vmid": 7, "name": null, "template": null, "pid": null, "uptime": null, "pressure": null}),
            json!({"vmid": 7, "name": "", "template": "", "pid": "", "uptime": "", "pressure": "", "ended": 0}),
            json!({"vmid": 7, "name": [], "template": {}, "pid": -1, "uptime": -1, "pressure": "-", "ended": -1}),
            json!({"vmid": 7, "template": "off", "pid": "n/a", "pressure": "NaN"}),
        ] {
            assert_eq!(guest(odd.clone()), guest(absent.clone()), "{odd}");
        }
        for wrong in [json!({}), json!({"vmid": null}), json!({"vmid": "a"}), json!({"vmid": 7, "name": ["a"]})] {
            assert_eq!(guest(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn leaves_an_odd_entry_out_and_counts_it() {
        let read = |value: Value| serde_json::from_value::<Items<Guest>>(value).ok();
        let items = read(json!([{"vmid": 1}, null, {"vmid": "two"}, {"vmid": "2"}, 7])).expect("a list");
        assert_eq!((items.read.iter().map(|it| it.vmid).collect::<Vec<_>>(), items.left_out), (vec![1, 2], 3));
        assert_eq!(read(Value::Null), Some(Items::default()));
        assert!(read(json!([{"pods": 3}])).expect("a list").is_another_list());
        assert!(!read(json!([])).expect("a list").is_another_list());
        assert_eq!(read(json!({"message": "no"})), None);
    }
}
