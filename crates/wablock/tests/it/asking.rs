//! Asking before acting: `check`, `is_blocked`, `ping`; and what wablock gave goes back in as it came.

use serde_json::{Value, json};
use wablock::{
    BlockedUser, CallOptions, Client, ErrorKind, Input, Operation, Outcome, Report, State, User, UserFields, UserKind,
    UserSet,
};

use crate::support::stage::Stage;

fn meta(stage: &Stage, options: &Value) -> Client {
    stage.client_with("meta", json!({}), options.clone())
}

fn requests(stage: &Stage) -> usize {
    stage.control("requests", json!({}))["requests"].as_array().expect("requests").len()
}

/// How `check` reads one input.
fn read(client: &Client, input: impl Into<Input>) -> Outcome {
    let mut report = client.check([input.into()]);
    assert_eq!((report.outcomes.len(), report.requests, report.operation), (1, 0, Operation::Check));
    report.outcomes.remove(0)
}

fn id(outcome: &Outcome) -> Option<(UserKind, &str)> {
    outcome.user.as_ref().map(|user| (user.kind(), user.id()))
}

fn blocked(json: Value) -> BlockedUser {
    serde_json::from_value(json).expect("a blocked user")
}

#[test]
fn check_reads_and_sends_nothing_also_on_a_closed_client() {
    let stage = Stage::new();
    let client = meta(&stage, &json!({}));
    client.close();
    let report = client.check(["+1 (650) 555-1234", "my neighbour", "16505551234", "US.1349"]);
    let states: Vec<_> = report.outcomes.iter().map(|outcome| outcome.state).collect();
    assert_eq!(states, [State::NotSent, State::Failed, State::NotSent, State::NotSent]);
    assert!(report.in_state(State::NotSent).all(|outcome| outcome.error.is_none()));
    assert_eq!(report.cause().expect("the failed one's error").kind(), ErrorKind::InvalidUser);
    assert_eq!(Report::from_json(&report.to_json()).expect("a report"), report);
    assert_eq!(requests(&stage), 0);
}

#[test]
fn check_says_what_the_provider_cannot_take_and_still_knows_who_it_is() {
    let stage = Stage::new();
    let outcome = read(&stage.client("sinch"), "US.1349");
    assert_eq!((outcome.state, id(&outcome)), (State::Failed, Some((UserKind::Bsuid, "US.1349"))));
    assert_eq!(outcome.error.as_ref().expect("an error").kind(), ErrorKind::Unsupported);
    // Another provider takes this user: the outcome goes back in.
    assert_eq!(read(&meta(&stage, &json!({})), &outcome).state, State::NotSent);
}

#[test]
fn what_the_api_gave_goes_back_as_it_came_whatever_the_region() {
    let stage = Stage::new();
    for region in [json!({}), json!({ "default_region": "IL" }), json!({ "default_region": "BR" })] {
        let client = meta(&stage, &region);
        // Forms of wa_ids that exist, and ids of a form that nobody has seen yet.
        for wa_id in
            ["553187654321", "5215512345678", "447400123456", "0501234567", "12", "990123456789012345", "a1.B2"]
        {
            let row = BlockedUser::from_wa_id(wa_id);
            let outcome = read(&client, &row);
            assert_eq!((outcome.state, id(&outcome)), (State::NotSent, Some((UserKind::WaId, wa_id))));
            assert_eq!(&*outcome.input, wa_id);
            // And again, as an outcome, as its user, and through JSON.
            assert_eq!(id(&read(&client, &outcome)), id(&outcome));
            assert_eq!(id(&read(&client, outcome.user.as_ref().expect("a user"))), id(&outcome));
            let again: Outcome = serde_json::from_str(&serde_json::to_string(&outcome).unwrap()).expect("an outcome");
            assert_eq!(id(&read(&client, again)), id(&outcome));
        }
        for user_id in ["US.13491208655302741918", "US.ENT.1181", "nobody", "123"] {
            let outcome = read(&client, blocked(json!({ "user_id": user_id })));
            assert_eq!((outcome.state, id(&outcome)), (State::NotSent, Some((UserKind::Bsuid, user_id))));
        }
        let both = read(&client, blocked(json!({ "wa_id": "16505551234", "user_id": "US.1349" })));
        assert_eq!(id(&both), Some((UserKind::WaId, "16505551234")));
        assert_eq!(id(&read(&client, Input::wa_id("+16505551234"))), Some((UserKind::WaId, "16505551234")));
        assert_eq!(id(&read(&client, Input::wa_id("US.1349"))), Some((UserKind::Bsuid, "US.1349")));
    }
}

