//! Chaos: requests fail by chance in every way that leaves a doubt, and yet nothing is lost and nothing is claimed falsely.
//!
//! For every seed and rate of faults, users are to be blocked and unblocked at every provider. Each report is held
//! against the simulator at once; unknowns are settled, and whoever is not done is called for again, until all are.
//! WABLOCK_CHAOS=full: 100,000 inputs for each of 10 seeds and 4 rates, which takes some minutes in a release build.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use wablock::{CallError, CallOptions, Client, Operation, Report, State};

use crate::support::stage::{PROVIDERS, Stage, has_option, kind, most_of};

/// How many of a hundred requests meet a fault.
const RATES: [u32; 4] = [1, 5, 20, 50];

/// How often each kind of throttling strikes in one run. The whole client pauses for up to a second each time, and at the
/// highest rate a run would be nothing but pauses.
fn most_throttles() -> u32 {
    if is_full() { 20 } else { 5 }
}

/// Runs at the same time: a run mostly waits.
const SIDE_BY_SIDE: usize = 64;

/// Rounds of calling and settling after which something is lost.
const MOST_ROUNDS: u32 = 100;

/// Inputs for every seed and rate, over all providers; and the seeds.
fn size() -> (usize, u64) {
    if is_full() { (100_000, 10) } else { (5_000, 2) }
}

fn is_full() -> bool {
    std::env::var("WABLOCK_CHAOS").is_ok_and(|size| size == "full")
}

/// What may happen to a request. Lists leave nobody out: no reader could tell, so no client can settle against such a list.
fn faults(provider: &str) -> Vec<Value> {
    let mut faults = vec![
        json!({ "name": "lost_answer" }),
        json!({ "name": "reset_before_read" }),
        json!({ "name": "reset_after_read" }),
        json!({ "name": "status_plain", "status": 503 }),
        json!({ "name": "status_plain", "status": 503, "applied": true }),
        json!({ "name": "throttle", "code": 80007, "retry_after_ms": 1, "times": most_throttles() }),
        json!({ "name": "truncated_json" }),
        json!({ "name": "throttle", "code": 2, "status": 503, "retry_after": 0, "applied": true }),
    ];
    if provider != "sinch" {
        faults.push(json!({ "name": "error_beside" }));
        faults.push(json!({ "name": "failing_status", "status": 401, "operation": "block" }));
        faults.push(json!({ "name": "missing_item", "operation": "block" }));
        faults.push(json!({ "name": "missing_item", "operation": "unblock" }));
    }
    if ["meta", "nxcloud"].contains(&kind(provider)) {
        // Without a stated wait this may mean too many numbers: the batch is halved.
        faults.push(json!({ "name": "throttle", "code": 130429, "operation": "block", "times": most_throttles() }));
        faults.push(json!({ "name": "added_with_errors", "operation": "block" }));
        faults.push(json!({ "name": "next_without_cursor", "operation": "list" }));
        faults.push(json!({ "name": "clamped_pages", "operation": "list" }));
    }
    faults
}

/// Whether the sandbox's table has a meaning for a fault at a provider.
fn applies(fault: &Value, provider: &str, table: &Value) -> bool {
    let row =
        table.as_array().expect("a table").iter().find(|row| row["name"] == fault["name"]).expect("a known fault");
    let operations = row["cells"][provider].as_array().expect("a provider of the sandbox");
    !operations.is_empty() && (fault["operation"].is_null() || operations.contains(&fault["operation"]))
}

/// What the run at one provider came to.
#[derive(Default)]
struct Tally {
    inputs: usize,
    requests: u64,
    struck: u64,
    unknown: usize,
    settled: usize,
    unsettled: usize,
    rounds: u32,
}

struct Run {
    provider: &'static str,
    stage: Stage,
    /// Every other seed without retries, so that each fault is seen as it is.
    max_retries: Option<u32>,
    tally: Tally,
}

