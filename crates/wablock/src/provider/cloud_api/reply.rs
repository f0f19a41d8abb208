//! Replies of Meta and of its resellers as they are read: tolerant of what is missing, new, or named in another way.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    model::{report::BlockedUser, text::Text},
    provider::answer::usable_id,
};

/// The answer to block and unblock. `error` and `errors` are both seen.
#[derive(Deserialize)]
pub(super) struct Reply<'a> {
    #[serde(default)]
    pub(super) block_users: Option<Results>,
    /// Some resellers wrap all of an answer in it.
    #[serde(borrow, default)]
    pub(super) detail: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) success: Option<Value>,
    #[serde(default)]
    pub(super) error: Option<Value>,
    #[serde(default)]
    pub(super) errors: Option<Value>,
}

/// The users' results, by kind.
#[derive(Default)]
pub(super) struct Results {
    pub(super) added_users: Option<Vec<Entry>>,
    pub(super) removed_users: Option<Vec<Entry>>,
    pub(super) failed_users: Option<Vec<Entry>>,
    /// Failures that hold their code and message themselves.
    pub(super) errors: Option<Value>,
}

/// A custom visitor, because serde's would accept an array in place of the object.
impl<'de> Deserialize<'de> for Results {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lists;

        impl<'de> Visitor<'de> for Lists {
            type Value = Results;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with lists of users")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut results = Results::default();
                while let Some(key) = map.next_key::<Word<'de>>()? {
                    match &*key.0 {
                        "added_users" => once(&mut results.added_users, "added_users", map.next_value()?)?,
                        "removed_users" => once(&mut results.removed_users, "removed_users", map.next_value()?)?,
                        "failed_users" => once(&mut results.failed_users, "failed_users", map.next_value()?)?,
                        "errors" => once(&mut results.errors, "errors", map.next_value()?)?,
                        _ => drop(map.next_value::<de::IgnoredAny>()?),
                    }
                }
                Ok(results)
            }
        }

        deserializer.deserialize_map(Lists)
    }
}

/// The answer to list.
#[derive(Deserialize)]
pub(super) struct ListReply<'a> {
    #[serde(default, alias = "items")]
    pub(super) data: Option<Vec<Entry>>,
    #[serde(default)]
    pub(super) paging: Option<Value>,
    #[serde(default)]
    pub(super) cursor: Option<Value>,
    #[serde(default, rename = "nextCursor", alias = "next_cursor")]
    pub(super) next_cursor: Option<Value>,
    /// Whether there is another page, where it stands outside of `paging`.
    #[serde(default, alias = "hasMore")]
    pub(super) has_more: Option<Value>,
    #[serde(default)]
    pub(super) next: Option<Value>,
    #[serde(borrow, default)]
    pub(super) detail: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) error: Option<Value>,
    #[serde(default)]
    pub(super) errors: Option<Value>,
}

/// One user of an answer: every field may be missing; what is not known is kept.
#[derive(Default)]
pub(in crate::provider) struct Entry {
    pub(super) input: Option<Text>,
    pub(super) wa_id: Option<Text>,
    pub(super) user_id: Option<Text>,
    /// The user under a name that does not say of which kind it is.
    pub(super) user: Option<Text>,
    /// Boxed like the rest of what is rare: entries are moved more than once.
    pub(super) errors: Option<Box<Value>>,
    pub(super) extra: Option<Box<Map<String, Value>>>,
}

/// A visitor of our own, because serde's `flatten` copies every entry before it looks at it.
impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Entry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object that describes a user")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entry = Entry::default();
                while let Some(key) = map.next_key::<Word<'de>>()? {
                    match &*key.0 {
                        "input" => once(&mut entry.input, "input", text(map.next_value()?))?,
                        "wa_id" => once(&mut entry.wa_id, "wa_id", id(map.next_value()?))?,
                        "user_id" => once(&mut entry.user_id, "user_id", id(map.next_value()?))?,
                        "errors" => entry.errors = Some(Box::new(map.next_value()?)),
                        "messaging_product" => drop(map.next_value::<de::IgnoredAny>()?),
                        other => {
                            let other = other.to_owned();
                            entry.take(other, map.next_value()?)?;
                        }
                    }
                }
                Ok(entry)
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

