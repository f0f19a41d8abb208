//! Small fixed pieces of work whose instructions callgrind counts: no clock, so the same everywhere the same compiler is.
//!
//! With a name of [`CASES`] it prepares that case and then calls [`measured`], the only function that is counted. With
//! `bulk` and the server's URL it makes one call over 1,000 users, in which private functions of the library are counted.

use std::{hint::black_box, process::ExitCode};

use bytes::Bytes;
use http::{Method, Response};
use wablock::{Change, 
    Client, ClientOptions, MetaConfig, Provider, SignatureAlgorithm, SignatureInput, User, nxcloud_signature,
    provider::{Answer, Call},
    provider_from_value, same_user,
};

const USERS: usize = 1000;
const NOW_MS: u64 = 1_790_000_000_000;

type Work = Box<dyn Fn()>;

/// What is counted, by name.
const CASES: &[(&str, fn() -> Work)] = &[
    ("sign-md5", || signing(SignatureAlgorithm::Md5)),
    ("sign-sha256", || signing(SignatureAlgorithm::Sha256)),
    ("encode-meta-1000", || encoding(meta(), USERS)),
    ("encode-nxcloud-100", || encoding(nxcloud(), 100)),
    ("encode-99digital-1", || encoding(digital99(), 1)),
    ("decode-meta-block-1000", || decoding(meta(), USERS, &block_answer(USERS))),
    ("decode-nxcloud-block-100", || decoding(nxcloud(), 100, &nxcloud_answer())),
    ("decode-99digital-block-1", || decoding(digital99(), 1, r#"{"status":"OK","whatsapp":"16500000000"}"#)),
    ("decode-meta-page-1000", || decoding_a_page(&page())),
    ("parse-plain-1000", || parsing(|place| format!("+1650{place:07}"))),
    ("parse-written-1000", || parsing(|place| format!("+1 (650) {:03}-{:04}", place / 10_000, place % 10_000))),
    ("same-user-1000", comparing),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list"] => CASES.iter().for_each(|(name, _)| println!("{name}")),
        ["bulk", url] => bulk(url),
        [name] => match CASES.iter().find(|(known, _)| *known == name) {
            Some((_, make)) => measured(&make()),
            None => return ExitCode::FAILURE,
        },
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}

/// The function whose instructions are counted, with all that it calls.
#[inline(never)]
fn measured(work: &Work) {
    work();
}

fn users(count: usize) -> Vec<User> {
    (0..count).map(|place| User::phone(&format!("1650{place:07}")).expect("a number")).collect()
}

fn provider(value: serde_json::Value) -> Box<dyn Provider> {
    provider_from_value(value).expect("a configuration that works")
}

fn meta() -> Box<dyn Provider> {
    provider(serde_json::json!({"provider": "meta", "access_token": "EAABbench", "phone_number_id": "106540352242922"}))
}

fn nxcloud() -> Box<dyn Provider> {
    provider(serde_json::json!({
        "provider": "nxcloud", "access_key": "bench-access", "access_secret": "bench-secret", "app_key": "bench-app",
        "business_phone": "85255500001",
    }))
}

fn digital99() -> Box<dyn Provider> {
    provider(serde_json::json!({"provider": "99digital", "api_key": "bench-key", "from_number": "972555000001"}))
}

fn signing(algorithm: SignatureAlgorithm) -> Work {
    let body = block_answer(100).into_bytes();
    Box::new(move || {
        black_box(nxcloud_signature(&SignatureInput {
            access_key: "bench-access",
            access_secret: "bench-secret",
            ts: "1790000000000",
            body: &body,
            biz_type: "2",
            action: "mt",
            algorithm,
        }));
    })
}

fn encoding(provider: Box<dyn Provider>, count: usize) -> Work {
    let users = users(count);
    Box::new(move || {
        let request = provider.encode(&Call::Change(Change::Block, &users), NOW_MS).expect("a request");
        assert_eq!(*request.method(), Method::POST);
    })
}

fn decoding(provider: Box<dyn Provider>, count: usize, body: &str) -> Work {
    let users = users(count);
    let response = Response::new(Bytes::from(body.to_owned()));
    Box::new(move || match provider.decode(&Call::Change(Change::Block, &users), &response) {
        Answer::Users(items) => assert_eq!(items.len(), count),
        Answer::Everyone => assert_eq!(count, 1),
        answer => panic!("not read: {answer:?}"),
    })
}

fn decoding_a_page(body: &str) -> Work {
    let provider = meta();
    let response = Response::new(Bytes::from(body.to_owned()));
    Box::new(move || match provider.decode(&Call::List { cursor: None, limit: 1000 }, &response) {
        Answer::Page(page) => assert_eq!(page.users.len(), USERS),
        answer => panic!("not read: {answer:?}"),
    })
}

fn parsing(write: impl Fn(usize) -> String) -> Work {
    let inputs: Vec<String> = (0..USERS).map(write).collect();
    Box::new(move || {
        for input in &inputs {
            black_box(User::parse(input, None).expect("a number"));
        }
    })
}

fn comparing() -> Work {
    let pairs: Vec<_> = (0..USERS).map(|n| (format!("+55119{:08}", n), format!("5511{:08}", n))).collect();
    Box::new(move || assert!(pairs.iter().all(|(one, other)| same_user(one, other))))
}

fn block_answer(count: usize) -> String {
    let entry = |place| format!(r#"{{"input":"+1650{place:07}","wa_id":"1650{place:07}"}}"#);
    let entries: Vec<String> = (0..count).map(entry).collect();
    format!(r#"{{"messaging_product":"whatsapp","block_users":{{"added_users":[{}]}}}}"#, entries.join(","))
}

fn nxcloud_answer() -> String {
    let data = block_answer(100).replace(r#""input":"+"#, r#""input":""#);
    format!(r#"{{"code":0,"message":"success","data":{data},"traceId":"bench"}}"#)
}

fn page() -> String {
    let row = |place| format!(r#"{{"messaging_product":"whatsapp","wa_id":"1650{place:07}"}}"#);
    let rows: Vec<String> = (0..USERS).map(row).collect();
    format!(r#"{{"data":[{}],"paging":{{"cursors":{{"before":"a","after":"b"}}}}}}"#, rows.join(","))
}

/// One call over 1,000 users.
fn bulk(url: &str) {
    let config = MetaConfig::new("EAABbench", "106540352242922").base_url(url);
    let client = Client::new(config, ClientOptions::default()).expect("a configuration that works");
    let inputs: Vec<String> = (0..USERS).map(|place| format!("+1650{place:07}")).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report = runtime.block_on(client.block(inputs)).expect("a report");
    assert!(report.is_ok());
}
