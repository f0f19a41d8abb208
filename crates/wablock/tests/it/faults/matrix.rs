//! The matrix as data: what every fault must come to, written down by hand in `matrix.json` and `codes.json`.

use std::{collections::BTreeMap, ops::Index, sync::LazyLock, time::Duration};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::support::{
    data::file,
    stage::{PROVIDERS, Stage, kind, like},
};

pub(crate) const OPERATIONS: [&str; 3] = ["block", "unblock", "list"];

/// The cell of a fault that has no meaning there.
pub(crate) const NO_MEANING: &str = "n/a";

/// The cell that says nothing that another does not say.
pub(crate) const NOT_PLAYED: &str = "-";

/// What is expected of block, unblock and list, by provider: see [`of`] for those that are not named.
pub(crate) type Cells = BTreeMap<String, [String; 3]>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Matrix {
    pub(crate) groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) note: Option<String>,
    pub(crate) rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) id: String,
    /// What happens, where the sandbox's own words do not say it well enough.
    #[serde(default)]
    pub(crate) what: Option<String>,
    #[serde(default)]
    fault: Option<Value>,
    /// One fault per provider, where they say the same thing in different ways.
    #[serde(default)]
    faults: BTreeMap<String, Value>,
    /// The fault on every request, no retries.
    cells: Cells,
    /// The fault on one request only, with the default retries.
    pub(crate) once: Option<Once>,
    /// Client options beside the common ones.
    #[serde(default)]
    options: Value,
    /// Users on the list that is read.
    #[serde(default = "three_pages")]
    listed: usize,
    /// For the whole call.
    #[serde(default)]
    timeout_ms: Option<u64>,
    /// The fault makes up users, so that who was yielded before an error proves nothing.
    #[serde(default)]
    invents: bool,
    /// What strikes after the fault.
    #[serde(default)]
    then: Option<Value>,
    /// The same by provider.
    #[serde(default)]
    thens: BTreeMap<String, Value>,
    /// The business number, where it is not the one that always exists: its credentials hold characters that encoders escape.
    #[serde(default = "default_account")]
    account: String,
    /// Most requests that may name one user, or ask for one page.
    #[serde(default)]
    most_requests: Option<usize>,
    /// What every error's text says.
    #[serde(default)]
    says: Option<String>,
}

fn default_account() -> String {
    "default".to_owned()
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Once {
    /// `heals`: as if there had been no fault.
    Word(String),
    Cells(Cells),
}

fn three_pages() -> usize {
    250
}

/// A fault in the sandbox's own table.
#[derive(Deserialize)]
pub(crate) struct Fact {
    name: String,
    pub(crate) about: String,
    applied: bool,
    /// Where it has a meaning: operations by provider.
    pub(crate) cells: BTreeMap<String, Vec<String>>,
}

/// The sandbox's table of faults.
pub(crate) struct Facts(BTreeMap<String, Fact>);

impl Facts {
    pub(crate) fn of(stage: &Stage) -> Self {
        let table = stage.control("faults", json!({}))["faults"].take();
        let mut facts: Vec<Fact> = serde_json::from_value(table).expect("the sandbox's table");
        for fact in &mut facts {
            fact.cells.retain(|provider, _| PROVIDERS.contains(&provider.as_str()));
        }
        Self(facts.into_iter().map(|fact| (fact.name.clone(), fact)).collect())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a write that meets the fault is carried out.
    pub(crate) fn carried_out(&self, fault: &Value) -> bool {
        fault["applied"].as_bool().unwrap_or_else(|| self[fault["name"].as_str().expect("a name")].applied)
    }
}

impl Index<&str> for Facts {
    type Output = Fact;

    fn index(&self, name: &str) -> &Fact {
        self.0.get(name).unwrap_or_else(|| panic!("the sandbox has no fault {name}"))
    }
}

/// When the fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strikes {
    /// Every request; the client does not retry.
    Always,
    /// Every request of a list but the first; the client does not retry.
    FromSecondPage,
    /// The first request only; the client retries as it does by default.
    Once,
}

/// One cell, ready to be played.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) provider: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) strikes: Strikes,
    pub(crate) fault: Value,
    pub(crate) options: Value,
    pub(crate) listed: usize,
    pub(crate) timeout: Option<Duration>,
    pub(crate) invents: bool,
    pub(crate) then: Option<Value>,
    pub(crate) account: String,
    pub(crate) most_requests: Option<usize>,
    pub(crate) says: Option<String>,
    /// Every spelling of the credentials, once the sandbox is there to ask.
    pub(crate) secrets: Vec<String>,
    pub(crate) expected: String,
}

