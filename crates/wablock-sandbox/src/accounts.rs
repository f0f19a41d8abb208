//! The business numbers that exist in the sandbox, with their credentials and lists.

use std::collections::{HashMap, VecDeque};

use md5::{Digest, Md5};
use serde::Serialize;

use crate::list::BlockList;
use crate::operation::Operation;

/// The name of the account that always exists.
pub(crate) const DEFAULT_ACCOUNT: &str = "default";

/// How one part of an account is invented.
#[derive(Debug)]
pub(crate) enum Part {
    Nothing,
    /// Digits: those of the default account; for another one the prefix and so many digits.
    Number(&'static str, &'static str, u32),
    /// A name that anybody may see.
    Name(&'static str),
    /// A credential.
    Secret(&'static str),
}

/// What the accounts of a provider consist of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) id: Part,
    pub(crate) secret: Part,
    pub(crate) app: Part,
    pub(crate) own_number: Part,
}

/// One part of an account, as an option of the client's configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Field {
    Id,
    Secret,
    App,
    OwnNumber,
    /// The same for every account.
    Text(&'static str),
}

/// A write that waits to become effective.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Pending {
    pub(crate) effective_at_ms: i64,
    pub(crate) operation: Operation,
    pub(crate) numbers: Vec<String>,
}

/// One business number (or bot) with its credentials and its list.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// What a request finds the account by: phone number id, access key, API key, bot id.
    pub(crate) id: String,
    /// Access token, access secret, bearer token.
    pub(crate) secret: String,
    /// App secret or app key.
    pub(crate) app: String,
    /// The business's own number, digits only.
    pub(crate) own_number: String,
    pub(crate) list: BlockList,
    /// When a user last wrote, where a test said so.
    pub(crate) wrote: HashMap<String, i64>,
    pub(crate) pending: VecDeque<Pending>,
    bucket: Option<(f64, i64)>,
}

impl Account {
    fn invent(parts: &Parts, name: &str, salt: u64) -> Account {
        let default = name == DEFAULT_ACCOUNT;
        let digest = Md5::digest(format!("{salt} {name}"));
        let hash = digest.iter().take(8).fold(0u64, |hash, byte| hash << 8 | u64::from(*byte));
        let part = |part: &Part| match *part {
            Part::Nothing => String::new(),
            Part::Number(number, ..) if default => number.to_owned(),
            Part::Number(_, prefix, count) => {
                format!("{prefix}{:0width$}", hash % 10u64.pow(count), width = count as usize)
            }
            Part::Name(text) | Part::Secret(text) if default => text.to_owned(),
            // The account's name may be any text; what it becomes must fit a path segment and a header.
            Part::Name(text) => format!("{text}-{hash:016x}"),
            // Characters that encoders treat differently, so that a credential that comes back encoded is another text.
            Part::Secret(text) => format!("{text}-{hash:016x}_.~/+&="),
        };
        let (id, secret, app) = (part(&parts.id), part(&parts.secret), part(&parts.app));
        Account { id, secret, app, own_number: part(&parts.own_number), ..Account::default() }
    }

    /// One part.
    pub(crate) fn field(&self, field: Field) -> &str {
        match field {
            Field::Id => &self.id,
            Field::Secret => &self.secret,
            Field::App => &self.app,
            Field::OwnNumber => &self.own_number,
            Field::Text(text) => text,
        }
    }

    /// What nobody else may see.
    pub(crate) fn secrets(&self, parts: &Parts) -> Vec<String> {
        let all = [(&parts.id, &self.id), (&parts.secret, &self.secret), (&parts.app, &self.app)];
        let secret = all.into_iter().filter(|(part, _)| matches!(part, Part::Secret(_)));
        secret.map(|(_, text)| text.clone()).collect()
    }

    /// Makes every pending write that is due effective.
    pub(crate) fn settle(&mut self, now_us: i64) {
        while self.pending.front().is_some_and(|write| write.effective_at_ms <= now_us / 1000) {
            let Some(write) = self.pending.pop_front() else { return };
            for number in &write.numbers {
                self.change(write.operation, number, now_us);
            }
        }
    }

    /// Puts a user on the list, or takes one off.
    pub(crate) fn change(&mut self, operation: Operation, user: &str, now_us: i64) {
        match operation {
            Operation::Block => self.list.add(user, now_us),
            _ => self.list.remove(user, now_us),
        };
    }

    /// Takes one token of a bucket that holds one second's worth; false when the caller is too fast.
    pub(crate) fn take_token(&mut self, per_second: Option<u32>, now_us: i64) -> bool {
        let Some(rate) = per_second else {
            return true;
        };
        let rate = f64::from(rate);
        let (tokens, at) = self.bucket.unwrap_or((rate, now_us));
        let gained = (now_us - at).max(0) as f64 / 1e6 * rate;
        let tokens = (tokens + gained).min(rate);
        let ok = tokens >= 1.0;
        self.bucket = Some((if ok { tokens - 1.0 } else { tokens }, now_us));
        ok
    }
}

/// The accounts of one provider.
#[derive(Debug, Default)]
struct Book {
    all: Vec<Account>,
    by_id: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

/// Every account, by the provider's id.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    books: HashMap<&'static str, Book>,
}

impl Accounts {
    /// The account a request names by its id.
    pub(crate) fn find(&mut self, provider: &str, id: &str) -> Option<&mut Account> {
        let book = self.books.get_mut(provider)?;
        book.all.get_mut(*book.by_id.get(id)?)
    }

    /// The same, to look at.
    pub(crate) fn get(&self, provider: &str, id: &str) -> Option<&Account> {
        let book = self.books.get(provider)?;
        book.all.get(*book.by_id.get(id)?)
    }

    /// The first account that satisfies the condition.
    pub(crate) fn first(&self, provider: &str, check: impl Fn(&Account) -> bool) -> Option<&Account> {
        self.books.get(provider)?.all.iter().find(|account| check(account))
    }

    /// The account of a name, made when it is new.
    pub(crate) fn named(&mut self, provider: &'static str, parts: &Parts, name: &str, now_us: i64) -> &mut Account {
        let book = self.books.entry(provider).or_default();
        let at = match book.by_name.get(name) {
            Some(at) => *at,
            None => {
                // Ids are derived from a hash of the name: step aside where two names meet.
                let meets = |account: &Account| {
                    let same =
                        |other: &Account| other.own_number == account.own_number && !account.own_number.is_empty();
                    book.by_id.contains_key(&account.id) || book.all.iter().any(same)
                };
                let mut salt = 0;
                let mut account = Account::invent(parts, name, salt);
                while meets(&account) {
                    salt += 1;
                    account = Account::invent(parts, name, salt);
                }
                account.list.bump(now_us);
                let at = book.all.len();
                book.by_id.insert(account.id.clone(), at);
                book.by_name.insert(name.to_owned(), at);
                book.all.push(account);
                at
            }
        };
        &mut book.all[at]
    }

    /// Empties every list; accounts and credentials stay valid.
    pub(crate) fn clear(&mut self, now_us: i64) {
        for account in self.books.values_mut().flat_map(|book| &mut book.all) {
            account.list.clear(now_us);
            account.wrote.clear();
            account.pending.clear();
            account.bucket = None;
        }
    }
}
