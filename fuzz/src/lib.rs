//! What is fuzzed: plain functions that take any bytes and panic where a promise is broken. The fuzzer's binaries call them,
//! and so does the smoke run among the tests of `wablock` (`crates/wablock/tests/it/fuzz.rs`).

use std::sync::LazyLock;

use bytes::Bytes;
use http::{HeaderValue, Response};
use serde_json::{Value, json};
use wablock::{
    Change, Error, ErrorKind, Provider, User, mask,
    provider::{Answer, Call, Item, Page},
    provider_from_value,
};

/// A function that takes any bytes.
pub type Target = fn(&[u8]);

/// Every target that needs nothing but the public API, by the name of its corpus.
pub const TARGETS: &[(&str, Target)] = &[
    ("decode_meta", decode_meta),
    ("decode_nxcloud", decode_nxcloud),
    ("decode_99digital", decode_99digital),
    ("decode_sinch", decode_sinch),
    ("decode_others", decode_others),
    ("error_envelope", error_envelope),
    ("paging", paging),
    ("phone_parser", phone_parser),
    ("url_builder", url_builder),
];

const STATUSES: [u16; 8] = [200, 400, 401, 404, 429, 500, 503, 204];

/// The providers with targets of their own.
const OWN: [&str; 4] = ["meta", "nxcloud", "99digital", "sinch"];

/// The provider that a byte chooses: below 128 one of [`OWN`], above that any.
fn chosen(choice: u8) -> &'static str {
    let all = wablock::providers();
    match usize::from(choice).checked_sub(128) {
        None => OWN[usize::from(choice & 3)],
        Some(choice) => all[choice % all.len()].id.as_str(),
    }
}

fn sample(id: &str) -> Value {
    static SAMPLES: LazyLock<Value> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../tests/data/configs.json")).expect("sample configurations")
    });
    SAMPLES[id]["minimal"].clone()
}

fn provider(id: &str) -> Box<dyn Provider> {
    provider_from_value(sample(id)).expect("a good configuration")
}

fn users(id: &str) -> Vec<User> {
    let most = provider(id).capabilities().max_users_per_request;
    let numbers = ["16505551234", "972501234567"].into_iter().take(most);
    numbers.map(|number| User::phone(number).expect("a number")).collect()
}

/// The first byte chooses status and operation, the rest is the body.
fn answered(id: &str, data: &[u8]) -> Option<(Answer, Response<Bytes>)> {
    let (choice, body) = data.split_first()?;
    let users = users(id);
    let call = match choice >> 3 & 3 {
        0 => Call::Change(Change::Block, &users),
        1 => Call::Change(Change::Unblock, &users),
        _ => Call::List { cursor: None, limit: 100 },
    };
    let mut response = Response::new(Bytes::copy_from_slice(body));
    *response.status_mut() = STATUSES[usize::from(choice & 7)].try_into().expect("a status");
    let answer = provider(id).decode(&call, &response);
    match (&answer, call) {
        (Answer::Page(_), Call::Change(..)) => panic!("a page answers a write"),
        (Answer::Users(_) | Answer::Everyone, Call::List { .. }) => panic!("users answer a list"),
        (Answer::Page(page), _) => {
            check_users(page);
            assert!(response.status() == 200 || response.status() == 204, "a failing status came with a page");
            assert!(page.next.is_none() || !page.users.is_empty() || id != "sinch");
        }
        (Answer::Refused(refusal), _) => check_error(&refusal.error),
        _ => {}
    }
    Some((answer, response))
}

