//! Calls against the sandbox: every input is accounted for, nobody is sent twice, and doing it again changes nothing.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;
use wablock::{CallOptions, Report, State};

use crate::{
    properties::{any_provider, cases, with_option},
    support::{
        answers,
        stage::{Stage, has_option, most_of, numbers},
    },
};

/// Places in a small pool of numbers, in several spellings, and some that name nobody.
fn inputs() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::vec((0usize..30, 0usize..5), 1..60)
}

fn written(given: &[(usize, usize)]) -> Vec<String> {
    let pool = numbers(30);
    given
        .iter()
        .map(|(place, how)| match how {
            0 => pool[*place].clone(),
            1 => format!("+{}", pool[*place]),
            2 => format!("00{} {}", &pool[*place][..3], &pool[*place][3..]),
            3 => format!("+{}-{}", &pool[*place][..4], &pool[*place][4..]),
            _ => format!("nobody {place}"),
        })
        .collect()
}

/// The numbers that the inputs name.
fn named(given: &[(usize, usize)]) -> BTreeSet<String> {
    let pool = numbers(30);
    given.iter().filter(|(_, how)| *how < 4).map(|(place, _)| pool[*place].clone()).collect()
}

/// Calls on a runtime of their own, because a property is no async function.
fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn report(result: Result<Report, wablock::CallError>) -> Report {
    result.unwrap_or_else(|failed| failed.into_parts().1.expect("a report"))
}

/// The users that a provider's recorded requests named, one by one.
fn sent(stage: &Stage, provider: &str) -> Vec<String> {
    let body = |request: &serde_json::Value| -> serde_json::Value {
        match &request["body"] {
            serde_json::Value::String(text) => serde_json::from_str(text).unwrap(),
            value => value.clone(),
        }
    };
    stage.requests(provider, "block").iter().flat_map(|request| answers::named(provider, &body(request))).collect()
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn outcomes_stand_for_the_inputs_in_order_and_nobody_is_sent_twice(id in any_provider(), given in inputs()) {
        let stage = Stage::new();
        let inputs = written(&given);
        let report = report(run(stage.client(id).block(&inputs)));
        let echoed: Vec<_> = report.outcomes.iter().map(|outcome| outcome.input.to_string()).collect();
        prop_assert_eq!(&echoed, &inputs);
        for (outcome, (_, how)) in report.outcomes.iter().zip(&given) {
            prop_assert_eq!(outcome.state, if *how < 4 { State::Done } else { State::Failed });
            prop_assert_eq!(outcome.error.is_none(), outcome.state == State::Done);
        }
        let sent = sent(&stage, id);
        prop_assert_eq!(sent.len(), named(&given).len(), "each user is sent once");
        prop_assert_eq!(sent.into_iter().collect::<BTreeSet<_>>(), named(&given));
    }

    #[test]
    fn users_gathered_in_pieces_are_those_given_at_once(
        id in any_provider(), given in inputs(), sizes in proptest::collection::vec(1usize..20, 1..6),
    ) {
        let inputs = written(&given);
        let (one, other) = (Stage::new(), Stage::new());
        let at_once = report(run(one.client(id).block(&inputs)));
        let in_pieces = async {
            let client = other.client(id);
            let mut users = client.user_stream();
            let (mut rest, mut sizes) = (&inputs[..], sizes.iter().cycle());
            while !rest.is_empty() {
                let (piece, left) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
                users.add(piece.to_vec());
                rest = left;
            }
            client.block_stream(users, &CallOptions::default()).await
        };
        let in_pieces = report(run(in_pieces));
        prop_assert_eq!(in_pieces.outcomes, at_once.outcomes);
        prop_assert_eq!(sent(&other, id), sent(&one, id));
    }

    #[test]
    fn no_request_holds_more_users_than_the_capability(
        id in with_option("batch_size"), size in 1usize..20, count in 1usize..60,
    ) {
        let stage = Stage::new();
        let client = stage.client_with(id, json!({ "batch_size": size }), json!({}));
        let report = report(run(client.block(numbers(count))));
        prop_assert!(report.is_ok());
        prop_assert_eq!(report.requests as usize, count.div_ceil(size));
        prop_assert_eq!(stage.blocked(id).len(), count);
    }

    #[test]
    fn doing_it_twice_is_doing_it_once(id in any_provider(), given in inputs()) {
        let stage = Stage::new();
        let client = stage.client(id);
        let inputs = written(&given);
        let states = |report: &Report| report.outcomes.iter().map(|outcome| outcome.state).collect::<Vec<_>>();
        let once = report(run(client.block(&inputs)));
        let blocked = stage.blocked(id);
        // A client's connections belong to the runtime of its first call.
        let twice = report(run(stage.client(id).block(&inputs)));
        prop_assert_eq!(states(&once), states(&twice));
        prop_assert_eq!(blocked, stage.blocked(id));
    }

    #[test]
    fn unblocking_takes_off_exactly_those_that_were_named(id in any_provider(), given in inputs(), fewer in inputs()) {
        let stage = Stage::new();
        let both = async {
            let client = stage.client(id);
            let _ = client.block(written(&given)).await;
            let _ = client.unblock(written(&fewer)).await;
        };
        run(both);
        let left: BTreeSet<_> = named(&given).difference(&named(&fewer)).cloned().collect();
        prop_assert_eq!(stage.blocked(id).into_iter().collect::<BTreeSet<_>>(), left);
    }

    #[test]
    fn a_list_is_what_is_blocked_and_nobody_twice(
        id in any_provider(), count in 0usize..250, page in 1u32..150, small in any::<bool>(),
    ) {
        let stage = Stage::new();
        let blocked = numbers(count);
        stage.control("seed", json!({ "provider": id, "blocked": blocked }));
        let pages = has_option(id, "page_size");
        if small && pages {
            stage.fault(json!({ "name": "small_pages", "provider": id, "page_rows": 7 }));
        }
        let size = if pages { u64::from(page).min(most_of(id, "page_size")) } else { 0 };
        let changes = if pages { json!({ "page_size": size }) } else { json!({}) };
        let listed = run(stage.client_with(id, changes, json!({})).list().collect()).unwrap();
        let ids: BTreeSet<_> = listed.iter().map(|user| user.id().to_owned()).collect();
        prop_assert_eq!(ids.len(), listed.len());
        prop_assert_eq!(ids, blocked.into_iter().collect::<BTreeSet<_>>());
    }
}
