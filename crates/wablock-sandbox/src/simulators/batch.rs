//! The rules of WhatsApp's own block list: who can be blocked, and what a batch answers.

use serde::Serialize;
use serde_json::Value;

use crate::accounts::Account;
use crate::graph;
use crate::magic;
use crate::operation::Operation;
use crate::settings::Settings;
use crate::tweaks::Tweaks;

/// Users a call may name.
pub(crate) const MAX_USERS: usize = 1_000;

const DAY_MS: i64 = 86_400_000;

/// Why one user failed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct UserError {
    pub(crate) code: i64,
    pub(crate) error_data: ErrorData,
    pub(crate) message: String,
}

/// The longer text of a [`UserError`].
#[derive(Debug, Clone, Serialize)]
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
}

/// One entry of an answer.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    pub(crate) input: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wa_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<UserError>,
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
            (None, Some(Value::String(id))) => {
                Ok(User { input: id.clone(), key: magic::is_bsuid(id).then(|| id.clone()), bsuid: true })
            }
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

/// `{"messaging_product":"whatsapp","block_users":{...}}`, in the order of the documentation's samples.
#[derive(Debug, Serialize)]
pub(crate) struct WriteBody {
    messaging_product: &'static str,
    block_users: Lists,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Lists {
    #[serde(skip_serializing_if = "Option::is_none")]
    added_users: Option<Vec<Item>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed_users: Option<Vec<Item>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed_users: Vec<Item>,
}

impl WriteBody {
    /// The body of what a batch did.
    pub(crate) fn new(operation: Operation, written: Written) -> WriteBody {
        let (added_users, removed_users) = match operation {
            Operation::Block => (Some(written.done), None),
            _ => (None, Some(written.done)),
        };
        WriteBody {
            messaging_product: "whatsapp",
            block_users: Lists { added_users, removed_users, failed_users: written.failed },
            error: None,
        }
    }
}