/// Ids of a server are letters, digits and dots, and not too many; a cursor leads somewhere.
fn check_users(page: &Page) {
    for user in &page.users {
        assert!(user.wa_id.is_some() || user.user_id.is_some());
        for id in [&user.wa_id, &user.user_id].into_iter().flatten() {
            let usable = (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
            assert!(usable, "{id:?} is no id");
        }
    }
    assert!(page.next.is_some() || !page.more, "there is another page, but nobody says where");
}

/// An error can be printed, says something, is not long without end, and survives JSON.
fn check_error(error: &Error) {
    assert!(!error.message().is_empty() && !error.hint().is_empty());
    assert!(ErrorKind::ALL.contains(&error.kind()));
    let written = serde_json::to_string(error).expect("an error can be written");
    let read: Error = serde_json::from_str(&written).expect("an error can be read");
    assert_eq!(&read, error);
    let _ = mask(&error.to_string());
}

/// What the body must say for an item to count as done.
fn check_items(items: &[Item], body: &Bytes) {
    for item in items {
        match &item.result {
            Err(refusal) => check_error(&refusal.error),
            Ok(()) => {
                let text = String::from_utf8_lossy(body);
                let says_done = ["added_users", "removed_users", "blocked", "result", "success", "\\"];
                assert!(says_done.iter().any(|word| text.contains(word)));
            }
        }
    }
}

/// Meta's decoder.
pub fn decode_meta(data: &[u8]) {
    match answered("meta", data) {
        Some((Answer::Users(items), response)) => check_items(&items, response.body()),
        Some((Answer::Everyone, _)) => panic!("Meta answers for every user by name"),
        _ => {}
    }
}

/// NxCloud's decoder: the envelope and what is inside.
pub fn decode_nxcloud(data: &[u8]) {
    match answered("nxcloud", data) {
        Some((Answer::Users(items), response)) => check_items(&items, response.body()),
        Some((Answer::Everyone, _)) => panic!("NxCloud answers for every user by name"),
        _ => {}
    }
}

/// 99digital's decoder.
pub fn decode_99digital(data: &[u8]) {
    if let Some((Answer::Everyone, response)) = answered("99digital", data) {
        // Bytes that are no UTF-8 may stand in fields that nobody reads.
        let body: Value = serde_json::from_str(&String::from_utf8_lossy(response.body())).expect("JSON said so");
        assert_eq!(body["status"], "OK");
        let echo = body["whatsapp"].as_str().map_or_else(|| body["whatsapp"].to_string(), str::to_owned);
        assert_eq!(echo.strip_prefix('+').unwrap_or(&echo), "16505551234");
    }
}

/// Sinch's decoder.
pub fn decode_sinch(data: &[u8]) {
    if let Some((Answer::Everyone, response)) = answered("sinch", data) {
        assert!(response.status() == 200 && response.body().trim_ascii().is_empty());
    }
}

/// The decoders of all other providers. The first byte chooses one.
pub fn decode_others(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let others: Vec<_> =
        wablock::providers().iter().map(|entry| entry.id.as_str()).filter(|id| !OWN.contains(id)).collect();
    let Some(id) = others.get(usize::from(*choice) % others.len().max(1)) else { return };
    match answered(id, rest) {
        Some((Answer::Users(items), response)) => check_items(&items, response.body()),
        Some((Answer::Everyone, response)) => {
            assert_eq!(provider(id).capabilities().max_users_per_request, 1, "{id} answers for every user by name");
            assert!(response.status() == 200 && !response.body().is_empty());
        }
        _ => {}
    }
}

/// The error envelopes of all providers: the bytes stand where the error stands, and in the header with Meta's usage.
pub fn error_envelope(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let split = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
    let (inner, header) = (&rest[..split], rest[split..].get(1..).unwrap_or_default());
    let inner: Value =
        serde_json::from_slice(inner).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(inner).into_owned()));
    let bodies = [
        ("meta", json!({ "error": inner })),
        ("meta", json!({ "errors": [inner] })),
        ("meta", json!({ "block_users": { "failed_users": [{ "input": "16505551234", "errors": [inner] }] } })),
        ("nxcloud", json!({ "code": 9099, "data": { "error": inner } })),
        ("nxcloud", json!({ "code": 9099, "data": inner, "message": inner })),
        ("nxcloud", json!({ "code": inner["code"].as_i64().unwrap_or(1), "message": inner, "traceId": inner })),
        ("99digital", json!({ "status": "FAIL", "reason": inner })),
        ("sinch", inner.clone()),
    ];
    let (id, body) = &bodies[usize::from(choice >> 3) % bodies.len()];
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = STATUSES[usize::from(choice & 7)].try_into().expect("a status");
    if let Ok(value) = HeaderValue::from_bytes(header) {
        response.headers_mut().insert("x-business-use-case-usage", value);
    }
    let users = users(id);
    for call in [Call::Change(Change::Block, &users), Call::List { cursor: None, limit: 1000 }] {
        match provider(id).decode(&call, &response) {
            Answer::Refused(refusal) => check_error(&refusal.error),
            Answer::Users(items) => {
                let named = inner.get("block_users").is_some();
                assert!(named || items.iter().all(|item| item.result.is_err()), "an error says that somebody is done");
                check_items(&items, response.body());
            }
            Answer::Everyone => panic!("an error says that everybody is done"),
            Answer::Page(_) => assert!(inner.get("data").is_some() || inner.get("numbers").is_some()),
        }
    }
}

/// Pages one after another, cut at line breaks: each page's cursor asks for the next.
pub fn paging(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let id = chosen(*choice);
    let provider = provider(id);
    let limit = if choice & 4 == 0 { 2 } else { 1000 };
    let path = |call: &Call<'_>| {
        let request = provider.encode(call, 0).expect("a cursor that was taken can be sent");
        (request.uri().host().map(str::to_owned), request.uri().path().to_owned())
    };
    let mut cursor = None;
    let first = path(&Call::List { cursor: None, limit });
    for page in rest.split(|byte| *byte == b'\n').take(8) {
        let call = Call::List { cursor: cursor.as_ref(), limit };
        assert_eq!(path(&call), first, "a cursor changes neither host nor path");
        let response = Response::new(Bytes::copy_from_slice(page));
        match provider.decode(&call, &response) {
            Answer::Page(page) => {
                check_users(&page);
                match page.next {
                    Some(next) => cursor = Some(next),
                    None => return,
                }
            }
            Answer::Refused(refusal) => return check_error(&refusal.error),
            Answer::Users(_) | Answer::Everyone => panic!("users answer a list"),
        }
    }
}

