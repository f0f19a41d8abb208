//! The rules Meta, NxCloud and 99digital share: who can be blocked, what a batch answers, how pages are cut.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use crate::accounts::{Account, Operation};
use crate::cursor::Cursor;
use crate::list::BlockList;
use crate::magic;
use crate::providers::graph::GraphError;
use crate::settings::Settings;
use crate::world::Tweaks;

/// Users a call may name.
pub(crate) const MAX_USERS: usize = 1_000;

const DAY_MS: i64 = 86_400_000;

/// Why one user failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserError {
    pub(crate) code: i64,
    pub(crate) message: String,
    pub(crate) details: String,
}

impl UserError {
    fn new(code: i64, details: &str) -> UserError {
        UserError { code, message: super::graph::title(code).to_owned(), details: details.to_owned() }
    }

    fn to_json(&self) -> Value {
        json!({
            "message": self.message,
            "code": self.code,
            "error_data": {"details": self.details},
        })
    }
}

/// A user as a call names it.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) input: String,
    /// wa_id or BSUID: what the list holds. `None` where the input is no number.
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
    pub(crate) errors: Vec<Value>,
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
/// NxCloud words the 24-hour error differently and leaves `wa_id` out of failed entries.
pub(crate) fn write(
    account: &mut Account,
    settings: &Settings,
    operation: Operation,
    users: Vec<User>,
    now_us: i64,
    tweaks: &Tweaks,
    nxcloud: bool,
) -> Written {
    let mut written = Written::default();
    for (at, user) in users.into_iter().enumerate() {
        let planned = tweaks.user_error.as_ref().filter(|(nth, ..)| (at as u64 + 1).is_multiple_of(*nth));
        let error = match planned {
            Some((_, code, message, details)) => {
                Some(UserError { code: *code, message: message.clone(), details: details.clone() })
            }
            None => refusal(account, settings, operation, &user, now_us / 1000),
        };
        let mut item = Item {
            wa_id: user.key.clone().filter(|_| !user.bsuid),
            user_id: user.bsuid.then(|| user.input.clone()),
            input: user.input,
            errors: Vec::new(),
        };
        let Some(mut error) = error else {
            if let Some(key) = user.key.filter(|_| !tweaks.dry_run) {
                match operation {
                    Operation::Block => account.list.add(&key, now_us),
                    _ => account.list.remove(&key, now_us),
                };
            }
            written.done.push(item);
            continue;
        };
        if nxcloud {
            item.wa_id = None;
            if error.code == 131_047 && error.details != "Invalid number" {
                error.message = "Re-engagement check failed".to_owned();
                error.details = "Failed to block due to re-engagement check failed".to_owned();
            }
        }
        item.errors.push(error.to_json());
        written.failed.push(item);
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

/// A page that could not be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageError {
    BadLimit,
    BadCursor,
    /// The list changed since the cursor was handed out (139102).
    Changed,
}

/// Why a page of this size is not given, where a fault says so.
pub(crate) fn refused_page(settings: &Settings, tweaks: &Tweaks, asked: Option<usize>) -> Option<GraphError> {
    let (most, code, message) = tweaks.most_rows.as_ref()?;
    let asked = asked.unwrap_or(settings.meta_page_default);
    (asked > *most).then(|| GraphError {
        message: format!("(#{code}) {message}"),
        details: None,
        ..GraphError::new(*code, "")
    })
}

/// One page of a list.
#[derive(Debug)]
pub(crate) struct Page {
    rows: Vec<Arc<str>>,
    before: Value,
    after: Value,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
    pub(crate) limit: usize,
}

/// How many rows a page gets.
pub(crate) fn page_limit(settings: &Settings, tweaks: &Tweaks, asked: Option<usize>) -> Result<usize, PageError> {
    let asked = asked.unwrap_or(settings.meta_page_default);
    let refused = settings.meta_page_refuse_above.is_some_and(|most| asked > most);
    if asked == 0 || refused {
        return Err(PageError::BadLimit);
    }
    let most = settings.meta_page_max.min(tweaks.page_rows.unwrap_or(usize::MAX));
    Ok(asked.min(most))
}

/// Cuts a page; `after` wins over `before`.
pub(crate) fn page(
    list: &mut BlockList,
    tweaks: &Tweaks,
    limit: usize,
    after: Option<&str>,
    before: Option<&str>,
) -> Result<Page, PageError> {
    let decode = |text: &str| {
        if let (true, Ok(offset)) = (tweaks.numeric_cursors, text.parse()) {
            return Ok(offset);
        }
        let cursor = Cursor::decode(text).ok_or(PageError::BadCursor)?;
        if cursor.version != list.version() {
            return Err(PageError::Changed);
        }
        Ok(cursor.offset)
    };
    let (from, limit_here) = match (after, before) {
        (Some(after), _) => ((decode(after)? + 1).unsigned_abs() as usize, limit),
        (None, Some(before)) => {
            let end = decode(before)?.max(0).unsigned_abs() as usize;
            let from = end.saturating_sub(limit);
            (from, end - from)
        }
        (None, None) => (0, limit),
    };
    let rows = list.page(from, limit_here);
    let cursor = |offset: usize| {
        let offset = i64::try_from(offset).unwrap_or(i64::MAX);
        if tweaks.numeric_cursors {
            return json!(offset);
        }
        let version = list.version();
        json!(Cursor { offset, version }.encode())
    };
    Ok(Page {
        before: cursor(from),
        after: cursor((from + rows.len()).saturating_sub(1)),
        has_next: !rows.is_empty() && from + rows.len() < list.len(),
        has_previous: from > 0,
        limit,
        rows,
    })
}

/// A cursor as it stands in a link.
fn plain(cursor: &Value) -> String {
    cursor.as_str().map_or_else(|| cursor.to_string(), str::to_owned)
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    messaging_product: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
}

/// `{"data":[...],"paging":{...}}`; an empty page has no paging.
#[derive(Debug, Serialize)]
pub(crate) struct PageBody<'a> {
    data: Vec<Row<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paging: Option<Paging<'a>>,
}

#[derive(Debug, Serialize)]
struct Paging<'a> {
    cursors: Cursors<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
}

#[derive(Debug, Serialize)]
struct Cursors<'a> {
    after: &'a Value,
    before: &'a Value,
}

impl Page {
    /// The body; `link` turns `after=...` or `before=...` into a full URL where links are sent.
    pub(crate) fn body(&self, link: Option<&dyn Fn(&str) -> String>) -> PageBody<'_> {
        let data = self.rows.iter().map(|user| {
            let bsuid = magic::is_bsuid(user);
            Row { messaging_product: "whatsapp", wa_id: (!bsuid).then_some(user), user_id: bsuid.then_some(user) }
        });
        let paging = (!self.rows.is_empty()).then(|| Paging {
            cursors: Cursors { after: &self.after, before: &self.before },
            next: link.filter(|_| self.has_next).map(|l| l(&format!("after={}", plain(&self.after)))),
            previous: link.filter(|_| self.has_previous).map(|l| l(&format!("before={}", plain(&self.before)))),
        });
        PageBody { data: data.collect(), paging }
    }
}
