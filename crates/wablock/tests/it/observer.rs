//! What a call tells its observer: who is about to be sent, and what came of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use serde_json::json;
use wablock::{CallEvent, CallOptions, Outcome, State};

use crate::support::stage::{PROVIDERS, Stage, numbers};

#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Begun(usize),
    Sending(Vec<String>),
    Settled(Vec<Outcome>, usize, usize),
}

/// Options that write down every event, with the numbers that progress is called with.
type Record<T> = Arc<Mutex<Vec<T>>>;

fn recording() -> (CallOptions, Record<Seen>, Record<(usize, usize)>) {
    let (seen, counted) = (Record::default(), Record::default());
    let mut options = CallOptions::default();
    let sink = Arc::clone(&seen);
    options.observer = Some(Arc::new(move |event| {
        sink.lock().unwrap().push(match event {
            CallEvent::Begun { users } => Seen::Begun(*users),
            CallEvent::Sending { users } => Seen::Sending(users.iter().map(|user| user.id().to_owned()).collect()),
            CallEvent::Settled { outcomes, done, of } => Seen::Settled(outcomes.to_vec(), *done, *of),
            event => panic!("a new event: {event:?}"),
        });
    }));
    let sink = Arc::clone(&counted);
    options.progress = Some(Arc::new(move |done, of| sink.lock().unwrap().push((done, of))));
    (options, seen, counted)
}

/// Every user is announced before the outcome, and the last outcome of each is the report's.
#[tokio::test]
async fn every_outcome_was_announced_and_is_the_reports() {
    let stage = Stage::new();
    for provider in PROVIDERS.iter().copied() {
        let mut users = numbers(30);
        users.extend(["+15550131047".to_owned(), users[3].clone(), "my neighbour".to_owned()]);
        let (options, seen, counted) = recording();
        let client = stage.client_with(provider, json!({}), json!({ "rate_limit": 1e6 }));
        let report = client.block_with(&users, &options).await.unwrap_or_else(|error| panic!("{provider}: {error}"));

        let seen = seen.lock().unwrap();
        assert_eq!(seen[0], Seen::Begun(31), "{provider}");
        let mut announced = Vec::new();
        let mut last = HashMap::new();
        for event in &seen[1..] {
            match event {
                Seen::Begun(_) => panic!("{provider} began twice"),
                Seen::Sending(users) => announced.extend(users.clone()),
                Seen::Settled(outcomes, ..) => outcomes.iter().for_each(|outcome| {
                    let id = outcome.user.as_ref().unwrap().id().to_owned();
                    assert!(announced.contains(&id), "{provider}: {id} was never announced");
                    last.insert(id, outcome.clone());
                }),
            }
        }
        assert_eq!(last.len(), 31, "{provider}");
        for outcome in &report.outcomes {
            let Some(user) = &outcome.user else { continue };
            let told = &last[user.id()];
            assert_eq!((told.state, &told.error), (outcome.state, &outcome.error), "{provider}");
        }
        let numbers = seen.iter().filter_map(|event| match event {
            Seen::Begun(users) => Some((0, *users)),
            Seen::Settled(_, done, of) => Some((*done, *of)),
            Seen::Sending(_) => None,
        });
        assert_eq!(numbers.collect::<Vec<_>>(), *counted.lock().unwrap(), "{provider}");
    }
}

#[tokio::test]
async fn nobody_leaves_unannounced() {
    let stage = Arc::new(Stage::new());
    let client = stage.client_with("meta", json!({ "batch_size": 2 }), json!({ "concurrency": 1 }));
    let mut options = CallOptions::default();
    let (room, sent) = (Arc::clone(&stage), Arc::new(Mutex::new(0)));
    let count = Arc::clone(&sent);
    options.observer = Some(Arc::new(move |event| {
        if let CallEvent::Sending { .. } = event {
            assert_eq!(room.requests("meta", "block").len(), *count.lock().unwrap(), "announced after it was sent");
            *count.lock().unwrap() += 1;
        }
    }));
    assert!(client.block_with(numbers(6), &options).await.unwrap().is_ok());
    assert!(client.block_one("+16505551234", &options).await.unwrap().is_ok());
    assert_eq!(*sent.lock().unwrap(), 4);
}

/// A user whom the provider asks to send again is announced again, and the last outcome counts.
#[tokio::test]
async fn a_user_who_is_sent_again_is_announced_again() {
    let stage = Stage::new();
    let failing = json!({ "messaging_product": "whatsapp", "block_users": { "failed_users": [
        { "input": "+16505551234", "errors": [{ "code": 131_000, "message": "Something went wrong" }] } ] } });
    let done = json!({ "messaging_product": "whatsapp", "block_users": { "added_users": [
        { "input": "+16505551234", "wa_id": "16505551234" } ] } });
    stage.control(
        "script",
        json!({ "provider": "meta", "responses": [
        { "status": 200, "body": failing }, { "status": 200, "body": done } ] }),
    );
    let (options, seen, _) = recording();
    let report = stage.client("meta").block_with(["+16505551234"], &options).await.unwrap();
    assert!(report.is_ok());
    let states: Vec<_> = seen
        .lock()
        .unwrap()
        .iter()
        .map(|event| match event {
            Seen::Begun(_) => "begun",
            Seen::Sending(_) => "sending",
            Seen::Settled(outcomes, ..) if outcomes[0].state == State::Done => "done",
            Seen::Settled(..) => "failed",
        })
        .collect();
    assert_eq!(states, ["begun", "sending", "failed", "sending", "done"]);
}