/// The reader of numbers and ids. The first byte chooses the region.
pub fn phone_parser(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let region =
        [None, None, Some("IL"), Some("US"), Some("BR"), Some("IT"), Some("ZZ"), Some("")][usize::from(choice & 7)];
    match User::parse(&text, region) {
        Ok(user) => {
            let id = user.id();
            if user.is_bsuid() {
                assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'));
            } else {
                assert!(
                    (7..=15).contains(&id.len())
                        && id.bytes().all(|byte| byte.is_ascii_digit())
                        && !id.starts_with('0')
                );
                assert_eq!(
                    User::parse(&format!("+{id}"), region).as_ref(),
                    Ok(&user),
                    "its own spelling is read alike"
                );
            }
            assert_eq!(User::parse(id, None).expect("an id is a user"), user);
        }
        Err(error) => {
            check_error(&error);
            assert!(matches!(error.kind(), ErrorKind::InvalidUser | ErrorKind::Config));
            assert!(error.message().len() < 600, "a wrong input is not echoed whole");
        }
    }
}

/// The builder of URLs: options cut at line breaks; the first byte chooses the provider.
pub fn url_builder(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let id = chosen(*choice);
    let text = String::from_utf8_lossy(rest);
    let mut options = text.split('\n');
    let mut config = match id {
        "meta" => json!({ "access_token": "t", "phone_number_id": "1", "version": "v26.0" }),
        "nxcloud" => {
            json!({ "access_key": "k", "access_secret": "s", "app_key": "a", "business_phone": "85255500001" })
        }
        "99digital" => json!({ "api_key": "k", "from_number": "972555000001", "block_path": "a", "list_path": "b" }),
        "sinch" => json!({ "token": "t", "bot_id": "bot", "region": "us1" }),
        _ => sample(id),
    };
    for value in config.as_object_mut().expect("an object").values_mut() {
        if let Some(option) = options.next().filter(|option| !option.is_empty()) {
            *value = Value::String(option.to_owned());
        }
    }
    config["provider"] = json!(id);
    let base = options.next().unwrap_or_default();
    config["base_url"] = Value::String(format!("https://good.example/{base}"));
    let provider = match provider_from_value(config) {
        Ok(provider) => provider,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Config);
            return check_error(&error);
        }
    };
    let users = users(id);
    for call in [
        Call::Change(Change::Block, &users[..1]),
        Call::Change(Change::Unblock, &users[..1]),
        Call::List { cursor: None, limit: 1 },
    ] {
        let request = provider.encode(&call, 1_700_000_000_000).expect("what was taken can be sent");
        assert_eq!(request.uri().host(), Some("good.example"));
        assert!(request.uri().to_string().bytes().all(|byte| byte.is_ascii_graphic()));
        assert!(request.headers().values().all(|value| !value.as_bytes().iter().any(|byte| b"\r\n\0".contains(byte))));
        let writes = matches!(call, Call::Change(..));
        let query = request.uri().query().unwrap_or_default();
        assert!(if writes { query.is_empty() || !OWN.contains(&id) } else { query.split('&').count() <= 3 });
        let ending = match id {
            "meta" => "/block_users",
            "nxcloud" => "BlockUsers",
            "sinch" => "/provision/blacklist",
            _ => "",
        };
        assert!(request.uri().path().ends_with(ending) && !request.uri().path().split('/').any(|part| part == ".."));
    }
}

/// What an answer's headers ask to wait. The first byte chooses the header; the parser is not public, so this target is made
/// for the fuzzer only.
#[cfg(fuzzing)]
pub fn retry_after(data: &[u8]) {
    use std::time::{Duration, SystemTime};
    let Some((choice, rest)) = data.split_first() else { return };
    let split = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let mut headers = http::HeaderMap::new();
    let names = if choice & 1 == 0 { ["retry-after", "retry-after-ms"] } else { ["retry-after-ms", "retry-after"] };
    for (name, value) in names.into_iter().zip([&rest[..split], rest[split..].get(1..).unwrap_or_default()]) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(name, value);
        }
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_340_000);
    if let Some(wait) = wablock::fuzzing::stated_wait(&headers, now) {
        let error = Error::new(ErrorKind::RateLimited, "slow down").with_retry_after(Some(wait));
        check_error(&error);
        assert!(error.retry_after().is_some(), "a wait that was read can be told");
    }
}
