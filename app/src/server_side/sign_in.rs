//! What the sign-in page offers, as the server's router puts it into the context. It is the same for everybody: it says
//! nothing of what stands behind it.

/// The ways in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// Whether names and passwords are taken.
    pub has_passwords: bool,
    /// Providers, each with the address that begins a sign-in there.
    pub providers: Vec<Provider>,
    /// Whether a proxy in front signs people in.
    pub has_proxy: bool,
    /// Where one signs out at that proxy.
    pub proxy_sign_out: Option<String>,
    /// Whom to ask who cannot sign in.
    pub contact: Option<String>,
}

/// A provider that vouches for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// What it is called.
    pub label: String,
    /// Where a sign-in begins; the address to return to is added.
    pub href: String,
}

/// Why the last attempt to sign in failed. A closed choice, so that an address cannot make the page say anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The name or the password.
    Wrong,
    /// Too many attempts.
    TooMany,
    /// The browser sent no proof that the form was ours.
    Foreign,
    /// The sign-in at a provider was begun too long ago, or elsewhere.
    Expired,
    /// The provider cannot be reached or did not answer as it must.
    Unreachable,
    /// The provider's word was not believed.
    Disbelieved,
    /// The provider said no.
    Refused,
    /// The account may not use this portal.
    NotAllowed,
}

impl Problem {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Wrong,
        Self::TooMany,
        Self::Foreign,
        Self::Expired,
        Self::Unreachable,
        Self::Disbelieved,
        Self::Refused,
        Self::NotAllowed,
    ];

    /// As the address carries it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::TooMany => "too-many",
            Self::Foreign => "foreign",
            Self::Expired => "expired",
            Self::Unreachable => "unreachable",
            Self::Disbelieved => "disbelieved",
            Self::Refused => "refused",
            Self::NotAllowed => "not-allowed",
        }
    }

    /// What the reader is told.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Wrong => "This name and password do not belong together.",
            Self::TooMany => "There were too many attempts. Wait a minute, then try again.",
            Self::Foreign => "The form was not sent from this page. Try again here.",
            Self::Expired => "This sign-in was begun too long ago, or in another browser. Begin again.",
            Self::Unreachable => {
                "The provider could not be reached, so nobody new can sign in there. Whoever is signed in stays so."
            }
            Self::Disbelieved => "What the provider answered could not be verified. The log of Runlight says why.",
            Self::Refused => "The provider did not let you sign in.",
            Self::NotAllowed => "This account may not use this portal.",
        }
    }

    /// The status of the page that says it.
    pub fn status(self) -> u16 {
        match self {
            Self::Wrong => 401,
            Self::TooMany => 429,
            Self::Foreign | Self::Refused | Self::NotAllowed => 403,
            Self::Expired => 400,
            Self::Unreachable | Self::Disbelieved => 502,
        }
    }

    /// The problem that an address names.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.word() == word)
    }
}
