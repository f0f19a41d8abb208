//! The shared vectors and scenarios of `tests/`, through the public face; the other languages run the same files.

use serde_json::{Value, json};
use wablock::{
    Client, ClientOptions, ErrorKind, Input, Report, SignatureInput, User, UserFields, nxcloud_signature,
    provider_from_value, same_user,
};
use wablock_sandbox::{Options, Sandbox};

use crate::support::{
    calls::{call, client, recorded, script},
    data::{file, files, over, users},
    expect::{check_error, of_error, same},
    report, requests, scenarios,
};

/// What must be there at least; a lost file must not pass for a small one.
const FEWEST_VECTORS: usize = 120;
/// Answers nothing and is not sent again: for vectors that are only about the request.
const NO_ANSWER: u16 = 418;

fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).expect("a sandbox")
}

fn title(file: &str, vector: &Value) -> String {
    format!("{file}: {}", vector["name"].as_str().expect("a name"))
}

#[test]
fn there_are_enough_vectors() {
    let count = |folder: &str| files(folder).iter().map(|file| file.rows("vectors").len()).sum::<usize>();
    assert!(count("vectors/requests") + count("vectors/answers") >= FEWEST_VECTORS);
}

#[tokio::test]
async fn request_vectors() {
    let sandbox = sandbox();
    let (mut ran, mut wrong) = (0, Vec::new());
    for file in files("vectors/requests") {
        let provider = file.content["provider"].as_str().expect("a provider");
        for vector in file.rows("vectors") {
            let title = title(&file.name, &vector);
            let config = over(&file.content["config"], &vector["config"]);
            let expected = requests::expected(&vector);
            let silence = vec![json!({ "status": NO_ANSWER }); expected.len()];
            script(&sandbox, provider, vector.get("responses").unwrap_or(&json!(silence)));
            call(&client(&sandbox, provider, &config, &vector["options"]), &vector).await;
            let seen: Vec<_> = recorded(&sandbox)
                .iter()
                .map(|record| requests::masked(requests::of_record(provider, record), &config))
                .collect();
            let mut differences = Vec::new();
            same("requests", &json!(seen), &json!(expected), &mut differences);
            wrong.extend(differences.into_iter().map(|difference| format!("{title}: {difference}")));
            ran += 1;
        }
    }
    report("request vectors", ran, &wrong);
}

/// The same vectors without a client: `encode` is pure, so even a signature has one right value at a given time.
#[test]
fn request_vectors_are_encoded_to_the_byte() {
    let (mut ran, mut signed, mut wrong) = (0, 0, Vec::new());
    for file in files("vectors/requests") {
        for vector in file.rows("vectors") {
            let expected = requests::expected(&vector);
            let provider = json!({ "provider": file.content["provider"] });
            let config = over(&over(&file.content["config"], &vector["config"]), &provider);
            let provider = provider_from_value(config).expect("a configuration that works");
            let region = vector["options"]["default_region"].as_str();
            let mut distinct: Vec<User> = Vec::new();
            for user in vector.get("users").map(users).unwrap_or_default() {
                let user =
                    User::parse(&user, region).ok().filter(|user| provider.capabilities().bsuid || !user.is_bsuid());
                distinct.extend(user.filter(|user| !distinct.contains(user)));
            }
            distinct.truncate(provider.capabilities().max_users_per_request);
            let signed_at = vector.get("signed_at");
            let ts = signed_at.map_or("0", |at| at["ts"].as_str().expect("a timestamp"));
            let operation = vector["operation"].as_str().expect("an operation");
            let now_ms = ts.parse().expect("milliseconds");
            let (origin, mut seen) = requests::of_encoding(&*provider, operation, &distinct, now_ms);
            let mut first = expected[0].clone();
            match signed_at {
                Some(at) => {
                    first["headers"]["ts"] = json!(ts);
                    first["headers"]["sign"] = at["sign"].clone();
                    signed += 1;
                }
                None if seen["headers"].get("sign").is_some() => {
                    seen["headers"]["ts"] = json!("{{ts}}");
                    seen["headers"]["sign"] = json!("{{sign}}");
                }
                None => {}
            }
            let mut differences = Vec::new();
            same("request", &seen, &first, &mut differences);
            let expected_origin = vector.get("origin").unwrap_or(&file.content["origin"]);
            same("origin", &json!(origin), expected_origin, &mut differences);
            let title = title(&file.name, &vector);
            wrong.extend(differences.into_iter().map(|difference| format!("{title}: {difference}")));
            ran += 1;
        }
    }
    report("encodings", ran, &wrong);
    assert!(signed >= 10, "only {signed} encodings had a signature to compare");
}

