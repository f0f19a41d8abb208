//! The shape of requests: whatever a configuration, a user or a server's cursor holds, it is refused before anything is sent,
//! or method, host, path and headers stay what they must be.

mod expected;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use wablock::{
    Change, ErrorKind, Provider, User,
    provider::{Answer, Call, Cursor},
    provider_from_value,
};

use self::expected::{HOST, configuration, default_of, fields, good, method, path, text};
use crate::support::{
    answers::success,
    stage::{PROVIDERS, kind},
};

/// Generated configurations; each makes up to three requests.
const CASES: u32 = 100_000;

/// What could break out of a path segment, a header, a query or a request line.
const HOSTILE: &[&str] = &[
    "\r",
    "\n",
    "\r\n",
    "\0",
    "/",
    "//",
    "\\",
    "..",
    "../",
    "/../",
    "%2e",
    "%2e%2e/",
    "%2F",
    "%0d%0a",
    "%00",
    "?",
    "?x=y",
    "#",
    "#f",
    "@",
    "@evil.example",
    ":80@evil.example",
    "\\@evil.example",
    ";",
    "&after=x",
    " ",
    "\t",
    "\u{85}",
    "\u{2028}",
    "\u{ff0f}",
    "\u{202e}",
    "é",
    "\u{7f}",
    "\r\nHost: evil.example\r\n\r\n",
    " HTTP/1.1\r\nX: y",
    "{",
    "}",
    "\"",
    "<",
    "`",
    "|",
    "^",
];

/// The host as it stands in a base URL, cut out by hand; `None` where it is not ASCII and so gets another spelling.
fn host(base_url: &str) -> Option<String> {
    let authority = base_url.strip_prefix("https://").expect("every case begins so").split(['/', '?', '#']).next()?;
    assert!(!authority.contains(['@', '\\', '\r', '\n', '\t', ' ']), "{base_url:?} was taken");
    let host = authority.split(':').next()?;
    let decoded = percent_encoding::percent_decode_str(host).decode_utf8().ok()?.to_lowercase();
    decoded.is_ascii().then_some(decoded)
}

/// The rules that every request keeps.
fn assert_shape(provider: &str, config: &Value, call: &Call<'_>, request: &Request<Bytes>) {
    let seen =
        || format!("{provider} {call:?} of {}: {request:?}", &config.to_string()[..config.to_string().len().min(300)]);
    let uri = request.uri();
    assert_eq!(request.method().as_str(), method(provider, config, call), "{}", seen());
    assert_eq!(uri.scheme_str(), Some("https"), "{}", seen());
    if let Some(host) = host(text(config, "base_url", "")) {
        assert_eq!(uri.host(), Some(&*host), "{}", seen());
    }
    assert!(!uri.authority().unwrap().as_str().contains('@'), "{}", seen());
    // What follows the base URL's own path is exactly the provider's path, segment for segment.
    let expected = path(provider, config, call);
    let segments: Vec<_> = uri.path().split('/').collect();
    let tail = &segments[segments.len().saturating_sub(expected.split('/').count())..];
    assert_eq!(tail.join("/"), expected, "{}", seen());
    assert!(expected.split('/').all(|part| !part.is_empty() && part != "." && part != ".."), "{}", seen());
    if text(config, "base_url", "") == format!("https://{HOST}") {
        assert_eq!(uri.path(), format!("/{expected}"), "{}", seen());
    }
    let line = format!("{} {}", request.method(), uri);
    assert!(line.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '), "{}", seen());
    assert_eq!(line.matches(' ').count(), 1, "{}", seen());
    for (name, value) in request.headers() {
        let clean = value.as_bytes().iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
        assert!(clean, "{name}: {}", seen());
    }
    let keys: Vec<_> = query(request).into_iter().map(|(key, _)| key).collect();
    let usual: Vec<_> = query(good(provider).request(call)).into_iter().map(|(key, _)| key).collect();
    let more = usize::from(matches!(call, Call::List { cursor: Some(_), .. }));
    assert!(usual.iter().all(|key| keys.contains(key)) && keys.len() <= usual.len() + more, "{}", seen());
    assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), keys.len(), "{}", seen());
    if !request.body().is_empty() {
        let body: Value = serde_json::from_slice(request.body()).expect("the body is JSON");
        assert!(body.is_object(), "{}", seen());
    }
}

fn query(request: &Request<Bytes>) -> Vec<(String, String)> {
    let query = request.uri().query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}

