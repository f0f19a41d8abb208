//! A canary in every credential: nothing that can be printed holds it, also when a server hands it back.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wablock::{CallOptions, Client, ClientOptions, LogLevel, Logger, OptionKind, OptionRow, provider_from_value};

use crate::support::stage::{PROVIDERS, Stage, options_of};

const CANARY: &str = "canary/Token+9d1e";
const NUMBER: &str = "16505551234";

/// Every credential of every provider.
fn credentials() -> impl Iterator<Item = (&'static str, Value)> {
    PROVIDERS.iter().map(|provider| {
        let is_secret = |row: &&OptionRow| row.kind == OptionKind::Secret && row.instead_of.is_empty();
        let secrets = options_of(provider).iter().filter(is_secret);
        let named =
            secrets.zip("ABC".chars()).map(|(row, letter)| (row.name.to_owned(), json!(format!("{CANARY}{letter}"))));
        (*provider, Value::Object(named.collect()))
    })
}

fn spellings() -> Vec<String> {
    use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
    let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    // The first 15 bytes fill whole groups of base64, so this part is the same whatever follows.
    let base64 = STANDARD_NO_PAD.encode(&CANARY[..15]);
    vec![CANARY.to_owned(), "canary%2FToken%2B9d1e".to_owned(), "canary/Token".to_owned(), hex, base64]
}

fn assert_clean(text: &str, what: &str) {
    for spelling in spellings() {
        assert!(!text.contains(&spelling), "{what} holds a credential: {text}");
    }
}

#[tokio::test]
async fn nothing_printed_holds_a_credential_and_no_log_a_number() {
    let stage = Stage::new();
    for (provider, secrets) in credentials() {
        let config = stage.config(provider, secrets.clone());
        assert_clean(&format!("{:?}", provider_from_value(config.clone())), "Debug of the provider");
        let records = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&records);
        let mut options = ClientOptions::from_value(json!({ "max_retries": 1 })).unwrap();
        options.logger = Logger::new(LogLevel::Debug, Arc::new(move |record| sink.lock().unwrap().push(record)));
        let client = Client::new(provider_from_value(config).unwrap(), options).unwrap();
        assert_clean(&format!("{client:?} {:?}", client.capabilities()), "Debug of the client");

        // The server refuses the credentials, then hands each of them back in every spelling and every field.
        let echoes: Vec<String> = secrets
            .as_object()
            .unwrap()
            .values()
            .map(|secret| secret.as_str().unwrap())
            .flat_map(|secret| {
                let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
                let encoded = secret.replace('/', "%2F").replace('+', "%2B");
                let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, secret);
                [format!("{secret} for {NUMBER}"), encoded, hex, base64]
            })
            .collect();
        for echo in std::iter::once(None).chain(echoes.iter().map(Some)) {
            for status in [200, 400, 401, 503] {
                if let Some(echo) = echo {
                    let error = json!({ "code": 100, "message": echo, "type": echo, "fbtrace_id": echo,
                        "error_data": { "details": echo } });
                    let meta = json!({ "error": error, "block_users": { "failed_users": [
                        { "input": format!("+{NUMBER}"), "errors": [error] }] } });
                    let bodies = [
                        json!({ "error": error, "code": 1003, "message": echo, "details": echo, "traceId": echo,
                            "status": "FAIL", "reason": echo }),
                        json!({ "code": 0, "data": meta, "message": echo, "block_users": meta["block_users"],
                            "status": echo }),
                        json!({ "code": 9099, "data": { "error": error }, "error": error, "reason": echo }),
                        json!(format!("<html>{echo}</html>")),
                    ];
                    let responses: Vec<_> =
                        bodies.iter().map(|body| json!({ "status": status, "body": body })).collect();
                    stage.control("script", json!({ "responses": responses, "provider": provider }));
                }
                for _ in 0..2 {
                    match client.block([NUMBER]).await {
                        Ok(report) => assert_clean(&format!("{report:?} {}", report.to_json()), "a report"),
                        Err(error) => {
                            let report = error.report().unwrap();
                            assert_clean(&format!("{error} {error:?} {}", report.to_json()), "an error");
                            assert!(!error.to_string().contains(NUMBER), "{error}");
                        }
                    }
                    let listed = client.list().collect().await;
                    assert_clean(&format!("{listed:?}"), "a list");
                }
                stage.control("script", json!({ "responses": [], "provider": provider }));
            }
        }
        let records = records.lock().unwrap();
        assert!(records.len() > 20, "{provider}: the log was listened to");
        for record in records.iter() {
            assert_clean(&record.message, "the log");
            assert!(!record.message.contains(NUMBER), "the log holds a number: {}", record.message);
        }
    }
}

