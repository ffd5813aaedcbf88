//! Island props travel one way: the server writes them, the browser reads them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What the server sends along with an island. Writing it needs no code in the browser.
#[derive(Debug, Clone)]
pub struct Sent<T>(
    /// What is sent.
    pub T,
);

/// HTML that the server puts into an island, and that is not sent a second time: in the browser it stands in the
/// document already. Whoever makes one has escaped the text in it.
#[derive(Debug, Clone, Default)]
pub struct Kept(
    /// On the server the HTML; in the browser nothing.
    pub String,
);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sent<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(feature = "ssr")]
impl<T: Serialize> Serialize for Sent<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The island macro asks for this in the browser too, and throws the result away.
#[cfg(not(feature = "ssr"))]
impl<T> Serialize for Sent<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <()>::deserialize(deserializer).map(|()| Self::default())
    }
}
