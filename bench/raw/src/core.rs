//! wablock's core without a binding: what a binding costs is the difference to this.

use std::{
    sync::{Arc, atomic::AtomicUsize, atomic::Ordering},
    time::Instant,
};

use tokio::task::JoinSet;
use wablock::{CallOptions, Client, ClientOptions, Digital99Config, MetaConfig, NxCloudConfig};

use crate::{Failure, PHONE_NUMBER_ID, TOKEN, Task, Told, latencies, numbers};

fn client(task: &Task) -> Result<Client, Failure> {
    let mut options = ClientOptions::default();
    options.concurrency = task.at_once;
    Ok(match task.case.as_str() {
        "digital99" => {
            Client::new(Digital99Config::new("bench-key", "972555000001").base_url(&task.url), options)?
        }
        "nxcloud" => {
            let config = NxCloudConfig::new("bench-access", "bench-secret", "bench-app", "85255500001");
            Client::new(config.base_url(&task.url), options)?
        }
        _ => {
            let config = MetaConfig::new(TOKEN, PHONE_NUMBER_ID).base_url(&task.url);
            Client::new(task.page.into_iter().fold(config, MetaConfig::page_size), options)?
        }
    })
}

pub(crate) async fn run(task: Task) -> Result<Told, Failure> {
    let users = if task.case == "list" { Vec::new() } else { numbers(task.count) };
    let begun = Instant::now();
    let client = client(&task)?;
    match task.case.as_str() {
        "single" => {
            let users = Arc::new(users);
            some_singles(&client, &users, task.at_once, 0, task.warm).await?;
            let begun = Instant::now();
            let times = some_singles(&client, &users, task.at_once, task.warm, users.len()).await?;
            Ok(latencies(times, begun.elapsed().as_secs_f64()))
        }
        "list" => {
            // On the runtime's thread, as in the bindings.
            let list = tokio::spawn(client.list().collect()).await??;
            let seconds = begun.elapsed().as_secs_f64();
            let distinct = list.iter().map(|user| user.id()).collect::<std::collections::HashSet<_>>().len();
            Ok(Told { seconds, done: list.len(), distinct: Some(distinct), ..Told::default() })
        }
        _ => {
            let report = tokio::spawn(async move { client.block(users).await }).await??;
            if !report.is_ok() {
                return Err("not all were done".into());
            }
            Ok(Told { seconds: begun.elapsed().as_secs_f64(), done: report.outcomes.len(), ..Told::default() })
        }
    }
}

async fn some_singles(
    client: &Client,
    users: &Arc<Vec<String>>,
    at_once: usize,
    from: usize,
    to: usize,
) -> Result<Vec<f64>, Failure> {
    let next = Arc::new(AtomicUsize::new(from));
    let mut workers = JoinSet::new();
    for _ in 0..at_once {
        let (client, users, next) = (client.clone(), Arc::clone(users), Arc::clone(&next));
        workers.spawn(async move {
            let mut times = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                if place >= to {
                    return Ok::<_, Failure>(times);
                }
                let begun = Instant::now();
                client.block_one(users[place].as_str(), &CallOptions::default()).await?;
                times.push(begun.elapsed().as_secs_f64());
            }
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = workers.join_next().await {
        all.extend(ended??);
    }
    Ok(all)
}
