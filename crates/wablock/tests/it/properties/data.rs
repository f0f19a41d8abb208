//! Plain data: configurations, errors and reports go out as text and come back as they were.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use wablock::{
    ClientOptions, Error, ErrorKind, Naming, ProviderId, Report, Secret, Source, State, provider::Call,
    provider_from_value, settings,
};

use crate::{
    properties::{any_provider, cases, digits, with_option},
    support::{
        data::signing,
        stage::{has_option, most_of},
    },
};

fn any_error() -> impl Strategy<Value = Error> {
    (
        proptest::sample::select(ErrorKind::ALL),
        any::<String>(),
        proptest::option::of(any::<i64>()),
        proptest::option::of(any::<u16>()),
        proptest::option::of(any::<String>()),
        proptest::option::of(0u64..u64::MAX / 2_000),
        any::<bool>(),
    )
        .prop_map(|(kind, message, code, status, id, wait, retryable)| {
            let mut error = Error::new(kind, message)
                .with_request_id(id)
                .with_retry_after(wait.map(Duration::from_millis))
                .with_retryable(retryable);
            if let Some(code) = code {
                error = error.with_provider(&ProviderId::new("meta")).with_provider_code(code);
            }
            status.into_iter().fold(error, Error::with_status)
        })
}

/// A report as its JSON, with any mixture of outcomes.
fn any_report() -> impl Strategy<Value = Value> {
    let outcome = (any::<String>(), proptest::sample::select(&State::ALL[..]), digits(), any_error());
    let outcome = outcome.prop_map(|(input, state, number, error)| {
        let mut outcome = json!({ "input": input, "state": state.as_str(), "user": { "kind": "phone", "id": number } });
        if state == State::Done {
            outcome["wa_id"] = json!(number);
            outcome["extra"] = json!({ "new": [1, { "x": null }] });
        } else {
            outcome["error"] = serde_json::to_value(error).unwrap();
        }
        outcome
    });
    (any_provider(), any::<bool>(), proptest::collection::vec(outcome, 0..20), any::<u32>(), any::<u64>()).prop_map(
        |(provider, block, outcomes, requests, at)| {
            let operation = if block { "block" } else { "unblock" };
            json!({ "v": 1, "provider": provider, "operation": operation, "outcomes": outcomes, "requests": requests,
                "finished_at_ms": at })
        },
    )
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn an_error_survives_json(error in any_error()) {
        let read: Error = serde_json::from_str(&serde_json::to_string(&error).unwrap()).unwrap();
        prop_assert_eq!(read.retry_after(), error.retry_after());
        prop_assert_eq!(read.to_string(), error.to_string());
        prop_assert_eq!(read, error);
    }

    #[test]
    fn a_report_survives_json(report in any_report()) {
        let read = Report::from_json(&report.to_string()).unwrap();
        let again = Report::from_json(&read.to_json()).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&read.to_json()).unwrap(), report);
        prop_assert_eq!(again, read);
    }

    #[test]
    fn the_states_of_a_report_partition_its_outcomes(report in any_report()) {
        let report = Report::from_json(&report.to_string()).unwrap();
        let counts: usize = State::ALL.into_iter().map(|state| report.count(state)).sum();
        prop_assert_eq!(counts, report.outcomes.len());
        for state in State::ALL {
            prop_assert_eq!(report.in_state(state).count(), report.count(state));
            prop_assert_eq!(report.counts()[State::ALL.iter().position(|known| *known == state).unwrap()], report.count(state));
        }
        prop_assert_eq!(report.is_ok(), report.count(State::Done) == report.outcomes.len());
        prop_assert_eq!(report.cause().is_none(), report.is_ok());
    }

    #[test]
    fn reading_any_text_as_a_report_ends(text in any::<String>(), report in any_report(), at in any::<proptest::sample::Index>()) {
        prop_assert!(Report::from_json(&text).is_err());
        let mut cut = report.to_string();
        while !cut.is_char_boundary(at.index(cut.len())) {
            cut.pop();
        }
        cut.truncate(at.index(cut.len()));
        prop_assert!(Report::from_json(&cut).is_err());
    }

    #[test]
    fn any_value_is_a_configuration_or_a_config_error(
        provider in any_provider(), key in "[a-z_]{1,12}", text in any::<String>(), number in any::<f64>(),
    ) {
        for value in [json!(text), json!(number), json!([text]), json!({ &*key: text }), Value::Null] {
            for config in [value.clone(), json!({ "provider": value }), json!({ "provider": provider, &*key: value })] {
                prop_assert_eq!(provider_from_value(config).unwrap_err().kind(), ErrorKind::Config);
            }
        }
    }

    #[test]
    fn an_unknown_option_is_refused_by_its_name(id in any_provider(), key in "x_[a-z]{1,12}") {
        let mut config = signing(id);
        config[&*key] = json!(1);
        let error = provider_from_value(config).unwrap_err();
        let named = format!("`{key}`");
        prop_assert!(error.kind() == ErrorKind::Config && error.message().contains(&named), "{}", error);
    }

    #[test]
    fn the_environment_gives_the_same_requests_as_the_options(
        id in any_provider(), size in 1u32..20, noise in "[A-Z_]{1,9}",
    ) {
        let mut config = signing(id);
        config["base_url"] = json!("https://example.org/base");
        if has_option(id, "batch_size") {
            config["batch_size"] = json!(size);
        }
        config["allow_http"] = json!(true);
        let prefix = format!("WABLOCK_{}_", id.to_uppercase());
        let mut vars = vec![("WABLOCK_PROVIDER".to_owned(), id.to_owned()), (format!("X{noise}"), "x".to_owned())];
        for (key, value) in config.as_object().unwrap().iter().filter(|(key, _)| *key != "provider") {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            vars.push((format!("{prefix}{}", key.to_uppercase()), text));
        }
        let (from_vars, _) = settings(Source::Variables { vars, prefix: None }, json!({}), &Naming::snake()).unwrap();
        let given = provider_from_value(config).unwrap();
        prop_assert_eq!(from_vars.capabilities(), given.capabilities());
        let call = Call::List { cursor: None, limit: 5 };
        let (one, other) = (from_vars.encode(&call, 7).unwrap(), given.encode(&call, 7).unwrap());
        prop_assert_eq!(one.uri(), other.uri());
        prop_assert_eq!((one.headers(), one.body()), (other.headers(), other.body()));
    }

    #[test]
    fn a_batch_size_is_taken_up_to_the_documented_maximum(
        id in with_option("batch_size"), size in 0usize..2000,
    ) {
        let mut config = signing(id);
        let most = usize::try_from(most_of(id, "batch_size")).unwrap();
        config["batch_size"] = json!(size);
        match provider_from_value(config) {
            Ok(provider) => {
                prop_assert!((1..=most).contains(&size));
                prop_assert_eq!(provider.capabilities().max_users_per_request, size);
            }
            Err(error) => {
                prop_assert!(!(1..=most).contains(&size));
                prop_assert!(error.message().contains("`batch_size`"));
            }
        }
    }

    #[test]
    fn a_duration_is_taken_from_above_zero_to_a_year(seconds in prop_oneof![any::<f64>(), -10.0..1e9f64]) {
        let possible = (1e-9..=365.0 * 24.0 * 3600.0).contains(&seconds);
        let taken = ClientOptions::from_value(json!({ "timeout": seconds }));
        // JSON has no NaN and no infinity: they arrive as null, which is a missing value.
        if seconds.is_finite() {
            prop_assert_eq!(taken.is_ok(), possible, "{}", seconds);
        } else {
            prop_assert_eq!(taken.unwrap().timeout, None);
        }
    }

    #[test]
    fn any_options_are_taken_or_refused_by_name(
        row in proptest::sample::select(ClientOptions::TABLE.rows), number in any::<i64>(), text in "\\PC{6,40}",
    ) {
        for value in [json!(number), json!(text), json!([number]), json!(true), json!({}), json!(2.5), json!([text])] {
            if let Err(error) = ClientOptions::from_value(json!({ row.name: value })) {
                prop_assert_eq!(error.kind(), ErrorKind::Config);
                prop_assert_eq!(error.option(), Some(row.name));
                let named = format!("`{}` ", row.name);
                prop_assert!(error.message().starts_with(&named), "{}", error);
                prop_assert!(!error.to_string().contains(&text), "no text that may be a credential is repeated: {}", error);
            }
        }
    }

    #[test]
    fn a_secret_is_never_shown(text in "[!-~]{4,60}") {
        let secret = Secret::from(text.clone());
        prop_assert_eq!(format!("{secret} {secret:?} {:#?}", secret), "*** *** ***");
        prop_assert_eq!(secret.expose(), &*text);
    }
}
