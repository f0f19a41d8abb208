//! NxCloud: three POST endpoints, five signed headers, Meta's answers in an envelope, HTTP 200 for every code.

use serde_json::{Map, Value, json};

use super::batch::{self, MAX_USERS, WriteBody};
use super::family::GRAPH;
use super::page::{self, Wanted};
use crate::accounts::{Account, Field, Part, Parts};
use crate::graph::GraphError;
use crate::http::{Reply, Request};
use crate::operation::Operation;
use crate::settings::{Algorithm, AllFailed, Settings};
use crate::signature::Signed;
use crate::simulator::{About, Call, Failure, Simulator};
use crate::state::State;
use crate::tweaks::Tweaks;

/// Where Meta's paging links point to; not to be followed.
const PASSED_LINK: &str = "https://graph.facebook.com/v23.0/0/block_users";

static ABOUT: About = About {
    id: "nxcloud",
    parts: Parts {
        id: Part::Secret("sandbox-nxcloud-key"),
        secret: Part::Secret("sandbox-nxcloud-secret"),
        app: Part::Secret("sandbox-nxcloud-app"),
        own_number: Part::Number("85255500001", "8526", 7),
    },
    options: &[
        ("access_key", Field::Id),
        ("access_secret", Field::Secret),
        ("app_key", Field::App),
        ("business_phone", Field::OwnNumber),
    ],
    auth: &[("accesskey", ""), ("sign", "")],
    envelope: Some("data"),
    ..GRAPH
};

#[derive(Debug)]
pub(crate) struct NxCloud;

const OK_MESSAGE: &str = "请求成功";

/// A code of NxCloud's own with its text.
#[derive(Debug)]
struct Refusal {
    code: i64,
    message: String,
    data: Value,
}

impl Refusal {
    fn new(code: i64, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into(), data: Value::Null }
    }

    /// Code 9099 around a Graph error.
    fn wrapping(error: &GraphError, trace: u64) -> Refusal {
        Refusal { code: 9099, message: error.message.clone(), data: json!({"error": error.to_json(trace)}) }
    }

    /// The envelope, with HTTP 200.
    fn reply(&self) -> Reply {
        Reply::json(200, &json!({"code": self.code, "data": self.data, "message": self.message}))
    }
}

/// Code 9099 around anything.
fn wrapped(data: Value) -> Reply {
    Refusal { code: 9099, message: "failed".to_owned(), data }.reply()
}

impl Simulator for NxCloud {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn operation(&self, _: &str, rest: &str) -> Option<Operation> {
        match rest {
            "/api/wa/createBlockUsers" => Some(Operation::Block),
            "/api/wa/deleteBlockUsers" => Some(Operation::Unblock),
            "/api/wa/getBlockUsers" => Some(Operation::List),
            _ => None,
        }
    }

    fn handle(&self, state: &mut State, call: Call<'_>, tweaks: &Tweaks) -> Reply {
        let Call { request, rest } = call;
        let Some(operation) = self.operation("", rest) else {
            let body = json!({"code": -1, "data": null, "message": "Not Found"});
            return Reply::json(404, &body);
        };
        if request.method != "POST" {
            let message = format!("Request method '{}' not supported", request.method);
            let body = json!({"code": -1, "data": null, "message": message});
            return Reply::json(405, &body).with("allow", "POST");
        }
        answer(state, operation, request, tweaks).unwrap_or_else(|refusal| refusal.reply())
    }

    fn fail(&self, failure: Failure<'_>, _: Call<'_>, trace: u64) -> Reply {
        match failure {
            Failure::Code { code, message, .. } => {
                Refusal::new(code, if message.is_empty() { "failed" } else { message }).reply()
            }
            Failure::Graph(error, _) | Failure::Throttled(error) => Refusal::wrapping(error, trace).reply(),
            Failure::Raw(body, _) => wrapped(body),
            Failure::Text(text) => Refusal::new(9000, text).reply(),
            Failure::Trace(text) => {
                let data = json!({"error": {"type": text}});
                Reply::json(200, &json!({"code": 9000, "message": "Refused", "data": data, "traceId": text}))
            }
            Failure::CodeAsText => Reply::json(200, &json!({"code": "1003", "message": "Signature error"})),
            Failure::Status(status) => Refusal::new(-1, crate::http::reason(status)).reply(),
        }
    }

    fn put_error(&self, body: &mut Value, graph: Value) {
        body["data"]["error"] = graph;
    }

    fn parameter(&self, request: &Request, name: &str) -> Option<String> {
        let body: Value = serde_json::from_slice(&request.body).ok()?;
        body[name].as_str().map(str::to_owned)
    }

