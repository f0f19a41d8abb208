//! Users as the caller gives them: text to be read, or ids that the API gave and that go back as they came.

use std::{fmt, str::FromStr};

use crate::model::{
    error::{Error, ErrorKind},
    report::{BlockedUser, Outcome, State},
    text::Text,
    user::{User, UserKind, mask, same_id},
};

/// A user as the caller gives it: text that is read forgivingly, or a [`User`], [`BlockedUser`] or [`Outcome`], which go
/// back as they came: no region changes them and nothing is read again.
///
/// ```
/// use wablock::{BlockedUser, Input, User};
/// let users: Vec<Input> = vec![
///     "+1 (650) 555-1234".into(),
///     User::wa_id("553187654321")?.into(),
///     BlockedUser::from_wa_id("972501234567").into(),
/// ];
/// # Ok::<(), wablock::Error>(())
/// ```
#[derive(Clone)]
pub struct Input {
    text: Text,
    named: Named,
}

#[derive(Clone)]
enum Named {
    /// By text that is to be read.
    Text,
    /// By an id that is known already.
    User(User),
    /// By more than one id.
    Ids(Box<Ids>),
    /// Not at all, and why.
    Nobody(Error),
}

/// The ids of one user.
#[derive(Clone)]
struct Ids {
    /// At least one, the one to send first.
    known: Vec<User>,
    /// What a person wrote next to them; it must agree.
    written: Option<Input>,
}

/// A user given by named fields: a dict, an object, a row of a table. [`UserFields::into_input`] says what counts.
#[derive(Clone, Debug, Default)]
pub struct UserFields {
    /// With `id`, a [`User`] as data: `phone`, `wa_id` or `bsuid`.
    pub kind: Option<Text>,
    /// See `kind`.
    pub id: Option<Text>,
    /// The wa_id as a webhook, a list or an outcome gave it.
    pub wa_id: Option<Text>,
    /// The business-scoped id as a webhook, a list or an outcome gave it.
    pub user_id: Option<Text>,
    /// Any user: text as people write it, or something that the API gave.
    pub user: Option<Input>,
    /// With `state`, an [`Outcome`] as data.
    pub input: Option<Text>,
    /// See `input`.
    pub state: Option<Text>,
}

/// What a call does about a value that is missing (`None`, `NaN`, `null`) among its users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnMissing {
    /// The call is refused, and nothing is sent.
    #[default]
    Raise,
    /// The row fails with `invalid_user`, and the others go on.
    Fail,
}

impl FromStr for OnMissing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "raise" => Ok(Self::Raise),
            "fail" => Ok(Self::Fail),
            _ => Err(Error::new(ErrorKind::Config, "`on_missing` must be \"raise\" or \"fail\"")),
        }
    }
}

impl Input {
    /// A wa_id from the API. It is sent unchanged, without a `+`.
    #[must_use]
    pub fn wa_id(id: &str) -> Self {
        Self::api_id(UserKind::WaId, id)
    }

    /// A business-scoped id from the API. It is sent unchanged.
    #[must_use]
    pub fn bsuid(id: &str) -> Self {
        Self::api_id(UserKind::Bsuid, id)
    }

    /// A value that is missing; `what` says how, such as `NaN`. It fails with `invalid_user`.
    #[must_use]
    pub fn missing(what: &str) -> Self {
        Self::nobody(
            "".into(),
            format!("the user is missing ({what})"),
            "Leave rows without a user out, or fill them in; nothing was sent for this one.",
        )
    }

    /// The input as it was given, and the user that it names or the reason why it names none.
    pub(crate) fn read(self, region: Option<&str>) -> (Text, Result<User, Error>) {
        let Self { text, named } = self;
        let user = match named {
            Named::Text => User::parse(&text, region),
            Named::User(user) => Ok(user),
            Named::Nobody(error) => Err(error),
            Named::Ids(ids) => ids.read(region).map(|mut ids| ids.swap_remove(0)),
        };
        (text, user)
    }