#[test]
fn what_is_no_id_is_not_sent_and_not_read_as_something_else() {
    let stage = Stage::new();
    let client = meta(&stage, &json!({ "default_region": "IL" }));
    let long = "1".repeat(129);
    for wrong in ["", "+", "050-123 4567", "1650 5551234", "1650\"5551234", "16505551234\n", "١٢٣٤٥٦٧", &long] {
        for input in [Input::wa_id(wrong), Input::bsuid(wrong), BlockedUser::from_wa_id(wrong).into()] {
            let outcome = read(&client, input);
            assert_eq!((outcome.state, id(&outcome), &*outcome.input), (State::Failed, None, wrong));
            assert_eq!(outcome.error.expect("an error").kind(), ErrorKind::InvalidUser);
        }
    }
    let nobody = read(&client, blocked(json!({})));
    assert!(nobody.error.expect("an error").message().contains("missing"));
}

#[test]
fn an_outcome_goes_back_as_it_was_sent_and_one_that_names_nobody_fails() {
    let stage = Stage::new();
    let client = meta(&stage, &json!({ "default_region": "IL" }));
    let outcome = |json: Value| serde_json::from_value::<Outcome>(json).expect("an outcome");
    let sent = outcome(json!({
        "input": "+55 31 98765 4321", "state": "done", "wa_id": "553187654321",
        "user": { "kind": "phone", "id": "5531987654321" },
    }));
    assert_eq!(id(&read(&client, &sent)), Some((UserKind::Phone, "5531987654321")));
    let resolved = outcome(json!({ "input": "x", "state": "done", "wa_id": "553187654321" }));
    assert_eq!(id(&read(&client, resolved)), Some((UserKind::WaId, "553187654321")));
    let failed = read(&client, outcome(json!({ "input": "050-123 4567", "state": "failed" })));
    assert_eq!((failed.state, &*failed.input), (State::Failed, "050-123 4567"));
    assert!(failed.error.expect("an error").message().contains("has no user"));
}

#[test]
fn a_missing_user_fails_alone() {
    let stage = Stage::new();
    let client = meta(&stage, &json!({}));
    let report = client.check([Some("+16505551234"), None]);
    assert_eq!((report.count(State::NotSent), report.count(State::Failed)), (1, 1));
    let error = report.outcomes[1].error.as_ref().expect("an error");
    assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidUser, "the user is missing (None)"));
    assert!("fail".parse::<wablock::OnMissing>().is_ok() && "skip".parse::<wablock::OnMissing>().is_err());
}

#[test]
fn of_several_ids_in_a_row_the_first_counts_and_all_must_agree() {
    let stage = Stage::new();
    let client = meta(&stage, &json!({}));
    let row = |wa_id: Option<&str>, user_id: Option<&str>, user: Option<&str>| {
        let text = |text: Option<&str>| text.map(Into::into);
        let mut fields = UserFields::default();
        (fields.wa_id, fields.user_id, fields.user) = (text(wa_id), text(user_id), user.map(Input::from));
        fields.into_input()
    };
    for (wa_id, user_id, user, expected) in [
        (Some("16505551234"), Some("US.1"), Some("+1 650 555 1234"), "16505551234"),
        (Some("553187654321"), None, Some("+55 31 98765-4321"), "553187654321"),
        (Some("16505551234"), None, Some("US.1"), "16505551234"),
        (None, Some("US.1"), Some("US.1"), "US.1"),
        (Some(" "), Some(""), Some("+16505551234"), "16505551234"),
        (None, None, Some("+16505551234"), "16505551234"),
    ] {
        let outcome = read(&client, row(wa_id, user_id, user));
        assert_eq!(outcome.user.as_ref().map(User::id), Some(expected), "{:?}", outcome.error);
    }
    for (wa_id, user_id, user) in [
        (Some("16505551234"), None, Some("16505551235")),
        (Some("16505551234"), Some("US.1"), Some("US.2")),
        (Some("16505551234"), None, Some("Ana")),
        (None, Some("US.1"), Some("US.2")),
    ] {
        let outcome = read(&client, row(wa_id, user_id, user));
        assert_eq!((outcome.state, id(&outcome)), (State::Failed, None), "{wa_id:?} {user_id:?} {user:?}");
        let error = outcome.error.expect("an error");
        assert!(error.message().contains("contains both") && !error.message().contains("16505551234"), "{error}");
    }
    assert!(row(None, None, None).is_none());
    for empty in [row(Some(""), None, None), row(None, Some(" "), Some("")), row(None, None, Some(""))] {
        let error = read(&client, empty).error.expect("an error");
        assert!(error.message().contains("is empty"), "{error}");
    }
}