    fn next_link(&self, _: Call<'_>) -> Option<String> {
        Some(PASSED_LINK.to_owned())
    }
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

fn answer(state: &mut State, operation: Operation, request: &Request, tweaks: &Tweaks) -> Result<Reply, Refusal> {
    let now = state.clock.now_us();
    let trace = state.replies;
    let key = check_headers(state, request, (now / 1000).saturating_add(tweaks.skew_ms))?;
    let body: Map<String, Value> = serde_json::from_slice(&request.body)
        .map_err(|_| Refusal::new(9000, "Parameter error: the body is not a JSON object"))?;
    check_ownership(state, &key, &body)?;
    let settings = &state.settings;
    let account = state.accounts.find(ABOUT.id, &key);
    let account = account.ok_or_else(|| Refusal::new(1005, "accessKey error"))?;
    if !account.take_token(settings.rate(ABOUT.id), now) {
        let error = GraphError::new(130_429, "Too many requests.");
        return Ok(Refusal::wrapping(&error, trace).reply().with_retry_after(settings.retry_after_s));
    }
    match operation {
        Operation::List => list(account, settings, &body, tweaks, trace),
        _ => write(account, settings, operation, &body, tweaks, now, trace),
    }
}

/// The five headers, in the documented codes' order; gives the access key.
fn check_headers(state: &State, request: &Request, now_ms: i64) -> Result<String, Refusal> {
    let header = |name: &str| {
        let value = request.header(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::new(1001, format!("Missing common parameter: {name}")))
    };
    let (key, ts) = (header("accesskey")?, header("ts")?);
    let (biz_type, action, sign) = (header("biztype")?, header("action")?, header("sign")?);
    if biz_type != "2" || action != "mt" {
        return Err(Refusal::new(1002, "bizType or action error"));
    }
    let account = state.accounts.get(ABOUT.id, key);
    let account = account.ok_or_else(|| Refusal::new(1005, "accessKey error"))?;
    let thirteen = ts.len() == 13 && ts.bytes().all(|b| b.is_ascii_digit());
    let sent: i64 = ts.parse().unwrap_or(0);
    if !thirteen || now_ms.saturating_sub(sent).saturating_abs() > state.settings.nxcloud_clock_window_ms {
        return Err(Refusal::new(1004, "The timestamp has expired"));
    }
    let algorithm = match request.header("algorithm") {
        None | Some("md5") => Some(Algorithm::Md5),
        Some("sha256") => Some(Algorithm::Sha256),
        Some(_) => None,
    };
    let algorithm = algorithm.filter(|a| state.settings.nxcloud_algorithms.contains(a));
    let signed = Signed { access_key: key, action, biz_type, ts, body: &request.body };
    let right = algorithm.is_some_and(|algorithm| signed.digest(&account.secret, algorithm) == sign);
    if !right || !request.is_json() {
        return Err(Refusal::new(1003, "Signature error"));
    }
    Ok(key.to_owned())
}

/// 9000, then 9008 and 9010 for the appkey, then 9002 for the business number.
fn check_ownership(state: &State, key: &str, body: &Map<String, Value>) -> Result<(), Refusal> {
    let text = |name: &str| {
        let value = body.get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::new(9000, format!("Parameter error: {name} is required")))
    };
    let (app, phone) = (text("appkey")?, text("business_phone")?);
    if text("messaging_product")? != "whatsapp" {
        return Err(Refusal::new(9000, "Parameter error: messaging_product must be whatsapp"));
    }
    let own = state.accounts.get(ABOUT.id, key);
    let (own_app, own_phone) = own.map_or(("", ""), |a| (a.app.as_str(), a.own_number.as_str()));
    if own_app != app {
        let known = state.accounts.first(ABOUT.id, |account| account.app == app).is_some();
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
    let users = batch::parse_users(list, false).map_err(|why| Refusal::new(9000, format!("Parameter error: {why}")))?;
    if users.len() > tweaks.max_users.unwrap_or(MAX_USERS) {
        let error = GraphError::new(130_429, "Too many numbers in the request.");
        return Err(Refusal::wrapping(&error, trace));
    }
    let mut written = batch::write(account, settings, operation, users, now, tweaks);
    // NxCloud words the 24-hour error differently and leaves `wa_id` out of failed entries.
    for item in &mut written.failed {
        item.wa_id = None;
        for error in item.errors.iter_mut().filter(|e| e.code == 131_047 && e.error_data.details != "Invalid number") {
            error.message = "Re-engagement check failed".to_owned();
            error.error_data.details = "Failed to block due to re-engagement check failed".to_owned();
        }
    }
    if written.done.is_empty() && !written.failed.is_empty() && settings.nxcloud_all_failed == AllFailed::Code9099 {
        let error = GraphError::new(139_100, format!("Failed to {} users", operation.id()));
        return Err(Refusal::wrapping(&error, trace));
    }
    Ok(success(WriteBody::new(&ABOUT.keys, operation, written)))
}

fn list(
    account: &mut Account,
    settings: &Settings,
    body: &Map<String, Value>,
    tweaks: &Tweaks,
    trace: u64,
) -> Result<Reply, Refusal> {
    let wrong = |name: &str| Refusal::new(9000, format!("Parameter error: {name}"));
    let limit = match body.get("limit") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_u64().ok_or_else(|| wrong("limit"))? as usize),
    };
    let cursor = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(wrong(name)),
    };
    let wanted = Wanted { limit, after: cursor("after")?, before: cursor("before")? };
    // Meta's own links, passed through as on NxCloud's template pages, where only they can tell that there is more.
    let link = |limit: usize, cursor: &str| format!("{PASSED_LINK}?limit={limit}&{cursor}");
    let link = tweaks.page_rows.map(|_| &link as page::Link<'_>);
    let page = page::page(&ABOUT, account, settings, tweaks, &wanted, link);
    page.map(success).map_err(|error| Refusal::wrapping(&error, trace))
}
