//! What a Rust programmer writes with reqwest: tasks over one queue, every answer looked at.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use md5::{Digest, Md5};
use reqwest::{Client, Response, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::{BATCH, Failure, NX_BATCH, PHONE_NUMBER_ID, TOKEN, Task, Told, latencies, numbers};

#[derive(Serialize)]
struct User<'a> {
    user: &'a str,
}

#[derive(Serialize)]
struct Block<'a> {
    messaging_product: &'static str,
    block_users: Vec<User<'a>>,
}

#[derive(Serialize)]
struct NxBlock<'a> {
    appkey: &'static str,
    business_phone: &'static str,
    messaging_product: &'static str,
    block_users: Vec<User<'a>>,
}

#[derive(Serialize)]
struct Digital99<'a> {
    #[serde(rename = "apiKey")]
    api_key: &'static str,
    from: &'static str,
    whatsapp: &'a str,
}

#[derive(Deserialize)]
struct Digital99Answer {
    status: String,
    whatsapp: String,
}

#[derive(Deserialize)]
struct Blocked {
    block_users: Added,
}

#[derive(Deserialize)]
struct Added {
    added_users: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    input: String,
    wa_id: String,
}

#[derive(Deserialize)]
struct NxAnswer {
    code: i64,
    data: Blocked,
}

#[derive(Deserialize)]
struct Row {
    wa_id: String,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Row>,
    paging: Paging,
}

#[derive(Deserialize)]
struct Paging {
    cursors: Cursors,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    after: String,
}

struct Script {
    client: Client,
    task: Task,
    endpoint: String,
}

pub(crate) async fn run(task: Task) -> Result<Told, Failure> {
    let users = Arc::new(if task.case == "list" { Vec::new() } else { numbers(task.count) });
    let begun = Instant::now();
    let endpoint = format!("{}/v26.0/{PHONE_NUMBER_ID}/block_users", task.url);
    let script = Arc::new(Script { client: Client::builder().no_proxy().build()?, task, endpoint });
    match script.task.case.as_str() {
        "single" => script.singles(&users).await,
        "list" => {
            let ids = tokio::spawn(async move { script.list().await }).await??;
            let seconds = begun.elapsed().as_secs_f64();
            let distinct = ids.iter().collect::<std::collections::HashSet<_>>().len();
            Ok(Told { seconds, done: ids.len(), distinct: Some(distinct), ..Told::default() })
        }
        _ => {
            let results = script.bulk(&users).await?;
            if !users.iter().all(|user| results.contains_key(user)) {
                return Err("not all were done".into());
            }
            Ok(Told { seconds: begun.elapsed().as_secs_f64(), done: results.len(), ..Told::default() })
        }
    }
}

async fn body<T: serde::de::DeserializeOwned>(response: Response) -> Result<T, Failure> {
    Ok(response.error_for_status()?.json().await?)
}

impl Script {
    async fn send(&self, users: &[String]) -> Result<Vec<(String, String)>, Failure> {
        let block_users = || users.iter().map(|user| User { user }).collect();
        let blocked = match self.task.case.as_str() {
            "digital99" => {
                let request =
                    Digital99 { api_key: "bench-key", from: "972555000001", whatsapp: users[0].trim_start_matches('+') };
                let url = format!("{}/whatsapp/v2/block", self.task.url);
                let answer: Digital99Answer = body(self.client.post(url).json(&request).send().await?).await?;
                if answer.status != "OK" {
                    return Err("not done".into());
                }
                return Ok(vec![(users[0].clone(), answer.whatsapp)]);
            }
            "nxcloud" => self.send_nxcloud(block_users()).await?,
            _ => {
                let request = Block { messaging_product: "whatsapp", block_users: block_users() };
                body(self.client.post(&self.endpoint).bearer_auth(TOKEN).json(&request).send().await?).await?
            }
        };
        Ok(blocked.block_users.added_users.into_iter().map(|entry| (entry.input, entry.wa_id)).collect())
    }

