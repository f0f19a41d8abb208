//! Meta's block list, and the harness's own commands. Everything a real server would check is checked.

use std::borrow::Cow;

use serde::Deserialize;

use crate::world::{World, place};

const PATH: &str = "/v26.0/106540352242922/block_users";
const TOKEN: &str = "Bearer EAABbench";
const LARGEST_BATCH: usize = 1000;

/// The parts of a request that are looked at.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) header: &'a dyn Fn(&str) -> Option<&'a str>,
    pub(crate) body: &'a [u8],
}

impl Request<'_> {
    fn query(&self, name: &str) -> Option<&str> {
        self.query.split('&').filter_map(|pair| pair.split_once('=')).find(|pair| pair.0 == name).map(|pair| pair.1)
    }
}

/// A status and the reason.
type Refusal = (u16, String);

fn refusal(status: u16, why: &str) -> Refusal {
    (status, why.to_owned())
}

/// The body of a good answer.
pub(crate) fn answer(request: &Request<'_>, world: &mut World) -> Result<Vec<u8>, Refusal> {
    match request.path {
        "/_bench/reset" => {
            world.reset(request.query("seed").and_then(|text| text.parse().ok()).unwrap_or(0));
            return Ok(b"{}".to_vec());
        }
        "/_bench/stats" => return Ok(serde_json::to_vec(world.stats()).unwrap_or_default()),
        PATH => {}
        _ => return Err(refusal(404, "no such endpoint")),
    }
    world.seen.requests += 1;
    if (request.header)("authorization") != Some(TOKEN) {
        return Err(refusal(401, "the access token is wrong"));
    }
    match request.method {
        "GET" => page(request, world),
        "POST" => block(request, world),
        _ => Err(refusal(405, "no such method")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<'a> {
    messaging_product: Cow<'a, str>,
    #[serde(borrow)]
    block_users: Vec<User<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct User<'a> {
    #[serde(borrow)]
    user: Cow<'a, str>,
}

fn block(request: &Request<'_>, world: &mut World) -> Result<Vec<u8>, Refusal> {
    if !(request.header)("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return Err(refusal(415, "the content type is not application/json"));
    }
    let body: Body<'_> = serde_json::from_slice(request.body).map_err(|error| (400, error.to_string()))?;
    if body.messaging_product != "whatsapp" {
        return Err(refusal(400, "messaging_product is not whatsapp"));
    }
    if !(1..=LARGEST_BATCH).contains(&body.block_users.len()) {
        return Err(refusal(400, "a request names 1 to 1,000 users"));
    }
    let mut out = br#"{"messaging_product":"whatsapp","block_users":{"added_users":["#.to_vec();
    for (index, User { user }) in body.block_users.iter().enumerate() {
        world.block(place(user).ok_or_else(|| refusal(400, "not a number of the benchmark"))?);
        let wa_id = user.strip_prefix('+').unwrap_or(user);
        for part in [if index > 0 { "," } else { "" }, r#"{"input":""#, user, r#"","wa_id":""#, wa_id, r#""}"#] {
            out.extend_from_slice(part.as_bytes());
        }
    }
    out.extend_from_slice(b"]}}");
    Ok(out)
}

/// One page; the cursor is the place where the next one begins, and there is a `next` link until the end.
fn page(request: &Request<'_>, world: &World) -> Result<Vec<u8>, Refusal> {
    let limit = request.query("limit").and_then(|text| text.parse::<usize>().ok());
    let limit = limit.filter(|limit| (1..=LARGEST_BATCH).contains(limit)).ok_or_else(|| refusal(400, "limit"))?;
    let start = match request.query("after") {
        None => Some(0),
        Some(cursor) => cursor.strip_prefix("QVFI").and_then(|text| text.parse::<usize>().ok()),
    };
    let start = start.ok_or_else(|| refusal(400, "not a cursor of ours"))?;
    let end = (start + limit).min(world.count());
    let next = match end < world.count() {
        true => format!(r#","next":"https://example.com{PATH}?limit={limit}&after=QVFI{end}""#),
        false => String::new(),
    };
    let cursors = format!(r#"{{"before":"QVFI{start}","after":"QVFI{end}"}}"#);
    Ok([br#"{"data":["#, world.page(start, end), format!(r#"],"paging":{{"cursors":{cursors}{next}}}}}"#).as_bytes()]
        .concat())
}
