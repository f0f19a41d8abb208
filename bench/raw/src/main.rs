//! Raw clients: the same work in plain reqwest as a Rust programmer would write it, wablock's core without a binding, and a
//! probe that finds out how fast the server is. Takes a task as JSON and prints a line of JSON, as the other clients do.

mod core;
mod probe;
mod reqwest_script;

use serde::{Deserialize, Serialize};

pub(crate) const TOKEN: &str = "EAABbench";
pub(crate) const PHONE_NUMBER_ID: &str = "106540352242922";
pub(crate) const BATCH: usize = 1000;
pub(crate) const NX_BATCH: usize = 100;
const FIRST_NUMBER: u64 = 16_500_000_000;

/// What to do.
#[derive(Deserialize)]
pub(crate) struct Task {
    pub(crate) url: String,
    pub(crate) case: String,
    #[serde(default)]
    pub(crate) count: usize,
    #[serde(default)]
    pub(crate) warm: usize,
    pub(crate) at_once: usize,
    #[serde(default)]
    pub(crate) page: Option<u32>,
}

/// What came of it.
#[derive(Default, Serialize)]
pub(crate) struct Told {
    pub(crate) seconds: f64,
    pub(crate) done: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) distinct: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p99_ms: Option<f64>,
    #[serde(rename = "VmHWM")]
    vm_hwm: u64,
    #[serde(rename = "VmRSS")]
    vm_rss: u64,
}

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(crate) fn numbers(count: usize) -> Vec<String> {
    (0..count as u64).map(|place| format!("+{}", FIRST_NUMBER + place)).collect()
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let client = arguments.next().ok_or("the first argument names the client")?;
    let task: Task = serde_json::from_str(&arguments.next().ok_or("the second argument is the task")?)?;
    // reqwest is built as wablock has it, which leaves the choice of a TLS library open.
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "a TLS library was chosen before")?;
    let mut told = match client.as_str() {
        _ if task.case == "idle" => Told::default(),
        "probe" => probe::run(&task)?,
        // One worker, as in the bindings: on loopback it costs less than two.
        "reqwest" => runtime(1)?.block_on(reqwest_script::run(task))?,
        "reqwest-2" => runtime(2)?.block_on(reqwest_script::run(task))?,
        "core" => runtime(1)?.block_on(core::run(task))?,
        _ => return Err(format!("no client {client}").into()),
    };
    let status = std::fs::read_to_string("/proc/self/status")?;
    let of = |key: &str| status.lines().find_map(|line| line.strip_prefix(key)?.split_whitespace().next()?.parse().ok());
    told.vm_hwm = of("VmHWM:").unwrap_or(0);
    told.vm_rss = of("VmRSS:").unwrap_or(0);
    println!("{}", serde_json::to_string(&told)?);
    Ok(())
}

fn runtime(workers: usize) -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()
}

/// Rate and latencies of single calls.
pub(crate) fn latencies(mut times: Vec<f64>, seconds: f64) -> Told {
    times.sort_by(f64::total_cmp);
    Told {
        seconds,
        done: times.len(),
        p50_ms: times.get(times.len() / 2).map(|time| time * 1000.0),
        p99_ms: times.get(times.len() * 99 / 100).map(|time| time * 1000.0),
        ..Told::default()
    }
}