fn data<T: DeserializeOwned>(name: &str) -> T {
    let file = file(&format!("data/faults/{name}.json"));
    serde_json::from_value(file.content).unwrap_or_else(|error| panic!("{}: {error}", file.name))
}

pub(crate) fn matrix() -> Matrix {
    let groups = ["matrix", "hostile"].into_iter().flat_map(|name| data::<Matrix>(name).groups);
    Matrix { groups: groups.collect() }
}

/// Every provider code: its parameters, what a write comes to, what a list comes to.
pub(crate) fn codes() -> BTreeMap<String, Vec<(Value, String, String)>> {
    data("codes")
}

/// The sandbox's facts, for all rows.
static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts::of(&Stage::new()));

/// What a table holds for a provider: what stands under its name; for a provider that relays Meta's API under `relays`, then
/// under `meta`; then what stands under the provider that it is like, and last under `all`.
fn of<'t, T>(table: &'t BTreeMap<String, T>, provider: &str) -> Option<&'t T> {
    let relays = Some("relays").filter(|_| kind(provider) != provider);
    let names = [Some(provider), relays, Some(kind(provider)), like(provider), Some("all")];
    names.into_iter().flatten().find_map(|name| table.get(name))
}

fn cell(cells: &Cells, provider: &str, operation: usize) -> String {
    of(cells, provider).unwrap_or_else(|| panic!("no cells for {provider}"))[operation].clone()
}

impl Row {
    /// The fault as it is asked for at a provider.
    pub(crate) fn fault(&self, provider: &str) -> &Value {
        self.fault.as_ref().or_else(|| of(&self.faults, provider)).unwrap_or_else(|| panic!("{}: {provider}", self.id))
    }

    /// The name of the fault, at the first provider where there are several.
    pub(crate) fn name(&self) -> &str {
        self.fault(PROVIDERS[0])["name"].as_str().expect("a name")
    }

