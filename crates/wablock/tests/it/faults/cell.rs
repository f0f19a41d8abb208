//! One cell, played: a sandbox of its own, a client, the fault, the call, and what must hold whatever the fault was.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use wablock::{BlockedUser, CallOptions, Client, Error, Report, State};
use wablock_sandbox::{Options, Sandbox};

use crate::{
    faults::matrix::{Case, NO_MEANING, Strikes},
    support::stage::{Stage, numbers},
};

/// Two users, and the first one again in another spelling.
const INPUTS: [&str; 3] = ["+1 (650) 555-0001", "16505550002", "0016505550001"];
const IDS: [&str; 2] = ["16505550001", "16505550002"];
/// Somebody on the list whom no call is about.
const BYSTANDER: &str = "16505550099";

/// What came of the cell, in the words of the matrix; or what did not hold.
pub(crate) type Played = Result<String, String>;

/// Plays one cell. `applied`: the fault lets the write happen.
pub(crate) async fn play(case: &Case, applied: bool) -> Played {
    if case.expected == NO_MEANING {
        return no_meaning(case);
    }
    let stage = if case.fault["name"] == "port_closed" { with_own_port() } else { Stage::new() };
    let mut options = json!({ "concurrency": 1, "rate_limit": 10_000 });
    if case.strikes != Strikes::Once {
        options["max_retries"] = json!(0);
    }
    for (key, value) in case.options.as_object().into_iter().flatten() {
        options[key] = value.clone();
    }
    let secrets = serde_json::from_value(control(&stage, case, "secrets", json!({}))["secrets"].take());
    let case = &Case { secrets: secrets.expect("spellings"), ..case.clone() };
    let client = stage.client_with(case.provider, control(&stage, case, "config", json!({})), options);
    if case.operation == "list" {
        list(&stage, &client, case).await
    } else {
        write(&stage, &client, case, applied).await
    }
}

/// A sandbox whose port is not one of those that the system hands out: a port of these, once closed, may be another sandbox's
/// the next moment.
pub(crate) fn with_own_port() -> Stage {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    for _ in 0..10_000 {
        let place = std::process::id().wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed)) % 10_000;
        let port = 20_000 + u16::try_from(place).expect("below 10,000");
        if let Ok(sandbox) = Sandbox::start(Options { port, ..Options::default() }) {
            return Stage(sandbox);
        }
    }
    panic!("no port is free between 20,000 and 30,000");
}

/// A command about the cell's business number.
fn control(stage: &Stage, case: &Case, command: &str, mut body: Value) -> Value {
    body["provider"] = json!(case.provider);
    body["account"] = json!(case.account);
    stage.control(command, body)
}

fn on_list(stage: &Stage, case: &Case) -> Vec<String> {
    let blocked = control(stage, case, "inspect", json!({}))["blocked"].take();
    serde_json::from_value(blocked).expect("ids")
}

fn check(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}

async fn strike(stage: &Stage, case: &Case) {
    for mut fault in [Some(case.fault.clone()), case.then.clone()].into_iter().flatten() {
        if fault["name"] != "port_closed" {
            fault["provider"] = json!(case.provider);
            fault["operation"] = json!(case.operation);
            match case.strikes {
                Strikes::Always => {}
                Strikes::FromSecondPage => fault["after"] = json!(1),
                Strikes::Once => fault["times"] = json!(1),
            }
        }
        stage.fault(fault);
    }
    port(stage, case.fault["name"] != "port_closed").await;
}

async fn clear(stage: &Stage) {
    stage.control("clear_faults", json!({}));
    port(stage, true).await;
}

/// Comes back when the sandbox's port is open, or closed: its thread does that a moment after the command.
async fn port(stage: &Stage, open: bool) {
    let address = stage.0.url().trim_start_matches("http://").to_owned();
    while tokio::net::TcpStream::connect(&address).await.is_ok() != open {
        tokio::task::yield_now().await;
    }
}

fn patient() -> CallOptions {
    let mut options = CallOptions::default();
    options.max_retries = Some(3);
    options
}

/// Longest text of a server that is kept, and all that is kept of one user.
const LONGEST_TEXT: usize = 4 << 10;
const MOST_OF_A_USER: usize = 16 << 10;