    async fn send_nxcloud(&self, block_users: Vec<User<'_>>) -> Result<Blocked, Failure> {
        let request = serde_json::to_vec(&NxBlock {
            appkey: "bench-app",
            business_phone: "85255500001",
            messaging_product: "whatsapp",
            block_users,
        })?;
        let ts = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis().to_string();
        let mut digest = Md5::new();
        digest.update(format!("accessKey=bench-access&action=mt&bizType=2&ts={ts}&body="));
        digest.update(&request);
        digest.update("&accessSecret=bench-secret");
        let sign: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let sending = self
            .client
            .post(format!("{}/api/wa/createBlockUsers", self.task.url))
            .header("accessKey", "bench-access")
            .header("ts", ts)
            .header("bizType", "2")
            .header("action", "mt")
            .header("sign", sign)
            .header(CONTENT_TYPE, "application/json")
            .body(request)
            .send();
        let answer: NxAnswer = body(sending.await?).await?;
        if answer.code == 0 { Ok(answer.data) } else { Err("not done".into()) }
    }

    async fn bulk(self: &Arc<Self>, users: &Arc<Vec<String>>) -> Result<HashMap<String, String>, Failure> {
        let size = match self.task.case.as_str() {
            "digital99" => 1,
            "nxcloud" => NX_BATCH,
            _ => BATCH,
        };
        let next = Arc::new(Mutex::new(0));
        let results = Arc::new(Mutex::new(HashMap::with_capacity(users.len())));
        let mut workers = JoinSet::new();
        for _ in 0..self.task.at_once {
            let (script, users, next, results) =
                (Arc::clone(self), Arc::clone(users), Arc::clone(&next), Arc::clone(&results));
            workers.spawn(async move {
                loop {
                    let start = {
                        let mut next = next.lock().map_err(|_| "a worker panicked")?;
                        let start = *next;
                        *next = (start + size).min(users.len());
                        start
                    };
                    if start >= users.len() {
                        return Ok::<_, Failure>(());
                    }
                    let done = script.send(&users[start..(start + size).min(users.len())]).await?;
                    results.lock().map_err(|_| "a worker panicked")?.extend(done);
                }
            });
        }
        while let Some(ended) = workers.join_next().await {
            ended??;
        }
        Ok(Arc::into_inner(results).ok_or("a worker is left")?.into_inner()?)
    }

    async fn list(&self) -> Result<Vec<String>, Failure> {
        let mut ids = Vec::new();
        let mut after = None;
        loop {
            let limit = self.task.page.unwrap_or(1000);
            let mut url = format!("{}?limit={limit}", self.endpoint);
            if let Some(cursor) = &after {
                url = format!("{url}&after={cursor}");
            }
            let page: Page = body(self.client.get(url).bearer_auth(TOKEN).send().await?).await?;
            ids.extend(page.data.into_iter().map(|row| row.wa_id));
            if page.paging.next.is_none() {
                return Ok(ids);
            }
            after = Some(page.paging.cursors.after);
        }
    }

    async fn singles(self: &Arc<Self>, users: &Arc<Vec<String>>) -> Result<Told, Failure> {
        self.some_singles(users, 0, self.task.warm).await?;
        let begun = Instant::now();
        let times = self.some_singles(users, self.task.warm, users.len()).await?;
        Ok(latencies(times, begun.elapsed().as_secs_f64()))
    }

    async fn some_singles(self: &Arc<Self>, users: &Arc<Vec<String>>, from: usize, to: usize) -> Result<Vec<f64>, Failure> {
        let next = Arc::new(std::sync::atomic::AtomicUsize::new(from));
        let mut workers = JoinSet::new();
        for _ in 0..self.task.at_once {
            let (script, users, next) = (Arc::clone(self), Arc::clone(users), Arc::clone(&next));
            workers.spawn(async move {
                let mut times = Vec::new();
                loop {
                    let place = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if place >= to {
                        return Ok::<_, Failure>(times);
                    }
                    let begun = Instant::now();
                    script.send(&users[place..=place]).await?;
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
}
