//! 99digital: JSON via POST, one number a request, the key in the body, `status` and `reason` in the answer.

use bytes::Bytes;
use http::{Request, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::{
    Answer, Call, IntoProvider, Page, Provider,
    answer::{self, Context, given, usable_id},
    cloud_api,
    option::{self, provider_options},
    validate,
};
use crate::{
    model::{
        capabilities::{Capabilities, Effect, ProviderStatus},
        change::Change,
        error::{Error, ErrorKind, Refusal, Remedy},
        report::BlockedUser,
        secret::Secret,
    },
    options::{
        OptionDefault::{Text, Words},
        OptionKind, OptionRow,
    },
};

provider_options! {
    /// How to reach 99digital.
    pub struct Digital99Config for "99digital", "99digital";
    required {
        /// API key, sent in the body.
        api_key: Secret = option::secret().example("key").also(&["token", "access_token", "key", "api_token", "access_key"]),
        /// The business's WhatsApp number, with the country code.
        from_number: String = option::text().documented().example("972555000001").also(&[
            "from", "phone", "phone_number", "business_phone", "sender", "number", "phone_number_id",
        ]),
    }
    optional {
        /// Path of block.
        block_path: String = option::text().default(Text("whatsapp/v2/block")).documented(),
        /// Path of unblock.
        unblock_path: String = option::text().default(Text("whatsapp/v2/unblock")).guess(),
        /// Path of list.
        list_path: String = option::text().default(Text("whatsapp/v2/getBlockedList")).guess(),
        /// Values of `reason` after which to retry.
        retryable_reasons: Vec<i64> = OptionRow::new(OptionKind::Numbers)
            .default(Words("none, because only 1 to 3 are documented"))
            .also(&["retry_reasons", "reasons", "retryable_reason"]),
    }
    shared {
        base_url("https://api.99digital.co.il")
        allow_bsuid
        allow_http
    }
}

#[derive(Debug)]
struct Digital99 {
    account: String,
    api_key: Secret,
    from_number: String,
    block: Url,
    unblock: Url,
    list: Url,
    retryable_reasons: Vec<i64>,
    capabilities: Capabilities,
}

impl IntoProvider for Digital99Config {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        validate::body_secret("api_key", &self.api_key)?;
        let base = validate::base_url(&self.base_url, self.allow_http)?;
        let from_number = validate::business_number("from_number", &self.from_number)?;
        Ok(Box::new(Digital99 {
            account: super::account(&ID, &base, &from_number),
            from_number,
            block: validate::join(&base, "block_path", &self.block_path)?,
            unblock: validate::join(&base, "unblock_path", &self.unblock_path)?,
            list: validate::join(&base, "list_path", &self.list_path)?,
            api_key: self.api_key,
            retryable_reasons: self.retryable_reasons,
            capabilities: Capabilities {
                provider: ID,
                status: ProviderStatus::Active,
                max_users_per_request: 1,
                page_size: None,
                fallback_page_size: None,
                max_list_size: Some(cloud_api::LIST_SIZE),
                effect: Effect::BothDirections,
                reply_window: Some(cloud_api::REPLY_WINDOW),
                per_user_results: true,
                bsuid: self.allow_bsuid,
                effective_delay: std::time::Duration::ZERO,
                rate_limit: None,
            },
        }))
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "apiKey")]
    api_key: &'a str,
    from: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    whatsapp: Option<&'a str>,
}

/// Every field may be missing or of another type; only `status` decides.
#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    status: Value,
    #[serde(default)]
    reason: Value,
    #[serde(default)]
    whatsapp: Value,
    #[serde(default)]
    numbers: Value,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Reply {
    /// The first of these fields that says something.
    fn other(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().copied().find(|name| self.others.get(*name).is_some_and(|value| given(value).is_some()))
    }
}

/// Reasons that the documentation lists for FAIL.
const FAILURES: std::ops::RangeInclusive<i64> = 2..=7;

/// Fields that say that something went wrong.
const ERRORS: &[&str] = &["error", "errors"];

impl super::sealed::Sealed for Digital99 {}