    /// Every id of the user; the one to send comes first.
    pub(crate) fn ids(self, region: Option<&str>) -> Result<Vec<User>, Error> {
        match self.named {
            Named::Ids(ids) => ids.read(region),
            _ => self.read(region).1.map(|user| vec![user]),
        }
    }

    fn user(user: User) -> Self {
        Self { text: user.id().into(), named: Named::User(user) }
    }

    fn api_id(kind: UserKind, id: &str) -> Self {
        User::as_given(kind, id).map_or_else(
            || {
                let (name, form) = match kind {
                    UserKind::Bsuid => ("user_id", "letters, digits and dots, such as US.13491208655302741918"),
                    _ => ("wa_id", "digits without + and separators, such as 16505551234"),
                };
                let shown: String = mask(id).chars().take(48).collect();
                Self::nobody(
                    id.into(),
                    format!("{shown:?} is not a {name}: it must be {form}"),
                    "Give an id exactly as the API returned it; give a number as people write it as text, or as \"user\".",
                )
            },
            Self::user,
        )
    }

    fn nobody(text: Text, why: String, hint: &'static str) -> Self {
        Self { text, named: Named::Nobody(Error::new(ErrorKind::InvalidUser, why).with_hint(hint)) }
    }

    /// An outcome goes back as it was sent, else as the provider resolved it. One that names nobody is not read again.
    fn outcome(input: &str, user: Option<Self>, wa_id: Option<&str>, user_id: Option<&str>) -> Self {
        let ids = user.into_iter().chain(wa_id.map(Self::wa_id)).chain(user_id.map(Self::bsuid));
        Self::of_ids(ids.collect(), None).unwrap_or_else(|| {
            let shown: String = mask(input).chars().take(48).collect();
            Self::nobody(
                input.into(),
                format!("the outcome of {shown:?} has no user, because its input could not be read"),
                "Correct the number and give it as text.",
            )
        })
    }

    fn listed(wa_id: Option<&str>, user_id: Option<&str>, written: Option<Self>) -> Option<Self> {
        Self::of_ids(wa_id.map(Self::wa_id).into_iter().chain(user_id.map(Self::bsuid)).collect(), written)
    }

    /// One user of these ids, the first of which is sent.
    fn of_ids(ids: Vec<Self>, written: Option<Self>) -> Option<Self> {
        let mut text: Option<Text> = None;
        let mut known: Vec<User> = Vec::with_capacity(ids.len());
        for Self { text: given, named } in ids {
            text.get_or_insert_with(|| given.clone());
            match named {
                Named::User(user) if known.contains(&user) => {}
                Named::User(user) => known.push(user),
                Named::Ids(ids) => known.extend(ids.known),
                named => return Some(Self { text: given, named }),
            }
        }
        let Some(text) = text else { return written };
        Some(match (known.len(), &written) {
            (1, None) => Self { text, named: Named::User(known.swap_remove(0)) },
            _ => Self { text, named: Named::Ids(Box::new(Ids { known, written })) },
        })
    }
}

impl Ids {
    /// All ids, if they agree.
    fn read(self, region: Option<&str>) -> Result<Vec<User>, Error> {
        let Self { known: mut ids, written } = self;
        let Some(written) = written else { return Ok(ids) };
        let text = written.text.clone();
        let also = written.ids(region).map_err(|error| disagree(&ids[0], &text, error.message()))?;
        for user in also {
            let rival = ids.iter().find(|id| id.is_bsuid() == user.is_bsuid());
            match rival {
                None => ids.push(user),
                Some(id) if same_id(id.id(), user.id()) => {}
                Some(id) => return Err(disagree(id, &text, "they are different users")),
            }
        }
        Ok(ids)
    }
}

fn disagree(id: &User, written: &str, why: &str) -> Error {
    let (id, written) = (mask(id.id()), mask(written).chars().take(48).collect::<String>());
    Error::new(ErrorKind::InvalidUser, format!("this row contains both {id:?} and {written:?}: {why}"))
        .with_hint("Pass only one of them; nothing was sent for this row.")
}

impl UserFields {
    /// The names of the fields, the same in every language.
    pub const NAMES: [&str; 7] = ["kind", "id", "wa_id", "user_id", "user", "input", "state"];

