//! The rules of WhatsApp's own block list: who can be blocked, and what a batch answers.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value, json};

use crate::accounts::Account;
use crate::graph;
use crate::magic;
use crate::operation::Operation;
use crate::settings::Settings;
use crate::simulator::{Keys, Reasons};
use crate::tweaks::Tweaks;

/// Users a call may name.
pub(crate) const MAX_USERS: usize = 1_000;

const DAY_MS: i64 = 86_400_000;

/// Why one user failed.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct UserError {
    pub(crate) code: i64,
    pub(crate) error_data: ErrorData,
    pub(crate) message: String,
}

/// The longer text of a [`UserError`].
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct ErrorData {
    pub(crate) details: String,
}

impl UserError {
    fn new(code: i64, details: &str) -> UserError {
        let error_data = ErrorData { details: details.to_owned() };
        UserError { code, error_data, message: graph::title(code).to_owned() }
    }
}

/// A user as a call names it.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) input: String,
    /// wa_id or BSUID: what the list holds. `None` where the input is not a number.
    pub(crate) key: Option<String>,
    pub(crate) bsuid: bool,
}

impl User {
    /// A phone number or wa_id.
    pub(crate) fn phone(input: &str) -> User {
        User { input: input.to_owned(), key: magic::phone_digits(input).map(magic::wa_id), bsuid: false }
    }

    /// A business-scoped id.
    pub(crate) fn by_bsuid(id: &str) -> User {
        User { input: id.to_owned(), key: magic::is_bsuid(id).then(|| id.to_owned()), bsuid: true }
    }
}

/// One entry of an answer.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) input: String,
    pub(crate) wa_id: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) errors: Vec<UserError>,
}

/// The elements of an array of texts.
pub(crate) fn texts(list: &Value) -> Option<Vec<&str>> {
    list.as_array()?.iter().map(Value::as_str).collect()
}

/// Reads `block_users`; the error names the first entry that is wrong.
pub(crate) fn parse_users(list: &Value, with_bsuids: bool) -> Result<Vec<User>, String> {
    let Some(list) = list.as_array() else {
        return Err("Param block_users must be an array.".to_owned());
    };
    let parse = |(at, entry): (usize, &Value)| {
        let Some(object) = entry.as_object() else {
            return Err(format!("Param block_users[{at}] must be an object."));
        };
        if let Some(key) = object.keys().find(|k| !(*k == "user" || with_bsuids && *k == "user_id")) {
            return Err(format!("Unexpected key \"{key}\" on param \"$['block_users'][{at}]\"."));
        }
        match (object.get("user"), object.get("user_id")) {
            (Some(Value::String(user)), None) => Ok(User::phone(user)),
            (None, Some(Value::String(id))) => Ok(User::by_bsuid(id)),
            (None, None) => Err(format!("Param block_users[{at}] must have a user.")),
            (Some(_), Some(_)) => Err(format!("Param block_users[{at}] must have user or user_id, not both.")),
            _ => Err(format!("Param block_users[{at}]['user'] must be a string.")),
        }
    };
    list.iter().enumerate().map(parse).collect()
}

/// Why this user cannot be blocked or unblocked now, if so.
pub(crate) fn refusal(
    account: &Account,
    settings: &Settings,
    operation: Operation,
    user: &User,
    now_ms: i64,
) -> Option<UserError> {
    let Some(key) = user.key.as_deref() else {
        return Some(if user.bsuid {
            UserError::new(100, "Invalid user_id")
        } else {
            UserError::new(131_047, "Invalid number")
        });
    };
    let magic = magic::magic_code(key);
    match magic {
        Some(139_103) => return Some(UserError::new(139_103, "Internal error, please try again later")),
        Some(130_429) => return Some(UserError::new(130_429, "Too many requests, please try again later")),
        Some(131_000) => return Some(UserError::new(131_000, "Something went wrong, please try again later")),
        _ => {}
    }
    if operation != Operation::Block {
        return None;
    }
    if key == magic::wa_id(&account.own_number) || magic == Some(131_021) {
        return Some(UserError::new(131_021, "The user is the business phone number itself"));
    }
    let wrote = match account.wrote.get(key) {
        _ if magic == Some(131_047) => false,
        Some(at) => now_ms.saturating_sub(*at) <= DAY_MS,
        None => settings.everyone_wrote,
    };
    if !wrote {
        return Some(UserError::new(131_047, "User has not messaged in the last 24 hours"));
    }
    let full = account.list.len() >= settings.list_cap && !account.list.contains(key);
    (full || magic == Some(139_101))
        .then(|| UserError::new(139_101, "The blocklist has reached its limit, unblock users first"))
}

