//! The providers, their operations, and the business numbers that exist in the sandbox.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::list::BlockList;
use crate::providers::signature::appsecret_proof;

/// Who is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Provider {
    #[serde(rename = "meta")]
    Meta,
    #[serde(rename = "nxcloud")]
    NxCloud,
    #[serde(rename = "99digital")]
    Digital99,
    #[serde(rename = "sinch")]
    Sinch,
}

impl Provider {
    pub(crate) const ALL: [Provider; 4] = [Provider::Meta, Provider::NxCloud, Provider::Digital99, Provider::Sinch];

    /// The id string, which is also the first segment of the path.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Provider::Meta => "meta",
            Provider::NxCloud => "nxcloud",
            Provider::Digital99 => "99digital",
            Provider::Sinch => "sinch",
        }
    }

    /// Splits `/meta/v26.0/1/block_users` into the provider and `/v26.0/1/block_users`.
    pub(crate) fn of_path(path: &str) -> Option<(Provider, &str)> {
        Provider::ALL.into_iter().find_map(|provider| {
            let rest = path.strip_prefix('/')?.strip_prefix(provider.id())?;
            rest.starts_with('/').then_some((provider, rest))
        })
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Operation {
    Block,
    Unblock,
    List,
}

impl Operation {
    pub(crate) const ALL: [Operation; 3] = [Operation::Block, Operation::Unblock, Operation::List];

    /// The lower-case name.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Operation::Block => "block",
            Operation::Unblock => "unblock",
            Operation::List => "list",
        }
    }
}

/// A Sinch write that waits to become effective.
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
    /// Access token, access secret, bearer token; empty for 99digital, whose id is the secret.
    pub(crate) secret: String,
    /// Meta's app secret or NxCloud's appkey.
    pub(crate) app: String,
    /// The business's own number, digits only; empty for Sinch.
    pub(crate) own_number: String,
    pub(crate) list: BlockList,
    /// When a user last wrote, where a test said so.
    pub(crate) wrote: HashMap<String, i64>,
    pub(crate) pending: VecDeque<Pending>,
    bucket: Option<(f64, i64)>,
}

impl Account {
    /// Makes every pending Sinch write that is due effective.
    pub(crate) fn settle(&mut self, now_us: i64) {
        while let Some(write) = self.pending.front() {
            if write.effective_at_ms > now_us / 1000 {
                break;
            }
            let Some(write) = self.pending.pop_front() else {
                break;
            };
            for number in &write.numbers {
                match write.operation {
                    Operation::Block => self.list.add(number, now_us),
                    _ => self.list.remove(number, now_us),
                };
            }
        }
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

/// Every account, by provider.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    all: Vec<Account>,
    by_id: [HashMap<String, usize>; 4],
    by_name: [HashMap<String, usize>; 4],
}

/// The name of the account that always exists.
pub(crate) const DEFAULT_ACCOUNT: &str = "default";

impl Accounts {
    /// With the default account of each provider.
    pub(crate) fn new(now_us: i64) -> Accounts {
        let mut accounts = Accounts::default();
        for provider in Provider::ALL {
            accounts.named(provider, DEFAULT_ACCOUNT, now_us);
        }
        accounts
    }

    /// The account a request names by its id.
    pub(crate) fn find(&mut self, provider: Provider, id: &str) -> Option<&mut Account> {
        let at = *self.by_id[provider as usize].get(id)?;
        self.all.get_mut(at)
    }

    /// The same, to look at.
    pub(crate) fn get(&self, provider: Provider, id: &str) -> Option<&Account> {
        self.all.get(*self.by_id[provider as usize].get(id)?)
    }

    /// Whether some account of this provider satisfies the condition.
    pub(crate) fn any(&self, provider: Provider, check: impl Fn(&Account) -> bool) -> bool {
        self.by_id[provider as usize].values().any(|at| check(&self.all[*at]))
    }

    /// The account of a name, made when it is new.
    pub(crate) fn named(&mut self, provider: Provider, name: &str, now_us: i64) -> &mut Account {
        let p = provider as usize;
        let at = match self.by_name[p].get(name) {
            Some(at) => *at,
            None => {
                let mut salt = 0;
                let mut account = invent(provider, name, salt);
                // Ids are derived from a hash of the name: step aside where two names meet.
                while self.by_id[p].contains_key(&account.id)
                    || self
                        .any(provider, |other| other.own_number == account.own_number && !account.own_number.is_empty())
                {
                    salt += 1;
                    account = invent(provider, name, salt);
                }
                account.list.bump(now_us);
                self.all.push(account);
                let at = self.all.len() - 1;
                self.by_id[p].insert(self.all[at].id.clone(), at);
                self.by_name[p].insert(name.to_owned(), at);
                at
            }
        };
        &mut self.all[at]
    }