    /// The user that the fields name; `None` if no field is given.
    ///
    /// An outcome (`input` and one of our states as `state`) goes back as it was sent: `user`, else `wa_id`, else
    /// `user_id`. Of other rows `wa_id` counts first, then `user_id`, then `user`; where `user` is a different person than the
    /// id next to it, the row fails. `kind` and `id` count where there is nothing else. Empty text does not count.
    #[must_use]
    pub fn into_input(self) -> Option<Input> {
        let Self { kind, id, wa_id, user_id, user, input, state } = self;
        let empty = [&wa_id, &user_id].into_iter().flatten().next().cloned().map(Input::from).or_else(|| user.clone());
        let said = |text: Option<Text>| text.filter(|text| !text.trim().is_empty());
        let [wa_id, user_id] = [wa_id, user_id].map(said);
        let user = user.filter(|user| !user.is_blank());
        if let (Some(input), Some(state)) = (&input, &state)
            && State::ALL.iter().any(|known| known.as_str() == &**state)
        {
            // The column `user` of our tables holds the bare id.
            let user =
                user.map(|user| if matches!(user.named, Named::Text) { Input::bare_id(&user.text) } else { user });
            return Some(Input::outcome(input, user, wa_id.as_deref(), user_id.as_deref()));
        }
        Input::listed(wa_id.as_deref(), user_id.as_deref(), user)
            .or_else(|| Some(Input::of_kind(&said(kind)?, &said(id)?)))
            .or(empty)
    }
}

impl Input {
    fn is_blank(&self) -> bool {
        matches!(self.named, Named::Text) && self.text.trim().is_empty()
    }

    /// An id that wablock gave, without its kind.
    fn bare_id(id: &str) -> Self {
        if User::bsuid(id).is_ok() { Self::bsuid(id) } else { Self::wa_id(id) }
    }

    fn of_kind(kind: &str, id: &str) -> Self {
        match kind {
            "phone" => Self::api_id(UserKind::Phone, id),
            "wa_id" => Self::wa_id(id),
            "bsuid" => Self::bsuid(id),
            _ => Self::nobody(
                id.into(),
                format!("the kind of a user is \"phone\", \"wa_id\" or \"bsuid\", not {kind:?}"),
                "Give what people write as text, or as \"user\".",
            ),
        }
    }
}

impl From<Text> for Input {
    fn from(text: Text) -> Self {
        Self { text, named: Named::Text }
    }
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self { text: text.into(), named: Named::Text }
    }
}

impl From<&&str> for Input {
    fn from(text: &&str) -> Self {
        Self::from(*text)
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Self { text: text.into(), named: Named::Text }
    }
}

impl From<&String> for Input {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<User> for Input {
    fn from(user: User) -> Self {
        Self::user(user)
    }
}

impl From<&User> for Input {
    fn from(user: &User) -> Self {
        Self::user(user.clone())
    }
}

impl From<&BlockedUser> for Input {
    fn from(user: &BlockedUser) -> Self {
        Self::listed(user.wa_id.as_deref(), user.user_id.as_deref(), None)
            .unwrap_or_else(|| Self::missing("a blocked user without wa_id and user_id"))
    }
}

impl From<BlockedUser> for Input {
    fn from(user: BlockedUser) -> Self {
        Self::from(&user)
    }
}

impl From<&Outcome> for Input {
    fn from(outcome: &Outcome) -> Self {
        let user = outcome.user.as_ref().map(Self::from);
        Self::outcome(&outcome.input, user, outcome.wa_id.as_deref(), outcome.user_id.as_deref())
    }
}

impl From<Outcome> for Input {
    fn from(outcome: Outcome) -> Self {
        Self::from(&outcome)
    }
}

/// `None` fails with `invalid_user`; the other users go on.
impl<T: Into<Self>> From<Option<T>> for Input {
    fn from(user: Option<T>) -> Self {
        user.map_or_else(|| Self::missing("None"), Into::into)
    }
}

/// Masked: phone numbers are personal data.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(&self.text))
    }
}
