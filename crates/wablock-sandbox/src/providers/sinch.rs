//! Sinch's retired standalone WhatsApp API v1: `provision/blacklist`, 1..20 numbers, empty answers, pages of 100.

use serde_json::{Value, json};

use crate::accounts::{Operation, Pending, Provider};
use crate::http::{Reply, Request};
use crate::magic;
use crate::settings::SinchErrorField;
use crate::world::{Tweaks, World};

/// Numbers a call may name, and rows of a page.
const MAX_NUMBERS: usize = 20;
pub(crate) const PAGE: usize = 100;

fn bot(rest: &str) -> Option<&str> {
    let bot = rest.strip_prefix("/whatsapp/v1/")?.strip_suffix("/provision/blacklist")?;
    (!bot.is_empty() && !bot.contains('/')).then_some(bot)
}

/// By method.
pub(crate) fn operation(method: &str, rest: &str) -> Option<Operation> {
    bot(rest)?;
    match method {
        "POST" => Some(Operation::Block),
        "DELETE" => Some(Operation::Unblock),
        "GET" | "HEAD" => Some(Operation::List),
        _ => None,
    }
}

/// `{"message":...,"details":...}`, or `reason` for `details` where the settings say so.
pub(crate) fn error_reply(status: u16, message: &str, details: &str, field: SinchErrorField) -> Reply {
    let field = match field {
        SinchErrorField::Details => "details",
        SinchErrorField::Reason => "reason",
    };
    let mut body = json!({"message": message});
    body[field] = json!(details);
    Reply::typed(status, "application/json", body.to_string())
}

/// The answer.
pub(crate) fn handle(world: &mut World, rest: &str, request: &Request, tweaks: &Tweaks) -> Reply {
    let field = world.settings.sinch_error_field;
    answer(world, rest, request, tweaks)
        .unwrap_or_else(|(status, message, details)| error_reply(status, message, &details, field))
}

type Refusal = (u16, &'static str, String);

fn answer(world: &mut World, rest: &str, request: &Request, tweaks: &Tweaks) -> Result<Reply, Refusal> {
    let bot = bot(rest).ok_or((404, "404", "Not found".to_owned()))?;
    let operation = operation(&request.method, rest);
    let operation = operation.ok_or((405, "405", format!("Method {} not allowed", request.method)))?;
    let unauthorized = || (401, "401", "Unauthorized bot".to_owned());
    let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let now = world.clock.now_us();
    let settings = &world.settings;
    let account = world.accounts.find(Provider::Sinch, bot).ok_or_else(unauthorized)?;
    if token != Some(account.secret.as_str()) {
        return Err(unauthorized());
    }
    if !account.take_token(settings.sinch_rate_per_s, now) {
        let details = "Internal service not available, request could not be handled";
        let status = settings.sinch_overload_status;
        let mut reply = error_reply(status, &status.to_string(), details, settings.sinch_error_field);
        if let Some(seconds) = settings.retry_after_s {
            reply.set("retry-after", seconds.to_string());
        }
        return Ok(reply);
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
        let rows = match tweaks.stale_ms {
            Some(then) => account.list.as_of(then).page(from, PAGE),
            None => account.list.page(from, PAGE),
        };
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
