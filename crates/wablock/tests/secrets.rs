//! A canary in every credential: nothing that can be printed holds it, also when a server hands it back.

mod stage;

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use stage::Stage;
use wablock::{CallOptions, Client, ClientOptions, LogLevel, Logger, provider_from_value};

const CANARY: &str = "canary/Token+9d1e";
const NUMBER: &str = "16505551234";

/// Every credential of every provider.
fn credentials() -> Vec<(&'static str, Value)> {
    let secret = |name: &str| json!(format!("{CANARY}{name}"));
    vec![
        ("meta", json!({ "access_token": secret("A"), "app_secret": secret("B") })),
        ("nxcloud", json!({ "access_key": secret("A"), "access_secret": secret("B"), "app_key": secret("C") })),
        ("99digital", json!({ "api_key": secret("A") })),
        ("sinch", json!({ "token": secret("A") })),
    ]
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
    let error = ClientOptions::from_value(json!({ "proxy": 5, "concurrency": 0 })).unwrap_err();
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
