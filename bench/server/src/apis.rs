//! The three APIs that are measured, and the harness's own. Everything a real server would check is checked.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use md5::{Digest, Md5};
use serde::Deserialize;

use crate::{numbers, wire::Request, world::World};

const META_PATHS: [&str; 2] = ["/v26.0/106540352242922/block_users", "/106540352242922/block_users"];
const META_TOKEN: &[u8] = b"Bearer EAABbench";
const LARGEST_BATCH: usize = 1000;
const NX: Nx = Nx { access_key: "bench-access", secret: "bench-secret", app_key: "bench-app", phone: "85255500001" };
const NX_CLOCK_SKEW: Duration = Duration::from_secs(300);
const NINETY_NINE: (&str, &str) = ("bench-key", "972555000001");

struct Nx {
    access_key: &'static str,
    secret: &'static str,
    app_key: &'static str,
    phone: &'static str,
}

type Refusal = (u16, String);

fn refusal(status: u16, why: &str) -> Refusal {
    (status, why.to_owned())
}

pub(crate) fn answer(request: &Request<'_>, out: &mut Vec<u8>, world: &mut World) -> Result<(), Refusal> {
    if let Some(command) = request.path.strip_prefix("/_bench/") {
        return control(command, request, out, world);
    }
    world.seen.requests += 1;
    if META_PATHS.contains(&request.path) {
        return meta(request, out, world);
    }
    match (request.method, request.path) {
        ("POST", "/api/wa/createBlockUsers") => nxcloud(request, out, world),
        ("POST", "/whatsapp/v2/block") => ninety_nine(request, out, world),
        _ => Err(refusal(404, "no such endpoint")),
    }
}