impl Provider for Digital99 {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn encode(&self, call: &Call<'_>, _now_ms: u64) -> Result<Request<Bytes>, Error> {
        let (url, user) = match call {
            Call::Change(Change::Block, users) => (&self.block, users.first()),
            Call::Change(Change::Unblock, users) => (&self.unblock, users.first()),
            Call::List { .. } => (&self.list, None),
        };
        let body = Body {
            api_key: self.api_key.expose(),
            from: &self.from_number,
            whatsapp: user.map(crate::model::user::User::id),
        };
        Request::post(url.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .body(super::json(&body).into())
            .map_err(|error| Error::new(ErrorKind::Config, format!("the request could not be built: {error}")))
    }

    fn decode(&self, call: &Call<'_>, response: &Response<Bytes>) -> Answer {
        let context = Context::of(response);
        let unreadable = |why: &str| answer::unreadable(&ID, &context, response.body(), why);
        let reply: Reply = match answer::object(response.body()) {
            Ok(reply) => reply,
            Err(why) => return unreadable(&why),
        };
        match reply.status.as_str() {
            Some("OK") if context.status >= 500 => unreadable("it says OK with an error status"),
            Some("OK") if context.status >= 400 => Answer::Refused(answer::contradiction(
                &ID,
                &context,
                &format!("the answer says OK, with HTTP {}", context.status),
            )),
            Some("OK") if whole(&reply.reason).is_some_and(|reason| FAILURES.contains(&reason)) => {
                unreadable("it says OK with the reason of a failure")
            }
            Some("OK") if reply.other(ERRORS).is_some() => unreadable("it says OK and has an error"),
            Some("OK") => match call {
                Call::List { .. } => listed(&reply).unwrap_or_else(&unreadable),
                _ => match (text(&reply.whatsapp), call.users()) {
                    (Some(echo), [user]) if echo.strip_prefix('+').unwrap_or(&echo) == user.id() => Answer::Everyone,
                    (Some(_), _) => unreadable("it answers for another user"),
                    (None, _) => unreadable("it does not say for which user"),
                },
            },
            Some("FAIL") => self.failed(call, &reply.reason, &context),
            _ => unreadable("its status is neither OK nor FAIL"),
        }
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.api_key]
    }
}

/// The numbers of a list; each endpoint answers with or without them, but never with half of one.
fn listed(reply: &Reply) -> Result<Answer, &'static str> {
    let numbers = match &reply.numbers {
        Value::Null => return Err("it says OK without numbers"),
        Value::Array(numbers) => numbers,
        _ => return Err("its numbers are not an array"),
    };
    let users = numbers
        .iter()
        .map(|number| usable_id(&text(number)?).map(BlockedUser::from_wa_id))
        .collect::<Option<Vec<_>>>()
        .ok_or("one of its numbers is not a number")?;
    answer::is_whole(&reply.others, numbers.len())?;
    Ok(Answer::Page(Page { users, next: None, more: false }))
}

/// Text, or a whole number where text belongs.
fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()))
}

/// A whole number, also as text.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

impl Digital99 {
    /// Each endpoint has its own table. Only reasons 2 and 3 have a meaning that is stable across 99digital's pages; what the
    /// others say here is our reading of sibling pages, offered as a hint and never acted on.
    fn failed(&self, call: &Call<'_>, reason: &Value, context: &Context) -> Answer {
        let number = whole(reason);
        let retryable = number.is_some_and(|number| self.retryable_reasons.contains(&number));
        let change = if let Call::Change(change, _) = call { Some(*change) } else { None };
        let (kind, meaning) = match (number, change) {
            (Some(2), _) => (ErrorKind::Config, "the account of the business number is unknown, or the JSON is wrong"),
            (Some(3), _) => (ErrorKind::Auth, "the API key is wrong"),
            (Some(4), Some(_)) => (ErrorKind::Rejected, "perhaps the number is not valid"),
            (Some(5), Some(Change::Block)) => (ErrorKind::Rejected, "perhaps no message from the user in 24 hours"),
            (Some(7), Some(Change::Block)) => (ErrorKind::Rejected, "perhaps the block list is full"),
            (Some(5), Some(Change::Unblock)) | (Some(6), Some(Change::Block)) => {
                (ErrorKind::Rejected, "perhaps an error of WhatsApp; try again later")
            }
            _ => (ErrorKind::Rejected, "its meaning is not documented"),
        };
        let shown = number.map_or_else(|| "without a reason".to_owned(), |number| format!("with reason {number}"));
        let mut error = Error::new(kind, format!("99digital answered FAIL {shown}: {meaning}"))
            .with_provider(&ID)
            .with_status(context.status)
            .with_retryable(retryable);
        if let Some(number) = number {
            error = error.with_provider_code(number);
        }
        if kind == ErrorKind::Rejected {
            error = error.with_hint_naming(
                "Ask 99digital what this reason means; list it in {retryable_reasons} if it passes by itself.",
            );
        }
        let remedy = if retryable { Remedy::Retry } else { Remedy::None };
        Answer::Refused(Refusal::with(error, remedy))
    }
}