#[test]
fn a_wrong_configuration_is_told_without_its_values() {
    for (provider, secrets) in credentials() {
        for (name, secret) in secrets.as_object().unwrap() {
            let secret = secret.as_str().unwrap();
            for wrong in [json!(format!("{secret}\r\nx: y")), json!([secret]), json!({ "k": secret }), json!("")] {
                let stage = Stage::new();
                let mut config = stage.config(provider, secrets.clone());
                config[name] = wrong.clone();
                let error = provider_from_value(config).expect_err("a wrong credential");
                assert_clean(&format!("{error} {error:?}"), "an error");
                assert!(error.message().contains(&format!("`{name}`")) || !wrong.is_string(), "{name}: {error}");
            }
        }
    }
    let error = ClientOptions::from_value(json!({ "proxy": 5 })).unwrap_err();
    assert!(error.message().contains("must be a string"), "{error}");
    let mut options = ClientOptions::default();
    options.proxy = Some(format!("http://user:{CANARY}@proxy:1").into());
    assert_clean(&format!("{options:?}"), "Debug of the options");
}

#[tokio::test]
async fn a_cancelled_call_and_a_broken_one_tell_nothing_either() {
    for (provider, secrets) in credentials() {
        let stage = Stage::new();
        for fault in ["truncated_json", "not_json", "html_200", "bad_status_line", "cut_headers", "wrong_encoding"] {
            stage.fault(json!({ "name": fault, "provider": provider }));
            let client = stage.client_with(provider, secrets.clone(), json!({ "max_retries": 0 }));
            let error = client.block_one(NUMBER, &CallOptions::default()).await.unwrap_err();
            assert_clean(&format!("{error} {error:?}"), fault);
            assert!(!error.to_string().contains(NUMBER), "{fault}: {error}");
            stage.control("clear_faults", json!({}));
        }
    }
}

/// What servers and frameworks make of a text: percent signs, entities, escapes, base64, and two of them around each other.
fn encodings(secret: &str) -> Vec<String> {
    use base64::{
        Engine,
        engine::general_purpose::{STANDARD, URL_SAFE},
    };
    let each = |write: fn(u32) -> String| secret.chars().map(|letter| write(letter.into())).collect::<String>();
    let percent = secret.replace('/', "%2F").replace('+', "%2B");
    let bearer = format!("Bearer {secret}");
    vec![
        secret.to_owned(),
        percent.clone(),
        percent.replace("%2F", "%2f").replace("%2B", "%2b"),
        percent.replace('%', "%25"),
        each(|letter| format!("%{letter:02X}")),
        each(|letter| format!("&#{letter};")),
        each(|letter| format!("&#x{letter:x};")),
        each(|letter| format!("\\u{letter:04x}")),
        secret.replace('/', "\\/"),
        secret.replace('/', "&sol;"),
        STANDARD.encode(&bearer),
        URL_SAFE.encode(&bearer),
        STANDARD.encode(format!("{{\"token\":\"{secret}\"}}")),
        STANDARD.encode(STANDARD.encode(&bearer)),
    ]
}