fn control(command: &str, request: &Request<'_>, out: &mut Vec<u8>, world: &mut World) -> Result<(), Refusal> {
    world.control = true;
    match command {
        "reset" => {
            let number = |name: &str| request.query(name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
            world.reset(Duration::from_millis(number("delay_ms")), usize::try_from(number("seed")).unwrap_or(0));
            out.extend_from_slice(b"{}");
        }
        "stats" => out.extend_from_slice(serde_json::to_string(world.stats()).unwrap_or_default().as_bytes()),
        _ => return Err(refusal(404, "no such command")),
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct User<'a> {
    #[serde(borrow)]
    user: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetaBody<'a> {
    messaging_product: Cow<'a, str>,
    #[serde(borrow)]
    block_users: Vec<User<'a>>,
}

fn json<'a, T: Deserialize<'a>>(request: &Request<'a>) -> Result<T, Refusal> {
    if !request.header("content-type").is_some_and(|kind| kind.starts_with(b"application/json")) {
        return Err(refusal(415, "the content type is not application/json"));
    }
    serde_json::from_slice(request.body).map_err(|error| (400, error.to_string()))
}

fn meta(request: &Request<'_>, out: &mut Vec<u8>, world: &mut World) -> Result<(), Refusal> {
    if request.header("authorization") != Some(META_TOKEN) {
        return Err(refusal(401, "the access token is wrong"));
    }
    match request.method {
        "GET" => page(request, out, world),
        "POST" | "DELETE" => {
            let body: MetaBody<'_> = json(request)?;
            if body.messaging_product != "whatsapp" {
                return Err(refusal(400, "messaging_product is not whatsapp"));
            }
            change(&body.block_users, request.method == "POST", out, world)
        }
        _ => Err(refusal(405, "no such method")),
    }
}

/// Blocks or unblocks one batch and writes Meta's answer to it.
fn change(users: &[User<'_>], block: bool, out: &mut Vec<u8>, world: &mut World) -> Result<(), Refusal> {
    if users.is_empty() || users.len() > LARGEST_BATCH {
        return Err(refusal(400, "a request names 1 to 1,000 users"));
    }
    *world.seen.sizes.entry(users.len()).or_default() += 1;
    let list = if block { "added_users" } else { "removed_users" };
    out.extend_from_slice(br#"{"messaging_product":"whatsapp","block_users":{""#);
    out.extend_from_slice(list.as_bytes());
    out.extend_from_slice(br#"":["#);
    for (index, User { user }) in users.iter().enumerate() {
        let place = numbers::place(user).ok_or_else(|| refusal(400, "not a number of the benchmark"))?;
        world.set(place, block);
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(br#"{"input":""#);
        out.extend_from_slice(user.as_bytes());
        out.extend_from_slice(br#"","wa_id":""#);
        out.extend_from_slice(user.strip_prefix('+').unwrap_or(user).as_bytes());
        out.extend_from_slice(br#""}"#);
    }
    out.extend_from_slice(b"]}}");
    Ok(())
}

/// One page; the cursor is the place where the next one begins, and there is a `next` link until the end.
fn page(request: &Request<'_>, out: &mut Vec<u8>, world: &mut World) -> Result<(), Refusal> {
    let limit = request.query("limit").and_then(|text| text.parse::<usize>().ok());
    let limit = limit.filter(|limit| (1..=LARGEST_BATCH).contains(limit)).ok_or_else(|| refusal(400, "limit"))?;
    let start = match request.query("after") {
        None => 0,
        Some(cursor) => cursor
            .strip_prefix("QVFI")
            .and_then(|text| text.parse::<usize>().ok())
            .ok_or_else(|| refusal(400, "not a cursor of ours"))?,
    };
    let end = (start + limit).min(world.list_length());
    *world.seen.sizes.entry(end.saturating_sub(start)).or_default() += 1;
    out.extend_from_slice(br#"{"data":["#);
    out.extend_from_slice(world.page(start, end));
    out.extend_from_slice(format!(r#"],"paging":{{"cursors":{{"before":"QVFI{start}","after":"QVFI{end}"}}"#).as_bytes());
    if end < world.list_length() {
        let host = request.header("host").unwrap_or_default();
        let host = String::from_utf8_lossy(host);
        out.extend_from_slice(format!(r#","next":"http://{host}{}?limit={limit}&after=QVFI{end}""#, request.path).as_bytes());
    }
    out.extend_from_slice(b"}}");
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NxBody<'a> {
    appkey: Cow<'a, str>,
    business_phone: Cow<'a, str>,
    messaging_product: Cow<'a, str>,
    #[serde(borrow)]
    block_users: Vec<User<'a>>,
}

fn nxcloud(request: &Request<'_>, out: &mut Vec<u8>, world: &mut World) -> Result<(), Refusal> {
    let header = |name: &str| request.header(name).and_then(|value| std::str::from_utf8(value).ok()).unwrap_or_default();
    if header("accessKey") != NX.access_key || header("bizType") != "2" || header("action") != "mt" {
        return Err(refusal(401, "accessKey, bizType or action is wrong"));
    }
    let ts = header("ts");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let sent = Duration::from_millis(ts.parse().map_err(|_| refusal(401, "ts is no time"))?);
    if now.abs_diff(sent) > NX_CLOCK_SKEW {
        return Err(refusal(401, "ts is too far from now"));
    }
    let mut digest = Md5::new();
    digest.update(format!("accessKey={}&action=mt&bizType=2&ts={ts}&body=", NX.access_key));
    digest.update(request.body);
    digest.update(format!("&accessSecret={}", NX.secret));
    let expected: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if header("sign") != expected {
        return Err(refusal(401, "the signature is wrong"));
    }
    let body: NxBody<'_> = json(request)?;
    if body.appkey != NX.app_key || body.business_phone != NX.phone || body.messaging_product != "whatsapp" {
        return Err(refusal(400, "appkey, business_phone or messaging_product is wrong"));
    }
    out.extend_from_slice(br#"{"code":0,"message":"success","data":"#);
    change(&body.block_users, true, out, world)?;
    out.extend_from_slice(br#","traceId":"bench"}"#);
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NinetyNineBody<'a> {
    #[serde(rename = "apiKey", borrow)]
    api_key: Cow<'a, str>,
    #[serde(borrow)]
    from: Cow<'a, str>,
    #[serde(borrow)]
    whatsapp: Cow<'a, str>,
}

fn ninety_nine(request: &Request<'_>, out: &mut Vec<u8>, world: &mut World) -> Result<(), Refusal> {
    let body: NinetyNineBody<'_> = json(request)?;
    if (&*body.api_key, &*body.from) != NINETY_NINE {
        return Err(refusal(401, "apiKey or from is wrong"));
    }
    let place = numbers::place(&body.whatsapp).ok_or_else(|| refusal(400, "not a number of the benchmark"))?;
    world.set(place, true);
    *world.seen.sizes.entry(1).or_default() += 1;
    out.extend_from_slice(br#"{"status":"OK","whatsapp":""#);
    out.extend_from_slice(body.whatsapp.as_bytes());
    out.extend_from_slice(br#""}"#);
    Ok(())
}
