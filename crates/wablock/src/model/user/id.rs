//! A user as it is sent: a kind and an id. The parent module reads it.

use serde::{Deserialize, Serialize};

use crate::model::text::Text;

/// E.164 allows 15 digits; the shortest numbers in use have 7 with their country code.
pub(super) const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// A user of WhatsApp, as it can be sent to a provider.
///
/// ```
/// use wablock::User;
/// let user = User::parse("+1 (650) 555-1234", None)?;
/// assert_eq!(user, User::phone("16505551234")?);
/// assert_eq!(User::parse("US.13491208655302741918", None)?.kind(), wablock::UserKind::Bsuid);
/// # Ok::<(), wablock::Error>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct User {
    kind: UserKind,
    id: Text,
}

/// A user as JSON holds it, not checked yet.
#[derive(Deserialize)]
pub(super) struct Parts {
    pub(super) kind: UserKind,
    pub(super) id: Text,
}

/// What a [`User`] is named by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UserKind {
    /// A phone number in E.164; the id holds its digits without the `+`.
    Phone,
    /// The id under which WhatsApp knows a phone number; digits, usually but not always those of the number.
    WaId,
    /// A business-scoped user id (BSUID), such as `US.13491208655302741918`; known only to one business portfolio.
    Bsuid,
}

impl UserKind {
    /// The kind as a string, the same in every language.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::WaId => "wa_id",
            Self::Bsuid => "bsuid",
        }
    }
}

impl User {
    pub(crate) fn from_parts(kind: UserKind, id: &str) -> Self {
        Self { kind, id: id.into() }
    }

    /// What the user is named by.
    #[must_use]
    pub fn kind(&self) -> UserKind {
        self.kind
    }

    /// The digits of a phone number or wa_id without `+`, or the BSUID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// True for a business-scoped id.
    #[must_use]
    pub fn is_bsuid(&self) -> bool {
        self.kind == UserKind::Bsuid
    }
}

/// A number and the wa_id of the same digits are the same user.
impl PartialEq for User {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for User {}

impl std::hash::Hash for User {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
