//! Answers: whatever a server sends, decoding ends, and says done only where the body says so of that very user.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Response;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use wablock::{
    Change, User,
    provider::{Answer, Call},
};

use crate::{
    properties::{any_provider, cases, digits, most_users, provider},
    support::answers::{done_list, success},
};

const LIST: Call<'static> = Call::List { cursor: None, limit: 100 };

fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status.try_into().unwrap();
    response
}

/// JSON of any shape, rich in the keys that decoders look for.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        proptest::sample::select(&["OK", "FAIL", "16505551234", "+16505551234", "131047", "success", ""][..])
            .prop_map(str::to_owned),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        proptest::sample::select(&[0, 1, 9099, 100, 190, 130_429, 139_102, 1004][..]).prop_map(|code: i64| code.into()),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let key = proptest::sample::select(
        &[
            "code",
            "data",
            "error",
            "errors",
            "block_users",
            "added_users",
            "removed_users",
            "failed_users",
            "input",
            "wa_id",
            "user_id",
            "paging",
            "cursors",
            "after",
            "next",
            "status",
            "reason",
            "numbers",
            "whatsapp",
            "message",
            "details",
            "error_data",
            "is_transient",
            "traceId",
            "x",
        ][..],
    );
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..7).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
            }),
        ]
    })
}

fn fits(call: &Call<'_>, answer: &Answer) -> bool {
    match answer {
        Answer::Page(_) => matches!(call, Call::List { .. }),
        Answer::Users(_) | Answer::Everyone => !matches!(call, Call::List { .. }),
        Answer::Refused(refusal) => !refusal.error.message().is_empty() && refusal.error.message().len() < 5000,
    }
}

