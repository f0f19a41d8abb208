//! Servers that mean harm: redirects to other hosts, and answers about users nobody asked about.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
};

use serde_json::{Value, json};
use wablock::{Client, Error, ErrorKind, Report, State};

use crate::support::{
    answers::success,
    stage::{PROVIDERS, Stage, numbers},
};

const NUMBER: &str = "16505551234";
const OPERATIONS: [&str; 3] = ["block", "unblock", "list"];

/// A host that nobody may call; counts who does.
struct SecondHost {
    port: u16,
    connections: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl SecondHost {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let over = Arc::new(AtomicBool::new(false));
        let (count, end) = (Arc::clone(&connections), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            for _connection in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { port, connections, over, thread: Some(thread) }
    }

    /// How many connected. The listener takes connections in order, so when ours has been taken, all before were counted.
    fn connections(mut self) -> usize {
        self.over.store(true, Ordering::SeqCst);
        std::net::TcpStream::connect(("127.0.0.1", self.port)).expect("the listener is there");
        self.thread.take().unwrap().join().unwrap();
        self.connections.load(Ordering::SeqCst)
    }
}

/// What a call said: the report if it had one, and the error.
struct Said {
    report: Option<Report>,
    error: Option<Error>,
}

impl Said {
    /// The error of the call, or of its one outcome.
    fn why(self) -> Error {
        let outcome = self.report.and_then(|report| report.outcomes[0].error.as_deref().cloned());
        self.error.or(outcome).expect("an error")
    }
}

async fn call(client: &Client, operation: &str, users: &[String]) -> Said {
    let result = match operation {
        "block" => client.block(users).await,
        "unblock" => client.unblock(users).await,
        _ => return Said { report: None, error: client.list().collect().await.err() },
    };
    match result {
        Ok(report) => Said { report: Some(report), error: None },
        Err(failed) => Said { report: failed.report().cloned(), error: Some(failed.error().clone()) },
    }
}

/// 5 statuses, 7 targets, 3 operations, every provider; one target also beside the body of a success.
#[tokio::test]
async fn a_redirect_is_an_error_and_the_second_host_sees_nobody() {
    let stage = Stage::new();
    let second = SecondHost::new();
    let (port, own) = (second.port, stage.0.url().to_owned());
    let first = own.trim_start_matches("http://").to_owned();
    let targets = [
        format!("http://127.0.0.1:{port}/v26.0/106540352242922/block_users"),
        format!("https://127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/path?query=1#fragment"),
        format!("http://localhost:{port}/"),
        format!("http://{first}@127.0.0.1:{port}/"),
        format!("http://{first}\\@127.0.0.1:{port}/"),
        "/elsewhere/on/the/same/host".to_owned(),
    ];
    let mut cells = 0;
    for provider in PROVIDERS.iter().copied() {
        let client = stage.client_with(provider, json!({}), json!({ "rate_limit": 1e6 }));
        for operation in OPERATIONS {
            for status in [301, 302, 303, 307, 308] {
                for location in &targets {
                    let bodies = [json!(""), json!(success(provider, operation, &[NUMBER]))];
                    for body in &bodies[..if location == &targets[0] { 2 } else { 1 }] {
                        let cell = format!("{provider} {operation} {status} {location}");
                        stage.control("requests", json!({ "clear": true }));
                        let redirect = json!({ "status": status, "headers": { "location": location }, "body": body });
                        stage.control("script", json!({ "responses": [redirect], "provider": provider }));
                        let said = call(&client, operation, &[NUMBER.to_owned()]).await;
                        let of_user = || said.report.as_ref()?.outcomes[0].error.as_deref().cloned();
                        let error = said.error.clone().or_else(of_user).unwrap_or_else(|| panic!("{cell}: no error"));
                        assert_eq!(error.kind(), ErrorKind::Protocol, "{cell}: {error}");
                        assert!(error.message().contains("redirect"), "{cell}: says what happened: {error}");
                        assert!(error.hint().contains("base_url"), "{cell}: says what to do: {error}");
                        if let Some(report) = said.report {
                            assert_eq!(report.outcomes[0].state, State::Unknown, "{cell}");
                        }
                        let seen = stage.control("requests", json!({}));
                        assert_eq!(seen["total"], 1, "{cell}: asked once, followed nowhere");
                        cells += 1;
                    }
                }
            }
        }
    }
    assert_eq!(cells, 5 * (7 + 1) * 3 * PROVIDERS.len());
    assert_eq!(second.connections(), 0, "the second host was called");
}

/// Faults that name others, name the same user twice, or name nobody, and how many of `users` may still be done: those
/// whom the answer names once and says yes about.
fn hostile_answers(provider: &str, operation: &str, users: usize) -> Vec<(Value, usize)> {
    let mut answers = vec![
        (json!({ "name": "foreign_item", "replace": true, "index": 0 }), users - 1),
        (json!({ "name": "missing_item", "index": 0 }), users - 1),
        (json!({ "name": "missing_item", "all": true }), 0),
    ];
    if provider != "99digital" {
        answers.push((json!({ "name": "duplicate_item", "index": 0 }), users - 1));
        answers.push((json!({ "name": "contradictory_item", "index": 0 }), users - 1));
        // Some resellers' own samples answer an unblock with `added_users`.
        let as_documented = operation == "unblock" && ["360dialog", "gupshup", "cloud_api"].contains(&provider);
        answers.push((json!({ "name": "wrong_list_name" }), if as_documented { users } else { 0 }));
        // Somebody else beside ours takes nothing away from ours.
        answers.push((json!({ "name": "foreign_item" }), users));
    }
    for (fault, _) in &mut answers {
        fault["provider"] = json!(provider);
        fault["operation"] = json!(operation);
    }
    answers
}

#[tokio::test]
async fn done_is_said_only_of_users_whom_the_answer_names_once() {
    let stage = Stage::new();
    // The true answers of Sinch and 1msg to a write name nobody, so nobody else can be named in them.
    for provider in PROVIDERS.iter().copied().filter(|provider| !["sinch", "1msg"].contains(provider)) {
        let count = if provider == "99digital" { 1 } else { 5 };
        let users = numbers(count);
        for operation in ["block", "unblock"] {
            for (fault, done) in hostile_answers(provider, operation, count) {
                let client = stage.client_with(provider, json!({}), json!({ "max_retries": 0 }));
                stage.fault(fault.clone());
                let said = call(&client, operation, &users).await;
                let report = said.report.expect("a report, within the error or without one");
                assert_eq!(report.outcomes.len(), count, "{fault}");
                assert_eq!(report.count(State::Done), done, "{fault}: {:?}", report.outcomes);
                assert_eq!(report.count(State::Unknown), count - done, "{fault}: {:?}", report.outcomes);
                for (outcome, user) in report.outcomes.iter().zip(&users) {
                    assert_eq!(&*outcome.input, user, "{fault}");
                }
                assert_eq!(said.error, None, "{fault}: what nobody can trust is in the report");
                stage.control("clear_faults", json!({}));
            }
        }
    }
}

#[tokio::test]
async fn sinch_says_done_by_an_empty_200_and_by_nothing_else() {
    let stage = Stage::new();
    let client = stage.client_with("sinch", json!({}), json!({ "max_retries": 0 }));
    for operation in ["block", "unblock"] {
        let bodies = [
            json!({ "numbers": [NUMBER] }),
            json!({ "numbers": ["15559990000"] }),
            json!({ "message": "ok" }),
            json!("OK"),
            json!("null"),
        ];
        for body in bodies {
            stage.control("script", json!({ "responses": [{ "status": 200, "body": body }], "provider": "sinch" }));
            let said = call(&client, operation, &[NUMBER.to_owned()]).await;
            assert_eq!(said.report.unwrap().outcomes[0].state, State::Unknown, "{operation} {body}");
        }
        for status in [201, 202, 206, 203] {
            stage.control("script", json!({ "responses": [{ "status": status, "body": "" }], "provider": "sinch" }));
            let said = call(&client, operation, &[NUMBER.to_owned()]).await;
            assert_ne!(said.report.unwrap().outcomes[0].state, State::Done, "{operation} {status}");
        }
    }
}

/// Answers of the right shape in which the one echo is of the wrong kind, or two fields of one entry disagree.
#[tokio::test]
async fn an_echo_that_cannot_be_read_is_no_word_about_a_user() {
    let stage = Stage::new();
    let meta = |entry: &str| format!(r#"{{"block_users":{{"added_users":[{entry}]}}}}"#);
    let entries = [
        r#"{"input":"+15559990000","wa_id":"16505551234"}"#,
        r#"{"input":"","wa_id":"16505551234"}"#,
        r#"{"input":"+15559990000","input":"+16505551234"}"#,
        r#"{"input":"+16505551234","input":"+16505551234"}"#,
        r#"{"input":["+16505551234"]}"#,
        r#"{"input":"++16505551234"}"#,
        r#"{"input":"0016505551234"}"#,
        r#"{"input":"+16505551234 "}"#,
        r#"{"user_id":"US.1","wa_id":"16505551234"}"#,
        r#"{"wa_id":null}"#,
        "{}",
        "null",
        r#""+16505551234""#,
    ];
    let mut answers: Vec<(&str, String)> = entries.iter().map(|entry| ("meta", meta(entry))).collect();
    answers.extend(entries.iter().map(|entry| ("nxcloud", format!(r#"{{"code":0,"data":{}}}"#, meta(entry)))));
    let empty = r#"{"block_users":{"added_users":[]}}"#;
    let twice = r#"{"block_users":{"added_users":[],"added_users":[{"input":"16505551234"}]}}"#;
    // Arrays in place of objects, their values in the fields' order.
    let entry = r#"[{"input":"+16505551234","wa_id":"16505551234"}]"#;
    answers.extend([
        ("meta", format!(r#"{{"block_users":[{entry},{entry}]}}"#)),
        ("meta", format!(r#"[{{"added_users":{entry}}}]"#)),
        ("nxcloud", format!(r#"{{"code":0,"data":{{"block_users":[{entry},{entry}]}}}}"#)),
        ("nxcloud", format!(r#"[0,{{"block_users":{{"added_users":{entry}}}}}]"#)),
        ("99digital", r#"["OK",1,"16505551234",null]"#.to_owned()),
    ]);
    answers.extend([("meta", empty.to_owned()), ("meta", twice.to_owned()), ("meta", "{}".to_owned())]);
    let echoes = ["15559990000", "+15559990000", "", "16505551234,15559990000", "++16505551234x"];
    answers.extend(
        echoes.iter().map(|echo| ("99digital", format!(r#"{{"status":"OK","whatsapp":"{echo}","reason":1}}"#))),
    );
    let fields =
        [r#""whatsapp":null"#, r#""whatsapp":["16505551234"]"#, r#""whatsapp":{}"#, r#""whatsapp":true"#, r#""x":1"#];
    answers.extend(fields.iter().map(|field| ("99digital", format!(r#"{{"status":"OK",{field},"reason":1}}"#))));
    for (provider, body) in answers {
        let client = stage.client_with(provider, json!({}), json!({ "max_retries": 0 }));
        stage.control("script", json!({ "responses": [{ "status": 200, "body": body }], "provider": provider }));
        let said = call(&client, "block", &[NUMBER.to_owned()]).await;
        let report = said.report.expect("a report within the error");
        assert_eq!(report.outcomes[0].state, State::Unknown, "{provider} {body}");
    }
}

/// What a server writes may end up in terminals and logs: it must not be able to colour, reorder or break their lines.
#[tokio::test]
async fn an_error_text_cannot_forge_lines_colours_or_directions() {
    let stage = Stage::new();
    let unfit = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    for provider in PROVIDERS.iter().copied() {
        let client = stage.client_with(provider, json!({}), json!({ "max_retries": 0 }));
        for operation in OPERATIONS {
            stage.fault(json!({ "name": "hostile_text", "provider": provider, "operation": operation }));
            let error = call(&client, operation, &[NUMBER.to_owned()]).await.why();
            assert!(!error.to_string().contains(unfit), "{provider} {operation}: {error:?}");
            stage.control("clear_faults", json!({}));
            // The same beside a status alone, where the body is quoted.
            let page = "<html>\u{1b}[31m\u{202e}\r\nfake line\0</html>";
            stage.control("script", json!({ "responses": [{ "status": 502, "body": page }], "provider": provider }));
            let error = call(&client, operation, &[NUMBER.to_owned()]).await.why();
            assert!(!error.to_string().contains(unfit), "{provider} {operation}: {error:?}");
        }
    }
}
