//! Island props travel one way: the server writes them, the browser reads them. Writing them needs no code there.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Something that the server sends along with an island.
#[derive(Debug, Clone)]
pub struct Sent<T>(
    /// What is sent.
    pub T,
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