    /// Every fault it plays.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        PROVIDERS.iter().map(|provider| self.fault(provider)["name"].as_str().expect("a name"))
    }

    /// What the fault comes to. It has no meaning where the sandbox does not apply it, unless the provider has a cell of its own.
    pub(crate) fn expected(&self, provider: &str, operation: usize) -> String {
        let facts = &FACTS[self.fault(provider)["name"].as_str().expect("a name")];
        let applies = facts.cells[provider].iter().any(|applies| applies == OPERATIONS[operation]);
        if applies || self.cells.contains_key(provider) {
            return cell(&self.cells, provider, operation);
        }
        NO_MEANING.to_owned()
    }

    /// How many of its cells have a meaning.
    pub(crate) fn meaningful(&self) -> usize {
        let cells = |provider: &&'static str| {
            let provider = *provider;
            (0..OPERATIONS.len())
                .filter(move |place| ![NO_MEANING, NOT_PLAYED].contains(&self.expected(provider, *place).as_str()))
        };
        PROVIDERS.iter().flat_map(cells).count()
    }

    /// What is expected when the fault strikes once; `None` where that is not played.
    pub(crate) fn expected_once(&self, provider: &str, operation: usize) -> Option<String> {
        match self.once.as_ref()? {
            Once::Cells(_) if self.expected(provider, operation) == NO_MEANING => Some(NO_MEANING.to_owned()),
            Once::Cells(cells) => Some(cell(cells, provider, operation)),
            Once::Word(word) => {
                assert_eq!(word, "heals", "{}", self.id);
                let meaningless = self.expected(provider, operation) == NO_MEANING;
                Some(if meaningless { NO_MEANING } else { healthy(OPERATIONS[operation]) }.to_owned())
            }
        }
    }

    /// Whether a provider plays more than the fault on every request: those that relay Meta's API take turns.
    fn is_full(&self, provider: &str) -> bool {
        let relays: Vec<_> = PROVIDERS.iter().filter(|relay| kind(relay) != **relay).collect();
        let turn: usize = self.id.bytes().map(usize::from).sum();
        kind(provider) == provider || *relays[turn % relays.len()] == provider
    }

    /// All the cells that are played, those without meaning included.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for provider in PROVIDERS.iter().copied() {
            for (place, operation) in OPERATIONS.into_iter().enumerate() {
                let case = |strikes, expected| Case {
                    id: self.id.clone(),
                    provider,
                    operation,
                    strikes,
                    fault: self.fault(provider).clone(),
                    options: in_seconds(&self.options),
                    listed: self.listed,
                    timeout: self.timeout_ms.map(Duration::from_millis),
                    invents: self.invents,
                    then: self.then.as_ref().or_else(|| of(&self.thens, provider)).cloned(),
                    account: self.account.clone(),
                    most_requests: self.most_requests,
                    says: self.says.clone(),
                    secrets: Vec::new(),
                    expected,
                };
                let expected = self.expected(provider, place);
                if expected == NOT_PLAYED {
                    continue;
                }
                // The lists of 99digital and 1msg have one page only, and a closed port cannot leave the first page alone.
                let pages = operation == "list" && !["99digital", "1msg"].contains(&provider) && self.listed > 100;
                if pages
                    && self.is_full(provider)
                    && expected != NO_MEANING
                    && self.fault(provider)["name"] != "port_closed"
                {
                    cases.push(case(Strikes::FromSecondPage, expected.clone()));
                }
                cases.push(case(Strikes::Always, expected));
                if let Some(expected) = self
                    .expected_once(provider, place)
                    .filter(|_| self.is_full(provider))
                    .filter(|cell| ![NO_MEANING, NOT_PLAYED].contains(&cell.as_str()))
                {
                    cases.push(case(Strikes::Once, expected));
                }
            }
        }
        cases
    }
}

/// What a cell comes to without any fault.
pub(crate) fn healthy(operation: &str) -> &'static str {
    if operation == "list" { "all" } else { "done" }
}

/// The cells of the table of codes; NxCloud passes Meta's codes on inside its own 9099, with status 200: there the 500 that
/// Meta sends with code 3 leaves no doubt.
pub(crate) fn code_cases() -> Vec<Case> {
    let codes = codes();
    let inner = codes["meta"].iter().map(|row| ("nxcloud", "error_code_inner", row));
    let own_codes = |provider: &&'static str| {
        let provider = *provider;
        codes.get(provider).into_iter().flatten().map(move |row| (provider, "error_code", row))
    };
    let own = PROVIDERS.iter().flat_map(own_codes);
    own.chain(inner)
        .flat_map(|(provider, name, (parameters, write, list))| {
            let mut fault = parameters.clone();
            fault["name"] = json!(name);
            OPERATIONS.map(|operation| Case {
                id: format!("{name} {parameters}"),
                provider,
                operation,
                strikes: Strikes::Always,
                fault: fault.clone(),
                options: Value::Null,
                listed: three_pages(),
                timeout: None,
                invents: false,
                then: None,
                account: default_account(),
                most_requests: None,
                says: None,
                secrets: Vec::new(),
                expected: match (operation, name) {
                    ("list", _) => list.clone(),
                    (_, "error_code_inner") => write.replace("unknown permission", "failed permission"),
                    _ => write.clone(),
                },
            })
        })
        .filter(|case| case.expected != NO_MEANING)
        .collect()
}

/// Client options as this library takes them: the table has milliseconds, for every language to convert.
fn in_seconds(options: &Value) -> Value {
    let Some(options) = options.as_object() else {
        return options.clone();
    };
    let convert = |(name, value): (&String, &Value)| match (name.strip_suffix("_ms"), value.as_f64()) {
        (Some(name), Some(ms)) => (name.to_owned(), Value::from(ms / 1000.0)),
        _ => (name.clone(), value.clone()),
    };
    Value::Object(options.iter().map(convert).collect())
}