/// True when the configuration was taken; then its three requests keep their shape.
fn check(provider: &str, config: &Value) -> bool {
    let made = match provider_from_value(config.clone()) {
        Ok(made) => made,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(error.to_string().len() < 1000, "{provider}: a refused value is not echoed whole");
            assert!(!error.to_string().contains(['\r', '\n', '\0']), "{error}");
            return false;
        }
    };
    let users = [User::phone("16505551234").unwrap()];
    for call in [
        Call::Change(Change::Block, &users),
        Call::Change(Change::Unblock, &users),
        Call::List { cursor: None, limit: 7 },
    ] {
        let request = made.encode(&call, 1_700_000_000_000).expect("what was taken can be sent");
        assert_shape(provider, config, &call, &request);
    }
    true
}

#[test]
fn every_hostile_piece_in_every_option_is_refused_or_harmless() {
    let mut taken = Vec::new();
    for provider in PROVIDERS.iter().copied() {
        assert!(check(provider, &configuration(provider)), "{provider}: the good configuration is taken");
        for option in fields(provider) {
            for piece in HOSTILE {
                let base = configuration(provider);
                let value = text(&base, option, default_of(provider, option)).to_owned();
                let middle = value.len() / 2;
                let spellings = [
                    format!("{value}{piece}"),
                    format!("{piece}{value}"),
                    format!("{}{piece}{}", &value[..middle], &value[middle..]),
                    (*piece).to_owned(),
                ];
                for (place, spelling) in spellings.into_iter().enumerate() {
                    // Before or inside the host's name another piece makes another host: the user's to choose.
                    if option == "base_url" && place > 0 {
                        continue;
                    }
                    let mut config = base.clone();
                    config[option] = json!(spelling);
                    if check(provider, &config) {
                        taken.push((provider, option, *piece));
                    }
                }
            }
        }
    }
    // An id, a version or a region with any of these is never taken.
    for (provider, option, piece) in taken {
        assert!(
            !option.ends_with("_id") && !matches!(option, "version" | "sid" | "region" | "algorithm"),
            "{provider} {option} {piece:?} was taken"
        );
        let breaks = piece.contains(['\r', '\n', '\0', ' ', '\t']);
        assert!(
            !breaks
                || matches!(option, "base_url" | "business_phone" | "from_number" | "app_key" | "api_key")
                || (option.ends_with("secret") || option == "auth_prefix") && piece == " ",
            "{provider} {option} {piece:?} was taken"
        );
    }
}

#[test]
fn a_megabyte_in_any_option_is_refused_in_few_words() {
    for provider in PROVIDERS.iter().copied() {
        for option in fields(provider) {
            for fill in ["1", "a", "/", "é", "\r\n"] {
                let mut config = configuration(provider);
                config[option] = json!(fill.repeat(1 << 20));
                assert!(!check(provider, &config), "{provider} {option} {fill:?}");
            }
        }
    }
}

/// A value made of good and hostile pieces.
fn generated(random: &mut fastrand::Rng, good: &str) -> String {
    let mut value = String::new();
    for _ in 0..random.usize(0..4) {
        match random.u8(0..6) {
            0 | 1 => value.push_str(good),
            2 => value.push_str(HOSTILE[random.usize(0..HOSTILE.len())]),
            3 => value.push(random.char(..)),
            4 => value.push(char::from(random.u8(..128))),
            _ => (0..random.usize(0..40)).for_each(|_| value.push(random.alphanumeric())),
        }
    }
    value
}

#[test]
fn a_hundred_thousand_generated_configurations_keep_the_shape() {
    let mut random = fastrand::Rng::with_seed(20_261_122);
    let mut taken = 0;
    for _ in 0..CASES {
        let provider = PROVIDERS[random.usize(..PROVIDERS.len())];
        let mut config = configuration(provider);
        for option in fields(provider) {
            if random.u8(0..3) > 0 {
                continue;
            }
            let value = text(&config, option, default_of(provider, option)).to_owned();
            config[option] = if option == "base_url" {
                // Begins after the host, so that the host is never another one by the user's own wish.
                let start = ["", "/", "?", "#", "@", "\\", ":443", ":80@", "\r", "\0"][random.usize(0..10)];
                let rest = if start.is_empty() { String::new() } else { generated(&mut random, "/api") };
                json!(format!("{value}{start}{rest}"))
            } else {
                json!(generated(&mut random, &value))
            };
        }
        taken += u32::from(check(provider, &config));
    }
    assert!((CASES / 10..CASES).contains(&taken), "{taken} were taken: the cases must reach both sides");
}

