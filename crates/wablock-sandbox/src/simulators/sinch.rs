//! Sinch's retired standalone WhatsApp API v1: `provision/blacklist`, 1..20 numbers, empty answers, pages of 100.

use serde_json::{Value, json};

use super::family::GRAPH;
use crate::accounts::{Field, Part, Parts, Pending};
use crate::http::{Reply, Request, reason};
use crate::magic;
use crate::operation::Operation;
use crate::settings::SinchErrorField;
use crate::simulator::{About, Answers, Call, Failure, Pages, Simulator};
use crate::state::State;
use crate::tweaks::Tweaks;

/// Numbers a call may name, and rows of a page.
const MAX_NUMBERS: usize = 20;
const PAGE: usize = 100;

static ABOUT: About = About {
    id: "sinch",
    parts: Parts {
        id: Part::Name("sandbox-bot"),
        secret: Part::Secret("sandbox-sinch-token"),
        app: Part::Nothing,
        own_number: Part::Nothing,
    },
    options: &[("token", Field::Secret), ("bot_id", Field::Id), ("region", Field::Text("us1"))],
    answers: Answers::Empty,
    pages: Pages::Numbered(PAGE),
    rows: "/numbers",
    row_id: "",
    row: |key| json!(format!("+{key}")),
    bsuid: false,
    codes: false,
    ..GRAPH
};

#[derive(Debug)]
pub(crate) struct Sinch;

fn bot(rest: &str) -> Option<&str> {
    let bot = rest.strip_prefix("/whatsapp/v1/")?.strip_suffix("/provision/blacklist")?;
    (!bot.is_empty() && !bot.contains('/')).then_some(bot)
}

/// `{"message":...,"details":...}`, or `reason` for `details` where the settings say so.
fn error_reply(status: u16, message: &str, details: &str, field: SinchErrorField) -> Reply {
    let field = match field {
        SinchErrorField::Details => "details",
        SinchErrorField::Reason => "reason",
    };
    let mut body = json!({"message": message});
    body[field] = json!(details);
    Reply::typed(status, "application/json", body.to_string())
}

impl Simulator for Sinch {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn operation(&self, method: &str, rest: &str) -> Option<Operation> {
        bot(rest)?;
        match method {
            "POST" => Some(Operation::Block),
            "DELETE" => Some(Operation::Unblock),
            "GET" | "HEAD" => Some(Operation::List),
            _ => None,
        }
    }

    fn handle(&self, state: &mut State, call: Call<'_>, tweaks: &Tweaks) -> Reply {
        let field = state.settings.sinch_error_field;
        let operation = self.operation(&call.request.method, call.rest);
        answer(state, operation, call, tweaks)
            .unwrap_or_else(|(status, message, details)| error_reply(status, message, &details, field))
    }

    fn fail(&self, failure: Failure<'_>, _: Call<'_>, _: u64) -> Reply {
        let error =
            |status: u16, message: &str, details: &str| error_reply(status, message, details, SinchErrorField::Details);
        let status_only = |status: u16| error(status, &status.to_string(), reason(status));
        match failure {
            // There are no codes, so the code is the HTTP status.
            Failure::Code { code, message, details, .. } => {
                let status = crate::http::wire_status(code.max(0).unsigned_abs());
                let number = status.to_string();
                let message = if message.is_empty() { &number } else { message };
                error(status, message, if details.is_empty() { reason(status) } else { details })
            }
            Failure::Throttled(_) => error(429, "429", "Too many requests"),
            Failure::Text(text) => error(400, text, text),
            Failure::Trace(text) => error_reply(400, text, "Refused", SinchErrorField::Reason),
            Failure::Status(status) | Failure::Graph(_, status) | Failure::Raw(_, status) => status_only(status),
            Failure::CodeAsText => status_only(401),
        }
    }

    fn put_error(&self, body: &mut Value, _: Value) {
        body["message"] = json!("503");
        body["details"] = json!("Internal service not available, request could not be handled");
    }

    /// The digits as they were sent.
    fn key(&self, user: &str) -> Option<String> {
        magic::phone_digits(user).map(str::to_owned)
    }
}

type Refusal = (u16, &'static str, String);

fn answer(state: &mut State, operation: Option<Operation>, call: Call<'_>, tweaks: &Tweaks) -> Result<Reply, Refusal> {
    let Call { request, rest } = call;
    let bot = bot(rest).ok_or((404, "404", "Not found".to_owned()))?;
    let operation = operation.ok_or((405, "405", format!("Method {} not allowed", request.method)))?;
    let unauthorized = || (401, "401", "Unauthorized bot".to_owned());
    let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let now = state.clock.now_us();
    let settings = &state.settings;
    let account = state.accounts.find(ABOUT.id, bot).ok_or_else(unauthorized)?;
    if token != Some(account.secret.as_str()) {
        return Err(unauthorized());
    }
    if !account.take_token(settings.rate(ABOUT.id), now) {
        let details = "Internal service not available, request could not be handled";
        let status = settings.sinch_overload_status;
        let reply = error_reply(status, &status.to_string(), details, settings.sinch_error_field);
        return Ok(reply.with_retry_after(settings.retry_after_s));
    }
    account.settle(now);
    if operation == Operation::List {
        let page = match request.query_param("page") {
            None => 0,
            Some(text) => {
                text.parse::<u32>().map_err(|_| invalid("Parameter [page] must be an integer, 0 or more."))?
            }
        };
        let from = page as usize * PAGE + tweaks.skipped_rows;
        let rows = account.list.view(tweaks.stale_ms, |list| list.page(from, PAGE));
        let numbers: Vec<String> = rows.iter().map(|digits| format!("+{digits}")).collect();
        return Ok(Reply::typed(200, "application/json", json!({"numbers": numbers}).to_string()));
    }
    let numbers = numbers(request)?;
    if !tweaks.dry_run {
        let delay_ms = i64::try_from(settings.sinch_propagation_delay_s * 1000).unwrap_or(i64::MAX);
        account.pending.push_back(Pending { effective_at_ms: now / 1000 + delay_ms, operation, numbers });
        account.settle(now);
    }
    Ok(Reply::empty(200))
}

fn invalid(details: impl Into<String>) -> Refusal {
    (400, "Validation error", details.into())
}

/// All of the numbers, or the first thing that is wrong.
fn numbers(request: &Request) -> Result<Vec<String>, Refusal> {
    if !request.is_json() {
        return Err(invalid("Content-Type must be application/json."));
    }
    let body: Value =
        serde_json::from_slice(&request.body).map_err(|_| invalid("The request body is not valid JSON."))?;
    let list = body.get("numbers").and_then(Value::as_array);
    let list = list.filter(|list| !list.is_empty()).ok_or_else(|| invalid("Field [numbers] can not be empty."))?;
    if list.len() > MAX_NUMBERS {
        return Err(invalid("Field [numbers] can contain at most 20 numbers."));
    }
    let digits = |value: &Value| {
        let text = value
            .as_str()
            .ok_or_else(|| invalid(format!("Field [numbers] contains {value}, which is not a string.")))?;
        let number = magic::phone_digits(text).map(str::to_owned);
        number.ok_or_else(|| invalid(format!("Field [numbers] contains an invalid number: {text}")))
    };
    list.iter().map(digits).collect()
}