#[tokio::test]
async fn answer_vectors() {
    let sandbox = sandbox();
    let (mut ran, mut wrong) = (0, Vec::new());
    for file in files("vectors/answers") {
        let provider = file.content["provider"].as_str().expect("a provider");
        for vector in file.rows("vectors") {
            let config = over(&file.content["config"], &vector["config"]);
            script(&sandbox, provider, &vector["responses"]);
            let (came, _) = call(&client(&sandbox, provider, &config, &vector["options"]), &vector).await;
            let mut differences = came.differences(&vector["expect"]);
            let expected = vector["responses"].as_array().map(Vec::len);
            same("requests", &json!(recorded(&sandbox).len()), &json!(expected), &mut differences);
            if let Some(counted) = came.counted {
                same("the report's requests", &json!(counted), &json!(expected), &mut differences);
            }
            let title = title(&file.name, &vector);
            wrong.extend(differences.into_iter().map(|difference| format!("{title}: {difference}")));
            ran += 1;
        }
    }
    report("answer vectors", ran, &wrong);
}

#[tokio::test]
async fn scenario_files() {
    let sandbox = sandbox();
    let (mut ran, mut wrong) = (0, Vec::new());
    for file in files("scenarios") {
        for scenario in file.rows("scenarios") {
            let title = title(&file.name, &scenario);
            let differences = scenarios::run(&sandbox, &scenario).await;
            wrong.extend(differences.into_iter().map(|difference| format!("{title}: {difference}")));
            ran += 1;
        }
    }
    report("scenarios", ran, &wrong);
}

#[test]
fn user_vectors() {
    let (mut ran, mut wrong) = (0, Vec::new());
    let data = file("vectors/users.json");
    for vector in data.rows("vectors") {
        let input = vector["input"].as_str().expect("an input");
        let mut differences = Vec::new();
        match (User::parse(input, vector["region"].as_str()), vector.get("error")) {
            (Err(error), Some(expected)) => check_error("error", &of_error(&error), expected, &mut differences),
            (Ok(user), None) => {
                let user = json!({ "kind": user.kind().as_str(), "id": user.id() });
                same("user", &user, &vector["user"], &mut differences);
            }
            (result, _) => differences.push(format!("{result:?}")),
        }
        wrong.extend(differences.into_iter().map(|difference| format!("{input:?}: {difference}")));
        ran += 1;
    }
    for pair in data.rows("same_user") {
        let text = |key: &str| pair[key].as_str().expect("an id");
        if json!(same_user(text("one"), text("other"))) != pair["same"] {
            wrong.push(format!("same_user: {pair}"));
        }
        ran += 1;
    }
    report("user vectors", ran, &wrong);
}

#[test]
fn input_vectors() {
    let (mut ran, mut wrong) = (0, Vec::new());
    for vector in file("vectors/inputs.json").rows("vectors") {
        let config = json!({ "provider": "meta", "access_token": "token", "phone_number_id": "1" });
        let provider = provider_from_value(config).expect("a configuration that works");
        let mut options = ClientOptions::default();
        options.default_region = vector["region"].as_str().map(str::to_owned);
        let client = Client::new(provider, options).expect("a client");
        let checked = client.check([input(&vector["given"])]);
        let outcome = &checked.outcomes[0];
        let mut differences = Vec::new();
        same("input", &json!(&*outcome.input), &vector["input"], &mut differences);
        match (&outcome.error, vector.get("error")) {
            (Some(error), Some(expected)) => check_error("error", &of_error(error), expected, &mut differences),
            (None, None) => {
                let user = outcome.user.as_ref().map(|user| json!({ "kind": user.kind().as_str(), "id": user.id() }));
                same("user", &json!(user), &vector["user"], &mut differences);
            }
            _ => differences.push(format!("{outcome:?}")),
        }
        wrong.extend(differences.into_iter().map(|difference| format!("{}: {difference}", vector["given"])));
        ran += 1;
    }
    report("input vectors", ran, &wrong);
}