/// Providers that continue a list by a cursor.
fn with_cursors() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().copied().filter(|provider| matches!(kind(provider), "meta" | "nxcloud" | "zernio"))
}

/// A page of the list with this `paging`.
fn page(id: &str, paging: Value) -> Response<Bytes> {
    let mut body: Value = serde_json::from_str(&success(id, "list", &["16505551234"])).unwrap();
    if kind(id) == "zernio" {
        body["nextCursor"] = paging["cursors"]["after"].clone();
        return Response::new(Bytes::from(body.to_string()));
    }
    let holder = if body["data"].is_object() { &mut body["data"] } else { &mut body };
    holder["paging"] = paging;
    Response::new(Bytes::from(body.to_string()))
}

/// The cursor that a server hands out, through the provider's own decoder.
fn cursor_of(provider: &dyn Provider, id: &str, after: &str) -> Option<Cursor> {
    let paging = json!({ "cursors": { "after": after }, "next": "https://evil.example/?after=other" });
    match provider.decode(&Call::List { cursor: None, limit: 7 }, &page(id, paging)) {
        Answer::Page(page) => page.next,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_servers_cursor_goes_back_whole_and_changes_nothing_else() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut cursors: Vec<String> = HOSTILE.iter().map(|piece| format!("QVFI{piece}UmZa")).collect();
    cursors.extend(HOSTILE.iter().map(|piece| (*piece).to_owned()));
    cursors.extend((0..2000).map(|_| generated(&mut random, "QVFIUmZa")));
    for id in with_cursors() {
        let config = configuration(id);
        let provider = provider_from_value(config.clone()).unwrap();
        for after in cursors.iter().filter(|after| !after.is_empty()) {
            let cursor = cursor_of(&*provider, id, after).expect("a cursor");
            let call = Call::List { cursor: Some(&cursor), limit: 7 };
            let request = provider.encode(&call, 1_700_000_000_000).expect("a request");
            assert_shape(id, &config, &call, &request);
            let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            let in_body = body["after"].as_str() == Some(after);
            assert!(in_body || query(&request).iter().any(|(_, value)| value == after), "{id} {request:?}");
        }
    }
}

/// A cursor of a megabyte is refused where it arrives, as the server's fault.
#[test]
fn a_cursor_of_a_megabyte_is_refused_before_anything_is_sent() {
    for id in with_cursors() {
        let provider = provider_from_value(configuration(id)).unwrap();
        for fill in ["a", "/", "é", "\n"] {
            let paging = json!({ "cursors": { "after": fill.repeat(1 << 20) }, "next": "https://good.example/" });
            let answer = provider.decode(&Call::List { cursor: None, limit: 7 }, &page(id, paging));
            let Answer::Refused(refusal) = answer else { panic!("{id}: a cursor of a megabyte was taken") };
            assert_eq!(refusal.error.kind(), ErrorKind::Protocol);
            assert!(refusal.error.message().len() < 1000);
        }
    }
}

#[test]
fn no_user_changes_the_shape_of_a_request() {
    let mut random = fastrand::Rng::with_seed(99);
    let mut taken = 0;
    for round in 0..20_000 {
        let seed = ["16505551234", "+16505551234", "US.13491208655302741918"][round % 3];
        let Ok(user) = User::parse(&generated(&mut random, seed), None) else { continue };
        taken += 1;
        assert!(user.id().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'), "{}", user.id());
        let users = [user];
        for id in PROVIDERS.iter().copied() {
            let config = configuration(id);
            let provider = provider_from_value(config.clone()).unwrap();
            for call in [Call::Change(Change::Block, &users), Call::Change(Change::Unblock, &users)] {
                let request = match provider.encode(&call, 0) {
                    Ok(request) => request,
                    // It names users by an integer, so nothing else gets into a request.
                    Err(error) if id == "1msg" && users[0].is_bsuid() => {
                        assert_eq!(error.kind(), ErrorKind::Unsupported);
                        continue;
                    }
                    Err(error) => panic!("{id}: {error}"),
                };
                assert_shape(id, &config, &call, &request);
                assert!(String::from_utf8_lossy(request.body()).contains(users[0].id()), "{id}");
            }
        }
    }
    assert!(taken > 500, "only {taken} were users");
}