impl Entry {
    /// A field with another name than Meta's. What names nobody is kept.
    fn take<E: de::Error>(&mut self, name: String, value: Value) -> Result<(), E> {
        let named = value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()));
        match (&*name, named) {
            ("waId", Some(given)) => once(&mut self.wa_id, "waId", usable_id(&given).map(Text::from)),
            ("userId", Some(given)) => once(&mut self.user_id, "userId", usable_id(&given).map(Text::from)),
            ("user", Some(given)) => once(&mut self.user, "user", Some(given.into())),
            _ => {
                self.extra.get_or_insert_default().insert(name, value);
                Ok(())
            }
        }
    }

    /// The user of an answer about a request: `user` counts where there is no `input`.
    pub(super) fn named_by_input(mut self) -> Self {
        if self.input.is_none() {
            self.input = self.user.take();
        }
        self.keep_user();
        self
    }

    /// The user of a row of a list: `user` counts where there is no id. `None` if the row names nobody.
    fn listed(mut self) -> Option<BlockedUser> {
        if self.wa_id.is_none()
            && self.user_id.is_none()
            && let Some(user) = self.user.take()
        {
            let id = usable_id(&user).map(Text::from);
            let is_number = id.as_ref().is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
            *(if is_number { &mut self.wa_id } else { &mut self.user_id }) = id;
        }
        self.keep_user();
        let names_somebody = self.wa_id.is_some() || self.user_id.is_some();
        names_somebody.then_some(BlockedUser { wa_id: self.wa_id, user_id: self.user_id, extra: self.extra })
    }

    /// Keeps a `user` that names nobody more than the ids do.
    fn keep_user(&mut self) {
        if let Some(user) = self.user.take() {
            self.extra.get_or_insert_default().insert("user".to_owned(), Value::from(&*user));
        }
    }

    pub(super) fn names_nobody(&self) -> bool {
        [&self.wa_id, &self.user_id, &self.user, &self.input].into_iter().all(|name| name.is_none())
    }

    /// The rows inside a row that holds a list in place of a user.
    fn nested(&self) -> Option<&Value> {
        self.extra.as_ref()?.get("block_users").filter(|rows| self.names_nobody() && rows.is_array())
    }
}

/// The users of a list, also those in a list inside a row; `None` if a row names nobody.
pub(in crate::provider) fn listed_users(rows: Vec<Entry>) -> Option<Vec<BlockedUser>> {
    let mut users = Vec::with_capacity(rows.len());
    for row in rows {
        match row.nested() {
            Some(inner) => {
                let inner = Vec::<Entry>::deserialize(inner).ok()?;
                users.extend(inner.into_iter().map(Entry::listed).collect::<Option<Vec<_>>>()?);
            }
            None => users.push(row.listed()?),
        }
    }
    Some(users)
}

/// A duplicate id identifies no one, because choosing between the two would be a guess. The same applies to a duplicate list.
fn once<T, E: de::Error>(field: &mut Option<T>, name: &'static str, value: Option<T>) -> Result<(), E> {
    match value {
        Some(_) if field.is_some() => Err(E::duplicate_field(name)),
        Some(value) => {
            *field = Some(value);
            Ok(())
        }
        None => Ok(()),
    }
}

fn text(value: Option<Word<'_>>) -> Option<Text> {
    value.map(|word| word.0.into())
}

fn id(value: Option<Word<'_>>) -> Option<Text> {
    usable_id(&value?.0).map(Text::from)
}

/// Text, or a whole number where text belongs; borrowed when it has no escapes.
struct Word<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Word<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Word(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Word(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Word(Cow::Owned(number.to_string())))
            }
        }

        deserializer.deserialize_any(Any)
    }
}