/// The names that a body's own word says yes about, read independently: every `input` below the list of the operation.
fn named_as_done(body: &[u8], list: &str) -> BTreeSet<String> {
    fn walk(value: &Value, list: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for entry in fields.get(list).and_then(Value::as_array).into_iter().flatten() {
                    for key in ["input", "wa_id", "user_id"] {
                        match &entry[key] {
                            Value::String(text) => drop(found.insert(text.trim_start_matches('+').to_owned())),
                            Value::Number(number) => drop(found.insert(number.to_string())),
                            _ => {}
                        }
                    }
                }
                fields.values().for_each(|inner| walk(inner, list, found));
            }
            Value::Array(items) => items.iter().for_each(|inner| walk(inner, list, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    walk(&serde_json::from_str(&String::from_utf8_lossy(body)).unwrap_or(Value::Null), list, &mut found);
    found
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn decoding_any_bytes_ends(id in any_provider(), status in 100u16..1000, body in any::<Vec<u8>>()) {
        let users = [User::phone("16505551234").unwrap()];
        let response = response(status, body);
        for call in [Call::Change(Change::Block, &users), Call::Change(Change::Unblock, &users), LIST] {
            prop_assert!(fits(&call, &provider(id).decode(&call, &response)));
        }
    }

    #[test]
    fn decoding_any_json_ends_and_says_done_only_of_whom_it_names(
        id in any_provider(), status in proptest::sample::select(&[200u16, 400, 429, 500][..]), body in any_json(),
    ) {
        let users = [User::phone("16505551234").unwrap()];
        let response = response(status, body.to_string());
        for (call, operation) in [(Call::Change(Change::Block, &users), "block"), (Call::Change(Change::Unblock, &users), "unblock"), (LIST, "list")] {
            let list = done_list(id, operation);
            let answer = provider(id).decode(&call, &response);
            prop_assert!(fits(&call, &answer));
            match answer {
                Answer::Users(items) => {
                    let done = named_as_done(response.body(), list);
                    for item in items.iter().filter(|item| item.result.is_ok()) {
                        for name in [&item.input, &item.wa_id, &item.user_id].into_iter().flatten() {
                            prop_assert!(done.contains(name.trim_start_matches('+')), "{} in {}", name, body);
                        }
                    }
                }
                // It names nobody, because its request names one user.
                Answer::Everyone if id == "1msg" => {
                    prop_assert!(body["result"].is_string() || body["result"] == true || body["success"] == true);
                }
                Answer::Everyone => {
                    prop_assert_eq!((id, body["status"].as_str()), ("99digital", Some("OK")));
                    prop_assert!(body["whatsapp"].to_string().contains("16505551234"));
                }
                Answer::Page(_) | Answer::Refused(_) => {}
            }
        }
    }

    #[test]
    fn a_true_answer_with_one_byte_changed_never_says_done_of_anybody_else(
        id in any_provider(), numbers in proptest::collection::btree_set(digits(), 1..6), block in any::<bool>(),
        at in any::<proptest::sample::Index>(), byte in any::<u8>(), kind in 0u8..3,
    ) {
        let numbers: Vec<_> = numbers.into_iter().take(most_users(id)).collect();
        let users: Vec<_> = numbers.iter().map(|number| User::phone(number).unwrap()).collect();
        let (call, operation) = if block { (Call::Change(Change::Block, &users), "block") } else { (Call::Change(Change::Unblock, &users), "unblock") };
        let list = done_list(id, operation);
        let mut body = success(id, operation, &numbers).into_bytes();
        if !body.is_empty() {
            let at = at.index(body.len());
            match kind {
                0 => body[at] = byte,
                1 => drop(body.remove(at)),
                _ => body.insert(at, byte),
            }
        }
        let response = response(200, body);
        match provider(id).decode(&call, &response) {
            Answer::Users(items) => {
                let done = named_as_done(response.body(), list);
                for name in items.iter().filter(|item| item.result.is_ok()).filter_map(|item| item.input.as_deref()) {
                    prop_assert!(done.contains(name.trim_start_matches('+')), "{}", name);
                }
            }
            Answer::Everyone if id == "99digital" => {
                let body: Value = serde_json::from_str(&String::from_utf8_lossy(response.body())).unwrap();
                let echo = body["whatsapp"].as_str().map_or_else(|| body["whatsapp"].to_string(), str::to_owned);
                prop_assert_eq!(echo.trim_start_matches('+'), &*numbers[0]);
            }
            Answer::Everyone => prop_assert!(id == "1msg" || id == "sinch" && response.body().is_empty()),
            answer => prop_assert!(fits(&call, &answer)),
        }
    }

    #[test]
    fn a_cut_answer_never_says_done(id in any_provider(), number in digits(), cut in any::<proptest::sample::Index>()) {
        let users = [User::phone(&number).unwrap()];
        let whole = success(id, "block", &[&number]);
        prop_assume!(!whole.is_empty());
        let response = response(200, whole.as_bytes()[..cut.index(whole.len())].to_vec());
        prop_assert!(matches!(provider(id).decode(&Call::Change(Change::Block, &users), &response), Answer::Refused(_)));
    }

    #[test]
    fn the_answer_to_one_write_is_no_answer_to_the_other(
        id in proptest::sample::select(&["meta", "nxcloud", "zernio"][..]), number in digits(), block in any::<bool>(),
    ) {
        let users = [User::phone(&number).unwrap()];
        let (call, other) = if block { (Call::Change(Change::Block, &users), "unblock") } else { (Call::Change(Change::Unblock, &users), "block") };
        let answer = provider(id).decode(&call, &response(200, success(id, other, &[&number])));
        prop_assert_eq!(answer, Answer::Users(Vec::new()));
    }

    #[test]
    fn a_page_has_the_bodys_users_in_its_order(id in any_provider(), numbers in proptest::collection::vec(digits(), 0..99)) {
        let body = success(id, "list", &numbers);
        let Answer::Page(page) = provider(id).decode(&LIST, &response(200, body)) else { panic!("no page") };
        prop_assert_eq!(page.users.iter().map(|user| user.id().to_owned()).collect::<Vec<_>>(), numbers);
        prop_assert_eq!(page.next, None);
    }

    #[test]
    fn what_is_not_known_of_a_user_is_kept(key in "[a-z]{9,12}", value in any_json(), number in digits()) {
        let users = [User::phone(&number).unwrap()];
        let entry = json!({ "input": number, &*key: value });
        let body = json!({ "block_users": { "added_users": [entry] } });
        let Answer::Users(items) = provider("meta").decode(&Call::Change(Change::Block, &users), &response(200, body.to_string())) else {
            panic!("no users")
        };
        prop_assert_eq!(items[0].extra.as_deref().and_then(|extra| extra.get(&*key)), Some(&value));
    }
}
