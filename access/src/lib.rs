//! Who asks the portal, and what they may see. Reads configuration, headers and claims, and decides; never does input or
//! output, never reads a clock, and knows no source.

mod authority;
mod caller;
mod check;
mod claims;
mod groups;
mod password;
mod proxy;
mod public_url;
mod return_to;
mod section;
mod token;

pub use authority::{Authority, NoAuthority};
pub use caller::{Caller, Machine, Person};
pub use check::SectionProblem;
pub use claims::groups_at;
pub use groups::{Groups, MAX_GROUPS};
pub use password::{Password, PasswordProblem, hash_password};
pub use proxy::{Preset, Refusal, from_headers, identity_headers};
pub use public_url::PublicUrl;
pub use return_to::ReturnTo;
pub use section::{Oidc, Proxy, SignIn, Token, User};
pub use token::{NewToken, Scope, TokenHash, new_token};