/// A user given as text, as named fields, or not at all.
fn input(given: &Value) -> Input {
    let Some(fields) = given.as_object() else {
        return given.as_str().map_or_else(|| Input::missing("null"), Input::from);
    };
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(Into::into);
    let mut named = UserFields::default();
    (named.kind, named.id) = (text("kind"), text("id"));
    (named.wa_id, named.user_id) = (text("wa_id"), text("user_id"));
    (named.input, named.state) = (text("input"), text("state"));
    named.user = fields.get("user").filter(|user| !user.is_null()).map(input);
    named.into_input().unwrap_or_else(|| Input::missing("null"))
}

/// The signature of a vector's headers over `body`.
#[test]
fn report_vectors() {
    let reports = file("vectors/reports.json");
    for vector in reports.rows("reports") {
        let name = &vector["name"];
        let mut given = vector["report"].clone();
        let fields = given.as_object_mut().expect("an object");
        for field in vector["without"].as_array().into_iter().flatten() {
            fields.remove(field.as_str().expect("a name"));
        }
        fields.extend(vector["with"].as_object().cloned().unwrap_or_default());
        match (Report::from_json(&given.to_string()), vector["refused"].as_str()) {
            (Ok(report), None) => {
                let errors = report.outcomes.iter().filter_map(|outcome| outcome.error.as_ref());
                let errors: Vec<_> =
                    errors.map(|error| json!({ "code": error.code(), "message": error.message() })).collect();
                assert_eq!(errors, *vector["errors"].as_array().unwrap_or(&Vec::new()), "{name}");
                let written: Value = serde_json::from_str(&report.to_json()).expect("JSON");
                assert_eq!(written["v"], 1, "{name}");
                assert_eq!(Report::from_json(&report.to_json()).as_ref(), Ok(&report), "{name}");
            }
            (Err(error), Some(refused)) => {
                assert_eq!(error.kind(), ErrorKind::Config, "{name}");
                assert!(error.message().contains(refused), "{name}: {error}");
            }
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
}

fn signature_of(vector: &Value, body: &str) -> String {
    let header = |name: &str| vector["headers"][name].as_str().expect("a header");
    nxcloud_signature(&SignatureInput {
        access_key: header("accessKey"),
        access_secret: vector["access_secret"].as_str().expect("a secret"),
        ts: header("ts"),
        body: body.as_bytes(),
        biz_type: header("bizType"),
        action: header("action"),
        algorithm: vector["algorithm"].as_str().expect("an algorithm").parse().expect("an algorithm"),
    })
}

#[test]
fn signature_vectors() {
    let data = file("vectors/nxcloud_signatures.json");
    let (mut wrong, vectors) = (Vec::new(), data.rows("vectors"));
    for vector in &vectors {
        // Only a JSON body is signed; of anything else nothing is.
        let json_body = vector["content_type"] == "application/json";
        let body = if json_body { vector["body"].as_str().expect("a body") } else { "" };
        let sign = signature_of(vector, body);
        same(vector["name"].as_str().expect("a name"), &json!(sign), &vector["digest"], &mut wrong);
        if let Some(published) = vector.get("published_digest") {
            same("published", &json!(sign), published, &mut wrong);
        }
    }
    let must_fail = data.rows("must_fail");
    for case in &must_fail {
        for vector in &vectors {
            for body in [vector["body"].as_str().unwrap_or_default(), ""] {
                if json!(signature_of(vector, body)) == case["digest"] {
                    wrong.push(format!("{} is accepted as {}", case["name"], vector["name"]));
                }
            }
        }
    }
    report("signature vectors and must-fail cases", vectors.len() + must_fail.len(), &wrong);
}
