//! The matrix as data: what every fault must come to, written down by hand in `matrix.json` and `codes.json`.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::stage::PROVIDERS;

pub const OPERATIONS: [&str; 3] = ["block", "unblock", "list"];

/// The cell of a fault that has no meaning there.
pub const NO_MEANING: &str = "n/a";

/// What is expected of block, unblock and list, by provider; `all` stands for the providers that are not named.
pub type Cells = BTreeMap<String, [String; 3]>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    pub groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub title: String,
    #[serde(default)]
    pub note: Option<String>,
    pub rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub id: String,
    /// What happens, where the sandbox's own words do not say it well enough.
    #[serde(default)]
    pub what: Option<String>,
    #[serde(default)]
    fault: Option<Value>,
    /// One fault per provider, where they say the same thing in different ways.
    #[serde(default)]
    faults: BTreeMap<String, Value>,
    /// The fault on every request, no retries.
    cells: Cells,
    /// The fault on one request only, with the default retries.
    pub once: Option<Once>,
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
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Once {
    /// `heals`: as if there had been no fault.
    Word(String),
    Cells(Cells),
}

fn three_pages() -> usize {
    250
}

/// When the fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strikes {
    /// Every request; the client does not retry.
    Always,
    /// Every request of a list but the first; the client does not retry.
    FromSecondPage,
    /// The first request only; the client retries as it does by default.
    Once,
}

/// One cell, ready to be played.
#[derive(Clone, Debug)]
pub struct Case {
    pub id: String,
    pub provider: &'static str,
    pub operation: &'static str,
    pub strikes: Strikes,
    pub fault: Value,
    pub options: Value,
    pub listed: usize,
    pub timeout: Option<Duration>,
    pub invents: bool,
    pub expected: String,
}

pub fn matrix() -> Matrix {
    serde_json::from_str(include_str!("matrix.json")).expect("matrix.json")
}

/// Every provider code: its parameters, what a write comes to, what a list comes to.
pub fn codes() -> BTreeMap<String, Vec<(Value, String, String)>> {
    serde_json::from_str(include_str!("codes.json")).expect("codes.json")
}

fn cell(cells: &Cells, provider: &str, operation: usize) -> String {
    let row = cells.get(provider).or_else(|| cells.get("all"));
    row.unwrap_or_else(|| panic!("no cells for {provider}"))[operation].clone()
}

impl Row {
    /// The fault as it is asked for at a provider.
    pub fn fault(&self, provider: &str) -> &Value {
        self.fault.as_ref().or_else(|| self.faults.get(provider)).unwrap_or_else(|| panic!("{}: {provider}", self.id))
    }

    pub fn expected(&self, provider: &str, operation: usize) -> String {
        cell(&self.cells, provider, operation)
    }

    /// What is expected when the fault strikes once; `None` where that is not played.
    pub fn expected_once(&self, provider: &str, operation: usize) -> Option<String> {
        match self.once.as_ref()? {
            Once::Cells(cells) => Some(cell(cells, provider, operation)),
            Once::Word(word) => {
                assert_eq!(word, "heals", "{}", self.id);
                let meaningless = self.expected(provider, operation) == NO_MEANING;
                Some(if meaningless { NO_MEANING } else { healthy(OPERATIONS[operation]) }.to_owned())
            }
        }
    }

    /// All the cells that are played, those without meaning included.
    pub fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for provider in PROVIDERS {
            for (place, operation) in OPERATIONS.into_iter().enumerate() {
                let case = |strikes, expected| Case {
                    id: self.id.clone(),
                    provider,
                    operation,
                    strikes,
                    fault: self.fault(provider).clone(),
                    options: self.options.clone(),
                    listed: self.listed,
                    timeout: self.timeout_ms.map(Duration::from_millis),
                    invents: self.invents,
                    expected,
                };
                let expected = self.expected(provider, place);
                // 99digital's list has one page only, and a closed port cannot leave the first page alone.
                let pages = operation == "list" && provider != "99digital" && self.listed > 100;
                if pages && expected != NO_MEANING && self.fault(provider)["name"] != "port_closed" {
                    cases.push(case(Strikes::FromSecondPage, expected.clone()));
                }
                cases.push(case(Strikes::Always, expected));
                if let Some(expected) = self.expected_once(provider, place).filter(|cell| cell != NO_MEANING) {
                    cases.push(case(Strikes::Once, expected));
                }
            }
        }
        cases
    }
}

/// What a cell comes to without any fault.
pub fn healthy(operation: &str) -> &'static str {
    if operation == "list" { "all" } else { "done" }
}

/// The cells of the table of codes; NxCloud passes Meta's codes on inside its own 9099.
pub fn code_cases() -> Vec<Case> {
    let codes = codes();
    let inner = codes["meta"].iter().map(|row| ("nxcloud", "error_code_inner", row));
    let own = PROVIDERS.iter().flat_map(|provider| codes[*provider].iter().map(|row| (*provider, "error_code", row)));
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
                expected: if operation == "list" { list } else { write }.clone(),
            })
        })
        .filter(|case| case.expected != NO_MEANING)
        .collect()
}
