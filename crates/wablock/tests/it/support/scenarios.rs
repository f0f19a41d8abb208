//! Journeys of many steps against the sandbox's own answers.

use serde_json::{Value, json};
use wablock::{CallOptions, Client, Report};
use wablock_sandbox::Sandbox;

use super::{
    calls::{call, client, control, recorded},
    data::{over, users},
    expect::{Came, same},
};

/// Runs one scenario; what is not as expected, with the step's number.
pub(crate) async fn run(sandbox: &Sandbox, scenario: &Value) -> Vec<String> {
    control(sandbox, "reset", json!({}));
    let mut wrong = Vec::new();
    let mut client = new_client(sandbox, scenario, &Value::Null);
    let mut report: Option<Report> = None;
    for (number, step) in scenario["steps"].as_array().expect("`steps` is an array").iter().enumerate() {
        let mut differences = Vec::new();
        if let Some(command) = step.get("control") {
            let answer = control(sandbox, command.as_str().expect("a command"), with_ranges(step.get("with")));
            for (key, expected) in step["expect"].as_object().into_iter().flatten() {
                same(key, &answer[key], expected, &mut differences);
            }
        } else if step.get("client").is_some() {
            client = new_client(sandbox, scenario, step);
        } else {
            let before = recorded(sandbox).len();
            let came = if step["call"] == "settle" {
                let unsettled = report.take().expect("a report to settle");
                let settled = client.settle(&unsettled, &CallOptions::default()).await.expect("a settled report");
                let came = Came::of_bulk(Ok(&settled));
                report = Some(settled);
                came
            } else {
                let (came, of_call) = call(&client, step).await;
                report = of_call.or(report);
                came
            };
            differences = came.differences(&step["expect"]);
            let asked = json!(recorded(sandbox).len() - before);
            same("requests", &asked, &step["expect"]["requests"], &mut differences);
        }
        wrong.extend(differences.into_iter().map(|difference| format!("step {}: {difference}", number + 1)));
    }
    wrong
}

/// A client with the sandbox's own configuration, the scenario's changes, and those of the step that asks for a new one.
fn new_client(sandbox: &Sandbox, scenario: &Value, changes: &Value) -> Client {
    let provider = scenario["provider"].as_str().expect("a provider");
    let ready = control(sandbox, "config", json!({ "provider": provider }));
    let config = over(&over(&ready, &scenario["config"]), &changes["config"]);
    client(sandbox, provider, &config, &over(&scenario["options"], &changes["options"]))
}

/// The body of a command, the ranges in `blocked` written out.
fn with_ranges(body: Option<&Value>) -> Value {
    let mut body = body.cloned().unwrap_or_else(|| json!({}));
    if let Some(blocked) = body.get_mut("blocked") {
        *blocked = json!(users(blocked));
    }
    body
}
