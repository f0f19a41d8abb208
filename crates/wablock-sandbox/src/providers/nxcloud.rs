//! NxCloud: three POST endpoints, five signed headers, Meta's answers in an envelope, HTTP 200 for every code.

use serde_json::{Map, Value, json};

use crate::accounts::{Account, Operation, Provider};
use crate::http::{Reply, Request};
use crate::providers::cloud_api::{self, MAX_USERS, WriteBody};
use crate::providers::graph::GraphError;
use crate::providers::meta::page_error;
use crate::providers::signature::Signed;
use crate::settings::{Algorithm, AllFailed, Settings};
use crate::world::{Tweaks, World};

/// Where Meta's paging links point to; not to be followed.
pub(crate) const PASSED_LINK: &str = "https://graph.facebook.com/v23.0/0/block_users";

const OK_MESSAGE: &str = "请求成功";

/// By path; the method is always POST.
pub(crate) fn operation(rest: &str) -> Option<Operation> {
    match rest {
        "/api/wa/createBlockUsers" => Some(Operation::Block),
        "/api/wa/deleteBlockUsers" => Some(Operation::Unblock),
        "/api/wa/getBlockUsers" => Some(Operation::List),
        _ => None,
    }
}

/// A code of NxCloud's own with its text.
#[derive(Debug)]
pub(crate) struct Refusal {
    code: i64,
    message: String,
    data: Value,
}

impl Refusal {
    fn new(code: i64, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into(), data: Value::Null }
    }

    /// Code 9099 around a Graph error.
    pub(crate) fn wrapping(error: &GraphError, trace: u64) -> Refusal {
        Refusal { code: 9099, message: error.message.clone(), data: json!({"error": error.to_json(trace)}) }
    }

    /// The envelope, with HTTP 200.
    pub(crate) fn reply(&self) -> Reply {
        Reply::json(200, &json!({"code": self.code, "data": self.data, "message": self.message}))
    }
}

/// The envelope of any code, for faults.
pub(crate) fn code_reply(code: i64, message: &str) -> Reply {
    Refusal::new(code, message).reply()
}

/// Code 9099 around anything, for faults.
pub(crate) fn wrapped(data: Value) -> Reply {
    Refusal { code: 9099, message: "failed".to_owned(), data }.reply()
}

/// The answer.
pub(crate) fn handle(world: &mut World, rest: &str, request: &Request, tweaks: &Tweaks) -> Reply {
    let Some(operation) = operation(rest) else {
        let body = json!({"code": -1, "data": null, "message": "Not Found"});
        return Reply::json(404, &body);
    };
    if request.method != "POST" {
        let body =
            json!({"code": -1, "data": null, "message": format!("Request method '{}' not supported", request.method)});
        return Reply::json(405, &body).with("allow", "POST");
    }
    answer(world, operation, request, tweaks).unwrap_or_else(|refusal| refusal.reply())
}

#[derive(serde::Serialize)]
struct Envelope<T> {
    code: i64,
    data: T,
    message: &'static str,
}

fn success(data: impl serde::Serialize) -> Reply {
    Reply::json(200, &Envelope { code: 0, data, message: OK_MESSAGE })
}

fn answer(world: &mut World, operation: Operation, request: &Request, tweaks: &Tweaks) -> Result<Reply, Refusal> {
    let now = world.clock.now_us();
    let trace = world.replies;
    let key = check_headers(world, request, (now / 1000).saturating_add(tweaks.skew_ms))?;
    let body: Map<String, Value> = serde_json::from_slice(&request.body)
        .map_err(|_| Refusal::new(9000, "Parameter error: the body is not a JSON object"))?;
    check_ownership(world, &key, &body)?;
    let settings = &world.settings;
    let account = world.accounts.find(Provider::NxCloud, &key);
    let account = account.ok_or_else(|| Refusal::new(1005, "accessKey error"))?;
    if !account.take_token(settings.nxcloud_rate_per_s, now) {
        let error = GraphError::new(130_429, "Too many requests.");
        let mut reply = Refusal::wrapping(&error, trace).reply();
        if let Some(seconds) = settings.retry_after_s {
            reply.set("retry-after", seconds.to_string());
        }
        return Ok(reply);
    }
    match operation {
        Operation::List => list(account, settings, &body, tweaks, trace),
        _ => write(account, settings, operation, &body, tweaks, now, trace),
    }
}