#[tokio::test]
async fn a_whole_list_and_a_report_go_back_in() {
    let stage = Stage::new();
    let client = meta(&stage, &json!({}));
    let report = client.block(["+16505551234", "15550131047", "972501234567"]).await.expect("a report");
    let listed = client.list().collect().await.expect("a list");
    assert_eq!(listed.len(), 2);
    assert!(client.unblock(&listed).await.expect("a report").is_ok());
    assert!(client.block(report.in_state(State::Done)).await.expect("a report").is_ok());
    assert!(client.unblock(listed).await.expect("a report").is_ok());
}

#[tokio::test]
async fn is_blocked_reads_up_to_the_page_that_says_so() {
    let stage = Stage::new();
    let client = meta(&stage, &json!({}));
    let many: Vec<_> = (0..250).map(|n| format!("1650555{n:04}")).collect();
    stage.control("seed", json!({ "provider": "meta", "blocked": many }));
    let ask = |user: &str| {
        let (client, user) = (client.clone(), user.to_owned());
        async move { client.is_blocked(user, &CallOptions::default()).await }
    };
    // The first is on the first page, the last on the last, and who is not there on none.
    let mut asked = vec![0];
    for (user, expected) in [("+1 (650) 555-0000", true), ("+1 (650) 555-0249", true), ("+1 650 555 9999", false)] {
        assert_eq!(ask(user).await.ok(), Some(expected), "{user}");
        asked.push(requests(&stage));
    }
    let asked: Vec<_> = asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(asked[0] == 1 && asked[1] == 3 && asked[2] >= 3, "{asked:?}");
    assert_eq!(ask("nobody").await.expect_err("no user").kind(), ErrorKind::InvalidUser);
    let all = client.list().collect().await.expect("a list");
    let set = UserSet::of_list(&all);
    assert!(set.has("+1 (650) 555-0249").unwrap() && set.has(&all[7]).unwrap() && !set.has("+1 650 555 9999").unwrap());
    assert_eq!(set.has("650-555-0249 ext").expect_err("no user").kind(), ErrorKind::InvalidUser);
    client.close();
    assert_eq!(ask("+16505550249").await.expect_err("closed").kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn where_the_list_cannot_tell_nobody_says_no() {
    let stage = Stage::new();
    let page = |rows: Value| json!([{ "status": 200, "body": { "data": rows } }]);
    for (rows, user, expected) in [
        (json!([]), "+16505551234", Ok(false)),
        (json!([{ "user_id": "US.1" }]), "+16505551234", Err(ErrorKind::Unsupported)),
        (json!([{ "user_id": "US.1" }]), "US.2", Ok(false)),
        (json!([{ "user_id": "US.1" }]), "US.1", Ok(true)),
        (json!([{ "wa_id": "16505551234" }]), "US.1", Err(ErrorKind::Unsupported)),
        (json!([{ "wa_id": "16505551234" }, { "user_id": "US.1" }]), "+16505551234", Ok(true)),
        (json!([{ "wa_id": "16505551234" }, { "user_id": "US.1" }]), "+16505551235", Err(ErrorKind::Unsupported)),
        (json!([{ "wa_id": "553187654321", "user_id": "BR.1" }]), "+55 31 98765-4321", Ok(true)),
    ] {
        stage.control("script", json!({ "provider": "meta", "responses": page(rows.clone()) }));
        let client = meta(&stage, &json!({}));
        let found = client.is_blocked(user, &CallOptions::default()).await.map_err(|error| error.kind());
        assert_eq!(found, expected, "{rows} {user}");
        let listed: Vec<BlockedUser> = serde_json::from_value(rows.clone()).expect("rows");
        let found = UserSet::of_list(&listed).has(user).map_err(|error| error.kind());
        assert_eq!(found, expected, "{rows} {user}");
    }
    // Somebody known by both ids is found by either.
    let both = blocked(json!({ "wa_id": "16505551234", "user_id": "US.1" }));
    assert!(UserSet::of_list(&[blocked(json!({ "user_id": "US.1" }))]).has(&both).unwrap());
    assert!(!UserSet::of_list(&[blocked(json!({ "user_id": "US.2" }))]).has(&both).unwrap());
}

#[tokio::test]
async fn ping_reads_one_user_and_says_what_is_wrong() {
    let stage = Stage::new();
    for provider in ["meta", "nxcloud", "99digital"] {
        let before = requests(&stage);
        let client = stage.client(provider);
        client.ping(&CallOptions::default()).await.unwrap_or_else(|error| panic!("{provider}: {error}"));
        assert_eq!(requests(&stage) - before, 1);
    }
    let stranger = stage.client_with("meta", json!({ "access_token": "wrong" }), json!({}));
    assert_eq!(stranger.ping(&CallOptions::default()).await.expect_err("a refusal").kind(), ErrorKind::Auth);
    let report = UserSet::of_report(&stranger.check(["+1 650 555 1234", "nonsense"]));
    assert!(report.has("16505551234").unwrap() && !report.has("16505551235").unwrap());
}