impl Run {
    fn new(provider: &'static str, seed: u64, rate: u32) -> Self {
        let stage = Stage::new();
        stage.control("settings", json!({ "meta_page_max": 1000, "record": false }));
        let mut faults = faults(provider);
        let table = stage.control("faults", json!({}))["faults"].take();
        faults.retain(|fault| applies(fault, provider, &table));
        // Each fault strikes by itself, so that together they strike a block at the rate.
        let at_a_block =
            faults.iter().filter(|fault| fault["operation"].is_null() || fault["operation"] == "block").count();
        let none = 1.0 - f64::from(rate) / 100.0;
        let probability = 1.0 - none.powf(1.0 / at_a_block as f64);
        for (place, mut fault) in faults.into_iter().enumerate() {
            fault["provider"] = json!(provider);
            fault["probability"] = json!(probability);
            fault["seed"] = json!(seed * 1000 + place as u64);
            stage.fault(fault);
        }
        Self { provider, stage, max_retries: (seed % 2 == 1).then_some(0), tally: Tally::default() }
    }

    /// A new client, as after a restart: nothing but the reports carries over.
    fn client(&self) -> Client {
        let sizes = [("batch_size", 20), ("page_size", 1000)].into_iter();
        let sizes = sizes.filter(|(option, _)| has_option(self.provider, option));
        let sizes = sizes.map(|(option, size)| (option.to_owned(), json!(most_of(self.provider, option).min(size))));
        let config = Value::Object(sizes.collect());
        let options = json!({ "concurrency": 32, "rate_limit": 1_000_000, "max_retries": self.max_retries });
        self.stage.client_with(self.provider, config, options)
    }

    fn on_list(&self) -> HashSet<String> {
        self.stage.blocked(self.provider).into_iter().collect()
    }

    /// Holds a report against the inputs and the simulator. `fresh`: nobody in it was ever called for before.
    fn check(&self, inputs: &[String], report: &Report, fresh: bool) {
        let reported: Vec<_> = report.outcomes.iter().map(|outcome| &*outcome.input).collect();
        assert!(reported == inputs, "{}: an input has no outcome of its own", self.provider);
        let on_list = self.on_list();
        for outcome in &report.outcomes {
            let in_effect = on_list.contains(digits(&outcome.input)) == (report.operation == Operation::Block);
            let claimed_falsely = match outcome.state {
                State::Done => !in_effect,
                State::Failed | State::NotSent => fresh && in_effect,
                State::Unknown => false,
            };
            assert!(!claimed_falsely, "{}: {outcome:?}, but in effect: {in_effect}", self.provider);
        }
    }

    /// Settles what is unknown, as far as the list can be read.
    async fn settle(&mut self, inputs: &[String], report: Report) -> Report {
        let unknown = report.count(State::Unknown);
        self.tally.unknown += unknown;
        if unknown == 0 {
            return report;
        }
        let mut options = CallOptions::default();
        options.max_retries = Some(10);
        // As if the provider's delay until effective were over.
        let mut report = report;
        report.finished_at_ms = 0;
        for _ in 0..3 {
            if let Ok(settled) = self.client().settle(&report, &options).await {
                assert_eq!(settled.count(State::Unknown), 0, "{}", self.provider);
                let resolved = settled.outcomes.iter().zip(&report.outcomes).filter(|(is, was)| is.state != was.state);
                assert_eq!(resolved.count(), unknown, "{}", self.provider);
                self.check(inputs, &settled, false);
                self.tally.settled += unknown;
                return settled;
            }
        }
        self.tally.unsettled += unknown;
        report
    }

