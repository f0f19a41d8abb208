//! Calls through the public face, against the sandbox.

use serde_json::{Value, json};
use wablock::{CallOptions, Client, ClientOptions, Report, provider_from_value};
use wablock_sandbox::Sandbox;

use super::{
    data::{over, users},
    expect::Came,
};

/// The provider's configuration with its own values laid over the file's, at the sandbox.
pub(crate) fn client(sandbox: &Sandbox, provider: &str, config: &Value, options: &Value) -> Client {
    let place = json!({ "provider": provider, "base_url": format!("{}/{provider}", sandbox.url()) });
    let config = provider_from_value(over(config, &place)).expect("a configuration that works");
    let options = if options.is_null() { json!({}) } else { options.clone() };
    Client::new(config, ClientOptions::from_value(options).expect("options that work")).expect("a client")
}

/// Runs `operation` (or `call`) of a vector or step; the report stays for a later settle.
pub(crate) async fn call(client: &Client, step: &Value) -> (Came, Option<Report>) {
    let operation = step.get("operation").or(step.get("call")).and_then(Value::as_str).expect("an operation");
    let options = CallOptions::default();
    if operation == "list" {
        return (list(client).await, None);
    }
    if let Some(user) = step["user"].as_str().filter(|_| operation == "is_blocked") {
        return (Came::of_question(client.is_blocked(user, &options).await.map(Some)), None);
    }
    if operation == "ping" {
        return (Came::of_question(client.ping(&options).await.map(|()| None)), None);
    }
    if operation == "check" {
        let report = client.check(users(&step["users"]));
        return (Came::of_bulk(Ok(&report)), Some(report));
    }
    let unblock = match operation {
        "block" => false,
        "unblock" => true,
        other => panic!("unknown operation {other}"),
    };
    if let Some(user) = step.get("user") {
        let user = user.as_str().expect("`user` is text");
        let result =
            if unblock { client.unblock_one(user, &options).await } else { client.block_one(user, &options).await };
        return (Came::of_one(result.as_ref()), None);
    }
    let users = users(&step["users"]);
    let result = if unblock { client.unblock(users).await } else { client.block(users).await };
    let came = Came::of_bulk(result.as_ref());
    (came, result.map_or_else(|error| error.report().cloned(), Some))
}

async fn list(client: &Client) -> Came {
    let (mut list, mut users) = (client.list(), Vec::new());
    loop {
        match list.next_page().await {
            Ok(Some(page)) => users.extend(page),
            Ok(None) => return Came::of_list(&users, None),
            Err(error) => return Came::of_list(&users, Some(&error)),
        }
    }
}

/// A command to the sandbox that must work.
pub(crate) fn control(sandbox: &Sandbox, command: &str, body: Value) -> Value {
    sandbox.control(command, body).unwrap_or_else(|error| panic!("{error}"))
}

/// Empties the sandbox and makes it answer with these, in their order.
pub(crate) fn script(sandbox: &Sandbox, provider: &str, responses: &Value) {
    control(sandbox, "reset", json!({}));
    let waiting = control(sandbox, "script", json!({ "provider": provider, "responses": responses }));
    assert_eq!(waiting["waiting"].as_u64(), responses.as_array().map(|responses| responses.len() as u64));
}

/// What was asked since the last reset.
pub(crate) fn recorded(sandbox: &Sandbox) -> Vec<Value> {
    let answer = control(sandbox, "requests", json!({}));
    answer["requests"].as_array().expect("`requests` is an array").clone()
}