/// No credential may come out in any encoding, no character that a terminal or a log obeys, and nothing without end.
fn check_said(case: &Case, text: &str, most: usize) -> Result<(), String> {
    let start: String = text.chars().take(300).collect();
    check(text.len() <= most, || format!("{} bytes are kept, beginning with {start:?}", text.len()))?;
    let obeyed = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    check(!text.contains(obeyed), || format!("control characters in {start:?}"))?;
    for secret in &case.secrets {
        check(!text.contains(secret), || format!("the credential {secret:?} is in {text:?}"))?;
    }
    Ok(())
}

fn check_text(case: &Case, error: &Error) -> Result<(), String> {
    let code = error.provider_code().unwrap_or_default();
    let request = error.request_id().unwrap_or_default();
    for text in [error.message(), error.hint(), code, request] {
        check_said(case, text, LONGEST_TEXT)?;
    }
    check_said(case, &format!("{error} {error:?}"), 4 * LONGEST_TEXT)?;
    let says = case.says.as_deref().unwrap_or_default();
    check(error.message().contains(says), || format!("it does not say {says:?}: {error}"))
}

/// The same for all that came with a user.
fn check_user(case: &Case, user: &impl serde::Serialize) -> Result<(), String> {
    let user = serde_json::to_value(user).expect("a user can be written");
    check_said(case, &user.to_string(), MOST_OF_A_USER)?;
    let mut left = vec![user];
    while let Some(value) = left.pop() {
        match value {
            Value::String(text) => check_said(case, &text, LONGEST_TEXT)?,
            Value::Array(values) => left.extend(values),
            Value::Object(fields) => left.extend(fields.into_iter().flat_map(|(name, value)| [json!(name), value])),
            _ => {}
        }
    }
    Ok(())
}

// ---- block and unblock ----

async fn call(client: &Client, operation: &str, options: &CallOptions) -> Result<Report, String> {
    let result = match operation {
        "block" => client.block_with(INPUTS, options).await,
        _ => client.unblock_with(INPUTS, options).await,
    };
    match result {
        Ok(report) => Ok(report),
        Err(error) => {
            error.report().cloned().ok_or_else(|| format!("{operation} raised {error} without a report of its inputs"))
        }
    }
}

/// Whether the sandbox shows what the operation is about.
fn happened(stage: &Stage, case: &Case, id: &str) -> bool {
    on_list(stage, case).iter().any(|on_list| on_list == id) == (case.operation == "block")
}

/// Requests of the operation that name the user.
fn sent(stage: &Stage, case: &Case, id: &str) -> usize {
    let requests = stage.requests(case.provider, case.operation);
    requests.iter().filter(|request| request["body"].as_str().unwrap().contains(id)).count()
}

fn bystander_is_there(stage: &Stage, case: &Case) -> bool {
    on_list(stage, case).iter().any(|id| id == BYSTANDER)
}

async fn write(stage: &Stage, client: &Client, case: &Case, applied: bool) -> Played {
    let blocked = if case.operation == "block" { vec![BYSTANDER] } else { vec![BYSTANDER, IDS[0], IDS[1]] };
    control(stage, case, "seed", json!({ "blocked": blocked }));
    strike(stage, case).await;
    let mut options = CallOptions::default();
    options.timeout = case.timeout;
    let report = call(client, case.operation, &options).await?;
    let words = outcomes(stage, case, applied, &report)?;
    clear(stage).await;
    settled(stage, client, case, &report).await?;

    let healthy = call(client, case.operation, &patient()).await?;
    check(healthy.is_ok(), || format!("afterwards the client is not well: {:?}", healthy.outcomes))?;
    check(IDS.iter().all(|id| happened(stage, case, id)), || "afterwards done does not mean done".to_owned())?;
    check(bystander_is_there(stage, case), || "a user nobody named was touched".to_owned())?;
    Ok(words)
}

/// The outcomes of the distinct users in the words of the matrix, once each was held against the sandbox.
fn outcomes(stage: &Stage, case: &Case, applied: bool, report: &Report) -> Played {
    let inputs: Vec<_> = report.outcomes.iter().map(|outcome| &*outcome.input).collect();
    check(inputs == INPUTS, || format!("the outcomes are for {inputs:?}"))?;
    let mut words = Vec::new();
    for (place, outcome) in report.outcomes.iter().enumerate() {
        let id = IDS[place % IDS.len()];
        let (effect, sent) = (happened(stage, case, id), sent(stage, case, id));
        let most = case.most_requests.unwrap_or(usize::MAX);
        check(sent <= most, || format!("{sent} requests name input {place}"))?;
        check_user(case, outcome)?;
        let true_to_the_world = match outcome.state {
            State::Done => effect && sent > 0 && outcome.error.is_none(),
            State::Failed => !effect,
            State::NotSent => !effect && sent == 0,
            // With retries, whether the write happened depends on the attempt.
            State::Unknown => case.strikes == Strikes::Once || effect == applied,
        };
        let state = outcome.state.as_str();
        check(true_to_the_world, || {
            format!("input {place} is {state}, but: in effect {effect}, sent {sent} times, {:?}", outcome.error)
        })?;
        let error = outcome.error.as_deref();
        check(error.is_none() == outcome.is_ok(), || format!("input {place} is {state} with {error:?}"))?;
        if let Some(error) = error {
            check_text(case, error)?;
        }
        words.push(error.map_or_else(|| state.to_owned(), |error| format!("{state} {}", error.code())));
    }
    check(words[0] == words[2], || format!("one user has two outcomes: {words:?}"))?;
    words.pop();
    words.dedup();
    Ok(words.join(", "))
}