/// The five headers, in the documented codes' order; gives the access key.
fn check_headers(world: &World, request: &Request, now_ms: i64) -> Result<String, Refusal> {
    let header = |name: &str| {
        let value = request.header(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::new(1001, format!("Missing common parameter: {name}")))
    };
    let (key, ts) = (header("accesskey")?, header("ts")?);
    let (biz_type, action, sign) = (header("biztype")?, header("action")?, header("sign")?);
    if biz_type != "2" || action != "mt" {
        return Err(Refusal::new(1002, "bizType or action error"));
    }
    let account = world.accounts.get(Provider::NxCloud, key);
    let account = account.ok_or_else(|| Refusal::new(1005, "accessKey error"))?;
    let thirteen = ts.len() == 13 && ts.bytes().all(|b| b.is_ascii_digit());
    let sent: i64 = ts.parse().unwrap_or(0);
    if !thirteen || now_ms.saturating_sub(sent).saturating_abs() > world.settings.nxcloud_clock_window_ms {
        return Err(Refusal::new(1004, "The timestamp has expired"));
    }
    let algorithm = match request.header("algorithm") {
        None | Some("md5") => Some(Algorithm::Md5),
        Some("sha256") => Some(Algorithm::Sha256),
        Some(_) => None,
    };
    let algorithm = algorithm.filter(|a| world.settings.nxcloud_algorithms.contains(a));
    let signed = Signed { access_key: key, action, biz_type, ts, body: &request.body };
    let right = algorithm.is_some_and(|algorithm| signed.digest(&account.secret, algorithm) == sign);
    if !right || !request.is_json() {
        return Err(Refusal::new(1003, "Signature error"));
    }
    Ok(key.to_owned())
}

/// 9000, then 9008 and 9010 for the appkey, then 9002 for the business number.
fn check_ownership(world: &World, key: &str, body: &Map<String, Value>) -> Result<(), Refusal> {
    let text = |name: &str| {
        let value = body.get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::new(9000, format!("Parameter error: {name} is required")))
    };
    let (app, phone) = (text("appkey")?, text("business_phone")?);
    if text("messaging_product")? != "whatsapp" {
        return Err(Refusal::new(9000, "Parameter error: messaging_product must be whatsapp"));
    }
    let own = world.accounts.get(Provider::NxCloud, key);
    let (own_app, own_phone) = own.map_or(("", ""), |a| (a.app.as_str(), a.own_number.as_str()));
    if own_app != app {
        let known = world.accounts.any(Provider::NxCloud, |account| account.app == app);
        return Err(match known {
            false => Refusal::new(9008, "appkey does not exist"),
            true => Refusal::new(9010, "appkey does not belong to this account"),
        });
    }
    if own_phone != phone {
        return Err(Refusal::new(9002, "business_phone is not a WhatsApp number of this account"));
    }
    Ok(())
}

fn write(
    account: &mut Account,
    settings: &Settings,
    operation: Operation,
    body: &Map<String, Value>,
    tweaks: &Tweaks,
    now: i64,
    trace: u64,
) -> Result<Reply, Refusal> {
    let list = body.get("block_users").ok_or_else(|| Refusal::new(9000, "Parameter error: block_users is required"))?;
    let users =
        cloud_api::parse_users(list, false).map_err(|why| Refusal::new(9000, format!("Parameter error: {why}")))?;
    if users.len() > tweaks.max_users.unwrap_or(MAX_USERS) {
        let error = GraphError::new(130_429, "Too many numbers in the request.");
        return Err(Refusal::wrapping(&error, trace));
    }
    let written = cloud_api::write(account, settings, operation, users, now, tweaks, true);
    if written.done.is_empty() && !written.failed.is_empty() && settings.nxcloud_all_failed == AllFailed::Code9099 {
        let verb = if operation == Operation::Block { "block" } else { "unblock" };
        let error = GraphError::new(139_100, format!("Failed to {verb} users"));
        return Err(Refusal::wrapping(&error, trace));
    }
    Ok(success(WriteBody::new(operation, written)))
}

fn list(
    account: &mut Account,
    settings: &Settings,
    body: &Map<String, Value>,
    tweaks: &Tweaks,
    trace: u64,
) -> Result<Reply, Refusal> {
    let wrong = |name: &str| Refusal::new(9000, format!("Parameter error: {name}"));
    let asked = match body.get("limit") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_u64().ok_or_else(|| wrong("limit"))? as usize),
    };
    let cursor = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(_) => Err(wrong(name)),
    };
    let (after, before) = (cursor("after")?, cursor("before")?);
    if let Some(error) = cloud_api::refused_page(settings, tweaks, asked) {
        return Err(Refusal::wrapping(&error, trace));
    }
    let graph = |error| Refusal::wrapping(&page_error(error), trace);
    let limit = cloud_api::page_limit(settings, tweaks, asked).map_err(graph)?;
    let mut stale;
    let source = match tweaks.stale_ms {
        Some(then) => {
            stale = account.list.as_of(then);
            &mut stale
        }
        None => &mut account.list,
    };
    let page = cloud_api::page(source, tweaks, limit, after, before).map_err(graph)?;
    // Meta's own links, passed through as on NxCloud's template pages, where only they can tell that there is more.
    let link = |cursor: &str| format!("{PASSED_LINK}?limit={}&{cursor}", page.limit);
    Ok(success(page.body(tweaks.page_rows.map(|_| &link as &dyn Fn(&str) -> String))))
}