/// What a batch did.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) done: Vec<Item>,
    pub(crate) failed: Vec<Item>,
}

/// Blocks or unblocks each user; a user named twice gets two entries.
pub(crate) fn write(
    account: &mut Account,
    settings: &Settings,
    operation: Operation,
    users: Vec<User>,
    now_us: i64,
    tweaks: &Tweaks,
) -> Written {
    let mut written = Written::default();
    for (at, user) in users.into_iter().enumerate() {
        let planned = tweaks.user_error.as_ref().filter(|(nth, ..)| (at as u64 + 1).is_multiple_of(*nth));
        let error = match planned {
            Some((_, code, message, details)) => {
                Some(UserError { message: message.clone(), ..UserError::new(*code, details) })
            }
            None => refusal(account, settings, operation, &user, now_us / 1000),
        };
        let item = Item {
            wa_id: user.key.clone().filter(|_| !user.bsuid),
            user_id: user.bsuid.then(|| user.input.clone()),
            input: user.input,
            errors: error.into_iter().collect(),
        };
        if !item.errors.is_empty() {
            written.failed.push(item);
            continue;
        }
        if let Some(key) = user.key.filter(|_| !tweaks.dry_run) {
            account.change(operation, &key, now_us);
        }
        written.done.push(item);
    }
    written
}

/// What a batch answers, under the provider's keys and in the order of the documentation's samples.
#[derive(Debug)]
pub(crate) struct WriteBody<'k> {
    keys: &'k Keys,
    operation: Operation,
    written: Written,
    pub(crate) error: Option<Value>,
}

impl<'k> WriteBody<'k> {
    /// The body of what a batch did.
    pub(crate) fn new(keys: &'k Keys, operation: Operation, written: Written) -> WriteBody<'k> {
        WriteBody { keys, operation, written, error: None }
    }

    /// Who was added or removed, and who failed.
    fn lists(&self) -> Vec<(&'static str, Vec<Entry<'_>>)> {
        let keys = self.keys;
        let Written { done, failed } = &self.written;
        let name = if self.operation == Operation::Block { keys.added } else { keys.removed };
        let lists = [(name, done, true), (keys.failed, failed, keys.always_failed)];
        let lists = lists.into_iter().filter(|(_, items, always)| *always || !items.is_empty());
        lists.map(|(name, items, _)| (name, items.iter().map(|item| Entry(item, keys)).collect())).collect()
    }
}

impl Serialize for WriteBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if self.keys.lists.is_empty() {
            for (key, entries) in self.lists() {
                map.serialize_entry(key, &entries)?;
            }
        } else {
            map.serialize_entry("messaging_product", "whatsapp")?;
            map.serialize_entry(self.keys.lists, &Lists(self.lists()))?;
        }
        if let Some((key, text)) = self.keys.extra {
            map.serialize_entry(key, text)?;
        }
        if let Some(error) = &self.error {
            map.serialize_entry("error", error)?;
        }
        map.end()
    }
}

/// Lists by their keys, in order.
struct Lists<'a>(Vec<(&'static str, Vec<Entry<'a>>)>);

impl Serialize for Lists<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, entries)| (key, entries)))
    }
}

/// One entry under the provider's keys.
struct Entry<'a>(&'a Item, &'a Keys);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Entry(item, keys) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("input", &item.input)?;
        if let Some(id) = &item.wa_id {
            map.serialize_entry(keys.id, id)?;
        }
        if let Some(id) = &item.user_id {
            map.serialize_entry("user_id", id)?;
        }
        match (keys.reasons, item.errors.first()) {
            (_, None) => {}
            (Reasons::Objects, _) => map.serialize_entry("errors", &item.errors)?,
            (Reasons::QuotedCodes, Some(error)) => {
                let quoted =
                    json!({"code": error.code.to_string(), "error_data": error.error_data, "message": error.message});
                map.serialize_entry("errors", &[quoted])?;
            }
            (Reasons::Inline, Some(error)) => {
                map.serialize_entry("code", &error.code)?;
                map.serialize_entry("message", &error.message)?;
            }
            (Reasons::Texts, Some(error)) => map.serialize_entry("errors", &[&error.message])?,
        }
        map.end()
    }
}