/// Settling resolves every unknown as the sandbox shows it, changes nothing else, and sends nothing but lists.
async fn settled(stage: &Stage, client: &Client, case: &Case, report: &Report) -> Result<(), String> {
    let writes = |stage: &Stage| stage.requests(case.provider, case.operation).len();
    let before = writes(stage);
    // As if the provider's delay until effective were over.
    let mut report = report.clone();
    report.finished_at_ms = 0;
    let settled = client.settle(&report, &patient()).await.map_err(|error| format!("settling raised {error}"))?;
    check(writes(stage) == before, || "settling sent a write".to_owned())?;
    for (place, (was, is)) in report.outcomes.iter().zip(&settled.outcomes).enumerate() {
        let expected = match was.state {
            State::Unknown if happened(stage, case, IDS[place % IDS.len()]) => State::Done,
            State::Unknown => State::Failed,
            other => other,
        };
        check(is.state == expected, || format!("input {place} settled to {:?}, not {expected:?}", is.state))?;
    }
    Ok(())
}

// ---- list ----

/// Reads a list to its end or its error.
async fn read(client: &Client, options: &CallOptions) -> (Vec<BlockedUser>, Option<Error>) {
    let mut list = client.list_with(options);
    let mut all = Vec::new();
    loop {
        match list.next_page().await {
            Ok(Some(users)) => all.extend(users),
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error)),
        }
    }
}

fn ids(users: &[BlockedUser]) -> Vec<String> {
    users.iter().map(|user| user.id().to_owned()).collect()
}

async fn list(stage: &Stage, client: &Client, case: &Case) -> Played {
    let blocked = numbers(case.listed);
    control(stage, case, "seed", json!({ "blocked": &blocked }));
    strike(stage, case).await;
    let mut options = CallOptions::default();
    options.timeout = case.timeout;
    let (users, error) = read(client, &options).await;
    let most = case.most_requests.unwrap_or(usize::MAX);
    let asked = stage.requests(case.provider, "list").len();
    let more = if case.strikes == Strikes::Once { asked } else { usize::from(case.strikes == Strikes::FromSecondPage) };
    // A server that fails on a large page is asked for smaller ones as well.
    check(asked <= most.saturating_mul(2).saturating_add(more), || format!("{asked} requests for the first page"))?;
    for user in users.iter().take(2) {
        check_user(case, user)?;
    }
    let mut ids = ids(&users);
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    check(ids.len() == count, || format!("{} users were yielded twice", count - ids.len()))?;
    let words = match error {
        Some(error) => {
            check_text(case, &error)?;
            let known = |id: &String| case.invents || blocked.contains(id);
            check(ids.iter().all(known), || "before the error, users came who are not on the list".to_owned())?;
            format!("raises {}", error.code())
        }
        None if ids == blocked => "all".to_owned(),
        None => format!("reported {count}"),
    };
    clear(stage).await;
    let (users, error) = read(client, &patient()).await;
    let mut ids = self::ids(&users);
    ids.sort_unstable();
    check(error.is_none() && ids == blocked, || format!("afterwards the list is wrong: {} {error:?}", ids.len()))?;
    Ok(words)
}

/// Checks that the sandbox refuses a fault that has no meaning there.
fn no_meaning(case: &Case) -> Played {
    let mut fault = case.fault.clone();
    fault["provider"] = json!(case.provider);
    fault["operation"] = json!(case.operation);
    match Stage::new().0.control("fault", fault) {
        Err(error) if error.to_string().contains("does not apply there") => Ok(NO_MEANING.to_owned()),
        other => Err(format!("the sandbox does not say that it has no meaning: {other:?}")),
    }
}