/// Everything of an answer that a caller gets to see.
#[tokio::test]
async fn every_text_of_an_answer_is_clean() {
    let stage = Stage::new();
    let secrets = json!({ "access_token": format!("{CANARY}A"), "app_secret": format!("{CANARY}B") });
    let client = stage.client_with(
        "meta",
        secrets,
        json!({ "max_retries": 0, "proxy": format!("http://proxy-user:{}P@127.0.0.1:9", CANARY.replace('/', "%2F")) }),
    );
    let shown = |text: &str, echo: &str| {
        // A whole encoding, or the encoded canary alone, must not be left.
        assert!(!text.contains(echo), "{echo} is shown: {text}");
        assert_clean(text, "an answer");
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "not one line: {text:?}");
    };
    for echo in ["A", "B", "P"].iter().flat_map(|name| encodings(&format!("{CANARY}{name}"))) {
        let forged = format!("{echo}\n2026 FORGED \u{1b}[31m\u{202e}");
        let entry = json!({ "input": NUMBER, "wa_id": echo, "user_id": echo, &*forged: { "deep": [forged, { &*echo: echo }] } });
        let failed = json!({ "input": NUMBER, "errors": [{ "code": 131047, "message": forged, "fbtrace_id": forged }], "x": forged });
        let answers = [
            json!({ "block_users": { "added_users": [entry] } }),
            json!({ "block_users": { "failed_users": [failed] }, "error": { "code": 139100, "fbtrace_id": forged } }),
            json!({ "error": { "code": 100, "message": forged, "fbtrace_id": forged, "error_data": { "details": forged } } }),
        ];
        for body in answers {
            stage.control("script", json!({ "responses": [{ "status": 200, "body": body }], "provider": "meta" }));
            let report = client.block([NUMBER]).await.unwrap_or_else(|error| error.into_parts().1.expect("a report"));
            shown(&report.to_json(), &echo);
            shown(&format!("{report:?} {:?}", report.outcomes), &echo);
        }
        let row = json!({ "wa_id": NUMBER, &*forged: forged, "deep": { "list": [echo, forged] } });
        stage.control(
            "script",
            json!({ "responses": [{ "status": 200, "body": { "data": [row] } }], "provider": "meta" }),
        );
        let users = client.list().collect().await.expect("a list");
        shown(&serde_json::to_string(&users).unwrap(), &echo);
    }
    // In the place of an id it names nobody, so the list cannot be trusted.
    let row = json!({ "wa_id": "canaryToken9d1e" });
    let client = stage.client_with("meta", json!({ "access_token": "canaryToken9d1e" }), json!({ "max_retries": 0 }));
    stage.control("script", json!({ "responses": [{ "status": 200, "body": { "data": [row] } }], "provider": "meta" }));
    let error = client.list().collect().await.expect_err("no id");
    assert!(error.code() == "protocol" && !error.to_string().contains("9d1e"), "{error}");
}

/// The proof and the signatures that are made of secrets are secrets too.
#[tokio::test]
async fn what_is_made_of_secrets_is_clean_too() {
    let stage = Stage::new();
    for (provider, header) in [("meta", "authorization"), ("nxcloud", "sign"), ("sinch", "authorization")] {
        let secrets = if provider == "meta" { json!({ "app_secret": "canary-app-secret" }) } else { json!({}) };
        let client = stage.client_with(provider, secrets, json!({ "max_retries": 0 }));
        client.block([NUMBER]).await.ok();
        let sent = stage.requests(provider, "block").pop().expect("a request");
        let value = sent["headers"].as_array().unwrap().iter().find(|pair| pair[0] == header).expect(header)[1].clone();
        assert!(value.as_str().is_some_and(|value| value.len() > 10));
        if let Some(proof) = sent["query"].as_str().and_then(|query| query.split("appsecret_proof=").nth(1)) {
            let body = json!({ "error": { "code": 100, "message": format!("wrong proof {proof}") } });
            stage.control("script", json!({ "responses": [{ "status": 400, "body": body }], "provider": provider }));
            let error = client.block_one(NUMBER, &CallOptions::default()).await.expect_err("an error").to_string();
            assert!(error.contains("wrong proof ***"), "{error}");
        }
    }
}