    /// Empties every list; accounts and credentials stay valid.
    pub(crate) fn clear(&mut self, now_us: i64) {
        for account in &mut self.all {
            account.list.clear(now_us);
            account.wrote.clear();
            account.pending.clear();
            account.bucket = None;
        }
    }
}

/// FNV-1a: small, stable, and enough to spread names.
fn hash(text: &str, salt: u64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ salt;
    let step = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    text.bytes().fold(start, step)
}

fn invent(provider: Provider, name: &str, salt: u64) -> Account {
    let default = name == DEFAULT_ACCOUNT;
    let h = hash(name, salt);
    let digits = |count: u32| format!("{:0width$}", h % 10u64.pow(count), width = count as usize);
    // The name may be any text; what it becomes must fit a path segment and a header.
    let suffix = if default { String::new() } else { format!("-{h:016x}") };
    // Characters that encoders treat differently, so that a credential that comes back encoded is another text.
    let secret_suffix = if default { String::new() } else { format!("-{h:016x}_.~/+&=") };
    let number = |default_number: &str, prefix: &str, count: u32| {
        if default { default_number.to_owned() } else { format!("{prefix}{}", digits(count)) }
    };
    let (id, secret, app, own_number) = match provider {
        Provider::Meta => (
            number("106540352242922", "10654", 10),
            format!("sandbox-meta-token{secret_suffix}"),
            format!("sandbox-meta-app-secret{secret_suffix}"),
            number("15550100001", "1555020", 4),
        ),
        Provider::NxCloud => (
            format!("sandbox-nxcloud-key{secret_suffix}"),
            format!("sandbox-nxcloud-secret{secret_suffix}"),
            format!("sandbox-nxcloud-app{secret_suffix}"),
            number("85255500001", "8526", 7),
        ),
        Provider::Digital99 => (
            format!("sandbox-99digital-key{secret_suffix}"),
            String::new(),
            String::new(),
            number("972555000001", "97256", 7),
        ),
        Provider::Sinch => (
            format!("sandbox-bot{suffix}"),
            format!("sandbox-sinch-token{secret_suffix}"),
            String::new(),
            String::new(),
        ),
    };
    Account { id, secret, app, own_number, ..Account::default() }
}

/// The ready configuration object for the client.
pub(crate) fn configuration(provider: Provider, account: &Account, url: &str, with_app_secret: bool) -> Value {
    let base_url = format!("{url}/{}", provider.id());
    match provider {
        Provider::Meta => {
            let mut config = json!({
                "provider": "meta",
                "access_token": account.secret,
                "phone_number_id": account.id,
                "base_url": base_url,
            });
            if with_app_secret {
                config["app_secret"] = json!(account.app);
            }
            config
        }
        Provider::NxCloud => json!({
            "provider": "nxcloud",
            "access_key": account.id,
            "access_secret": account.secret,
            "app_key": account.app,
            "business_phone": account.own_number,
            "base_url": base_url,
        }),
        Provider::Digital99 => json!({
            "provider": "99digital",
            "api_key": account.id,
            "from_number": account.own_number,
            "base_url": base_url,
        }),
        Provider::Sinch => json!({
            "provider": "sinch",
            "token": account.secret,
            "bot_id": account.id,
            "region": "us1",
            "base_url": base_url,
        }),
    }
}

/// What nobody else may see of an account, and what is made of it.
pub(crate) fn credentials(provider: Provider, account: &Account) -> Vec<String> {
    let Account { id, secret, app, .. } = account;
    match provider {
        Provider::Meta => vec![secret.clone(), app.clone(), appsecret_proof(app, secret)],
        Provider::NxCloud => vec![id.clone(), secret.clone(), app.clone()],
        Provider::Digital99 => vec![id.clone()],
        Provider::Sinch => vec![secret.clone()],
    }
}

/// The environment variables from which a program reads this configuration.
pub(crate) fn environment(configuration: &Value) -> BTreeMap<String, String> {
    let provider = configuration["provider"].as_str().unwrap_or_default();
    let mut variables = BTreeMap::from([("WABLOCK_PROVIDER".to_owned(), provider.to_owned())]);
    for (option, value) in configuration.as_object().into_iter().flatten().filter(|(option, _)| *option != "provider") {
        let name = format!("WABLOCK_{}_{}", provider.to_ascii_uppercase(), option.to_ascii_uppercase());
        variables.insert(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    variables
}