    /// Blocks the even users and unblocks the odd ones, who are on the list.
    async fn play(mut self, users: usize) -> Tally {
        let user = |n: usize| format!("9725{n:08}");
        let [even, odd] = [0, 1].map(|odd| (0..users).filter(|n| n % 2 == odd).map(user).collect::<Vec<_>>());
        self.stage.control("seed", json!({ "provider": self.provider, "blocked": odd }));
        let (mut to_block, mut to_unblock) = (inputs(&even), inputs(&odd));
        self.tally.inputs = to_block.len() + to_unblock.len();
        while !to_block.is_empty() || !to_unblock.is_empty() {
            let fresh = self.tally.rounds == 0;
            self.tally.rounds += 1;
            assert!(
                self.tally.rounds <= MOST_ROUNDS,
                "{}: {} users are lost",
                self.provider,
                to_block.len() + to_unblock.len()
            );
            let client = self.client();
            let (blocked, unblocked) = tokio::join!(client.block(&to_block), client.unblock(&to_unblock));
            to_block = self.rest(to_block, report_of(blocked), fresh).await;
            to_unblock = self.rest(to_unblock, report_of(unblocked), fresh).await;
        }
        assert_eq!(self.stage.blocked(self.provider), even, "{}: the list is not what was asked for", self.provider);
        let active = self.stage.control("faults", json!({}))["active"].clone();
        self.tally.struck = active.as_array().unwrap().iter().map(|fault| fault["struck"].as_u64().unwrap()).sum();
        self.tally
    }

    /// Who is still not done after settling.
    async fn rest(&mut self, inputs: Vec<String>, report: Report, fresh: bool) -> Vec<String> {
        self.check(&inputs, &report, fresh);
        self.tally.requests += u64::from(report.requests);
        let settled = self.settle(&inputs, report).await;
        inputs
            .into_iter()
            .zip(&settled.outcomes)
            .filter(|(_, outcome)| !outcome.is_ok())
            .map(|(input, _)| input)
            .collect()
    }
}

/// Every user, and every tenth once more in another spelling.
fn inputs(users: &[String]) -> Vec<String> {
    users.iter().cloned().chain(users.iter().step_by(10).map(|user| format!("+{user}"))).collect()
}

fn digits(input: &str) -> &str {
    input.trim_start_matches('+')
}

fn report_of(result: Result<Report, CallError>) -> Report {
    result.unwrap_or_else(|error| error.report().cloned().unwrap_or_else(|| panic!("{error} without a report")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_is_claimed_falsely() {
    let (inputs, seeds) = size();
    // A tenth of the users is given twice.
    let users = (inputs as f64 / PROVIDERS.len() as f64 / 1.1).ceil() as usize;
    let runs = (0..seeds)
        .flat_map(|seed| RATES.into_iter().flat_map(move |rate| PROVIDERS.iter().map(move |p| (seed, rate, *p))));
    let tallies: Vec<_> = stream::iter(runs)
        .map(|(seed, rate, provider)| async move {
            let run = tokio::spawn(async move { Run::new(provider, seed, rate).play(users).await });
            ((rate, provider), run.await.unwrap_or_else(|error| panic!("seed {seed}, {rate} %: {error}")))
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .collect()
        .await;
    let mut rates: BTreeMap<u32, Tally> = BTreeMap::new();
    let mut settled_at: BTreeSet<(u32, &str)> = BTreeSet::new();
    for ((rate, provider), tally) in tallies {
        if tally.settled > 0 {
            settled_at.insert((rate, provider));
        }
        let sum = rates.entry(rate).or_default();
        sum.inputs += tally.inputs;
        sum.requests += tally.requests;
        sum.struck += tally.struck;
        sum.unknown += tally.unknown;
        sum.settled += tally.settled;
        sum.unsettled += tally.unsettled;
        sum.rounds = sum.rounds.max(tally.rounds);
    }
    println!(
        "| faults | inputs | requests | faults struck | unknown | settled by listing | called for again | rounds |"
    );
    for (rate, sum) in &rates {
        println!(
            "| {rate} % | {} | {} | {} | {} | {} | {} | {} |",
            sum.inputs, sum.requests, sum.struck, sum.unknown, sum.settled, sum.unsettled, sum.rounds
        );
        assert!(sum.inputs as u64 >= seeds * inputs as u64, "only {} inputs", sum.inputs);
        assert!(sum.struck > 0 && sum.settled > 0, "{rate} %: nothing happened");
    }
    assert!(settled_at.len() >= PROVIDERS.len() * 2, "settling was hardly tried: {settled_at:?}");
}
