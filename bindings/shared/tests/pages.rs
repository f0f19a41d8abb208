//! Lists are read one page ahead, and what is logged meanwhile has its listener.

use std::sync::{Arc, Mutex};

use serde_json::json;
use wablock::{Client, LogLevel, Naming, Source, settings};
use wablock_bindings::{Listener, Pages, logger};
use wablock_sandbox::{Options, Sandbox};

const USERS: usize = 50;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let users: Vec<_> = (0..USERS).map(|place| format!("1650555{place:04}")).collect();
    sandbox.control("seed", json!({ "provider": "meta", "blocked": users })).expect("users are seeded");
    sandbox
}

fn client(sandbox: &Sandbox, others: &Arc<Mutex<Vec<String>>>) -> Client {
    let mut config = sandbox.control("config", json!({ "provider": "meta" })).expect("a configuration");
    config["page_size"] = json!(10);
    let made = settings(Source::Config(config), json!({}), &Naming::snake());
    let (provider, mut options) = made.expect("a configuration");
    let others = Arc::clone(others);
    options.logger = logger(LogLevel::Debug, move |record| others.lock().unwrap().push(record.message));
    Client::new(provider, options).expect("a client")
}

fn requests(sandbox: &Sandbox) -> usize {
    sandbox.control("requests", json!({})).expect("the requests")["requests"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn pages_come_in_order_and_records_have_their_listener() {
    let sandbox = sandbox();
    let (others, kept) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<Vec<String>>>::default());
    let keep = Arc::clone(&kept);
    let listener = Listener::new(move |record| keep.lock().unwrap().push(record.message));
    let pages = Pages::new(client(&sandbox, &others).list(), true, Some(listener.clone()));
    let mut users = Vec::new();
    while let Some(page) = match pages.take() {
        Some(page) => Some(page),
        None => listener.clone().scope(pages.next()).await.expect("a page"),
    } {
        assert_eq!(page.len(), 10);
        users.extend(page);
    }
    assert_eq!(users.len(), USERS);
    assert_eq!(kept.lock().unwrap().len(), requests(&sandbox));
    assert_eq!(*others.lock().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn without_reading_ahead_nothing_is_sent_that_nobody_asked_for() {
    let sandbox = sandbox();
    let others = Arc::default();
    let pages = Pages::new(client(&sandbox, &others).list(), false, None);
    for asked in 1..=3 {
        assert!(pages.next().await.expect("a page").is_some());
        assert_eq!(requests(&sandbox), asked);
        assert!(pages.take().is_none());
    }
    assert_eq!(others.lock().unwrap().len(), 3);
    assert_eq!(pages.rest().await.expect("the rest").len(), USERS - 30);
}
