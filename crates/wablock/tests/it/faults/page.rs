//! `docs/contributing/faults.md`: the matrix as a page, made from what the cells came to.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::{Path, PathBuf},
};

use crate::{
    faults::matrix::{Case, Facts, Matrix, NO_MEANING, OPERATIONS, Row, Strikes, healthy},
    support::stage::{PROVIDERS, kind},
};

/// What came of the cells, by row, provider, operation, and when the fault struck.
pub(crate) struct Results(BTreeMap<(String, &'static str, &'static str, u8), String>);

impl Results {
    pub(crate) fn new(played: &[(Case, String)]) -> Self {
        let key = |case: &Case| (case.id.clone(), case.provider, case.operation, case.strikes as u8);
        Self(played.iter().map(|(case, words)| (key(case), words.clone())).collect())
    }

    fn get(&self, id: &str, provider: &'static str, operation: &'static str, strikes: Strikes) -> Option<&str> {
        self.0.get(&(id.to_owned(), provider, operation, strikes as u8)).map(String::as_str)
    }

    /// The cells of a provider and of those that relay its API, where they came to something else.
    fn cells(&self, id: &str, provider: &'static str) -> String {
        let own = self.cell(id, provider);
        let mut others: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for relay in PROVIDERS.iter().copied().filter(|relay| *relay != provider && kind(relay) == provider) {
            others.entry(self.cell(id, relay)).or_default().push(relay);
        }
        others.remove(&own);
        let others = others.iter().map(|(words, relays)| format!("<br>{}: {words}", relays.join(", ")));
        own + &others.collect::<String>()
    }

    /// A provider's three cells in one.
    fn cell(&self, id: &str, provider: &'static str) -> String {
        let [block, unblock, list] =
            OPERATIONS.map(|operation| self.get(id, provider, operation, Strikes::Always).unwrap_or(NO_MEANING));
        let writes = if block == unblock { block.to_owned() } else { format!("block: {block}; unblock: {unblock}") };
        match (block == NO_MEANING && unblock == NO_MEANING, list == NO_MEANING) {
            (true, true) => NO_MEANING.to_owned(),
            (true, false) => format!("list: {list}"),
            (false, true) => writes,
            (false, false) => format!("{writes}; list: {list}"),
        }
    }

    /// Whether a fault that strikes once leaves a trace.
    fn once(&self, id: &str) -> String {
        let mut played = 0;
        let mut left = BTreeSet::new();
        for provider in PROVIDERS.iter().copied() {
            for operation in OPERATIONS {
                if let Some(words) = self.get(id, provider, operation, Strikes::Once) {
                    played += 1;
                    if words != healthy(operation) {
                        left.insert(provider);
                    }
                }
            }
        }
        let left: Vec<_> = left.into_iter().collect();
        match (played, left.is_empty()) {
            (0, _) => "–".to_owned(),
            (_, true) => "heals".to_owned(),
            (_, false) => format!("stays at {}", left.join(", ")),
        }
    }
}

/// How much there is, for the page and for the test that there is enough.
pub(crate) struct Count {
    pub(crate) faults: usize,
    pub(crate) rows: usize,
    pub(crate) cells: usize,
    pub(crate) meaningful: usize,
    pub(crate) played: usize,
}

pub(crate) fn page(
    matrix: &Matrix,
    count: &Count,
    results: &Results,
    codes: &[(Case, String)],
    facts: &Facts,
) -> String {
    let mut page = include_str!("intro.md").to_owned();
    let Count { faults, rows, cells, meaningful, played } = count;
    let _ = write!(
        page,
        "\n## The matrix\n\n{faults} faults in {rows} rows: {cells} cells of provider and operation, {meaningful} of them \
         applicable. With second pages, single faults and the table of codes, {played} cells were tested.\n",
    );
    for group in &matrix.groups {
        let _ = write!(page, "\n### {}\n\n", group.title);
        if let Some(note) = &group.note {
            let _ = write!(page, "{note}\n\n");
        }
        let kinds = || PROVIDERS.iter().copied().filter(|provider| kind(provider) == *provider);
        let _ = writeln!(page, "| fault | what happens | write | {} | once |", kinds().collect::<Vec<_>>().join(" | "));
        let _ = writeln!(page, "|---|---|---|{}---|", "---|".repeat(kinds().count()));
        for row in &group.rows {
            let cells = kinds().map(|provider| results.cells(&row.id, provider)).collect::<Vec<_>>().join(" | ");
            let write = carried_out(row, facts);
            let what = row.what.as_deref().unwrap_or(&facts[row.name()].about);
            let _ = writeln!(page, "| `{}` | {what} | {write} | {cells} | {} |", row.id, results.once(&row.id));
        }
    }
    page.push_str(&codes_table(codes));
    page.push_str("\n## Where faults apply\n\nThe sandbox rejects a fault where it does not apply. All other faults apply everywhere:\n\n");
    let partial =
        |name: &&str| facts[*name].cells.values().map(Vec::len).sum::<usize>() < PROVIDERS.len() * OPERATIONS.len();
    for name in
        matrix.groups.iter().flat_map(|group| &group.rows).map(Row::name).filter(partial).collect::<BTreeSet<_>>()
    {
        let cells = facts[name].cells.iter().filter(|(_, operations)| !operations.is_empty());
        let cells: Vec<_> =
            cells.map(|(provider, operations)| format!("{provider} ({})", operations.join(", "))).collect();
        let _ = writeln!(page, "- `{name}`: {}", cells.join(", "));
    }
    page
}

fn carried_out(row: &Row, facts: &Facts) -> &'static str {
    let writes = PROVIDERS.iter().any(|provider| row.expected(provider, 0) != NO_MEANING);
    match facts.carried_out(row.fault(PROVIDERS[0])) {
        _ if !writes => "–",
        true => "yes",
        false => "no",
    }
}

fn codes_table(codes: &[(Case, String)]) -> String {
    let mut table =
        "\n## Every code of the providers\n\nThe provider rejects the whole request with this code. NxCloud passes Meta's codes \
                     on inside its own 9099; 99digital's codes are reasons, Sinch's are HTTP statuses.\n\n\
                     | provider | code | block, unblock | list |\n|---|---|---|---|\n"
            .to_owned();
    let mut rows: Vec<(&str, String, Vec<&str>, &str)> = Vec::new();
    for (case, words) in codes {
        let mut code = case.fault["code"].to_string();
        if let Some(subcode) = case.fault.get("subcode") {
            let _ = write!(code, " subcode {subcode}");
        }
        if case.fault.get("is_transient").is_some() {
            code.push_str(" is_transient");
        }
        if case.fault["name"] == "error_code_inner" {
            code = format!("9099 around {code}");
        }
        if rows.last().is_none_or(|row| (row.0, &row.1) != (case.provider, &code)) {
            rows.push((case.provider, code, Vec::new(), NO_MEANING));
        }
        let row = rows.last_mut().expect("one was pushed");
        if case.operation == "list" {
            row.3 = words;
        } else if !row.2.contains(&words.as_str()) {
            row.2.push(words);
        }
    }
    for (provider, code, writes, list) in rows {
        let _ = writeln!(table, "| {provider} | {code} | {} | {list} |", writes.join("; "));
    }
    table
}

pub(crate) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/contributing/faults.md")
}
