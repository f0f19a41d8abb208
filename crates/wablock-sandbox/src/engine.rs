//! Turns a request into the bytes to send: a control command, a canned answer, a fault, or the provider's own answer.

use serde_json::{Map, Value, json};

use crate::clock::http_date;
use crate::control;
use crate::faults::{Act, Ctx, Hit, edit_json};
use crate::http::{Reply, Request, Step};
use crate::operation::Operation;
use crate::record::Recorded;
use crate::simulator::Call;
use crate::simulators::{Provider, names};
use crate::tweaks::Tweaks;
use crate::world::{CannedAnswer, World};

/// The path prefix of control commands.
const CONTROL: &str = "/__sandbox/";

/// What to do once the head has been read.
#[derive(Debug)]
pub(crate) enum Plan {
    /// Cut the connection now, without reading the body.
    Reset,
    Control,
    Provider(Provider, Option<Operation>, Option<Hit>),
    Nobody,
}

/// Decides by the head alone, so that a fault can strike before the body is read.
pub(crate) fn plan(world: &mut World, request: &Request) -> Plan {
    if request.path.starts_with(CONTROL) {
        return Plan::Control;
    }
    let Some((provider, rest)) = Provider::of_path(&request.path) else {
        return Plan::Nobody;
    };
    let operation = provider.operation(&request.method, rest);
    // A canned answer takes precedence over faults, and does not use one up.
    if world.script.iter().any(|canned| canned.provider.is_none_or(|p| p == provider)) {
        return Plan::Provider(provider, operation, None);
    }
    let hit = world.faults.strike(provider, operation);
    if let Some(Act::Reset(recorded)) = hit.as_ref().map(|hit| &hit.spec.act) {
        if *recorded {
            record(world, provider, operation, request.clone(), 0);
        }
        return Plan::Reset;
    }
    Plan::Provider(provider, operation, hit)
}

fn record(world: &mut World, provider: Provider, operation: Option<Operation>, request: Request, status: u16) {
    if world.state.settings.record {
        let at_ms = world.state.clock.now_ms();
        world.record.push(Recorded { provider, operation, request, at_ms, status });
    }
}

/// The moves on the wire, and whether a control command ran.
pub(crate) fn answer(world: &mut World, plan: Plan, request: Request, keep_alive: bool) -> (Vec<Step>, bool) {
    let now_ms = world.state.clock.now_ms();
    match plan {
        Plan::Control => {
            let reply = control_reply(world, &request);
            let date = http_date(now_ms);
            (vec![Step::Bytes(reply.encode(&date, !keep_alive, request.method == "HEAD"))], true)
        }
        Plan::Provider(provider, operation, hit) => {
            let (steps, status) = provider_steps(world, provider, operation, hit, &request, keep_alive);
            record(world, provider, operation, request, status);
            (steps, false)
        }
        Plan::Nobody | Plan::Reset => {
            let providers = names().join(" /");
            let text = format!("This is the wablock sandbox. Providers: /{providers}. Commands: /__sandbox/help\n");
            let reply = Reply::typed(404, "text/plain; charset=UTF-8", text);
            (vec![Step::Bytes(reply.encode(&http_date(now_ms), !keep_alive, request.method == "HEAD"))], false)
        }
    }
}

fn provider_steps(
    world: &mut World,
    provider: Provider,
    operation: Option<Operation>,
    hit: Option<Hit>,
    request: &Request,
    keep_alive: bool,
) -> (Vec<Step>, u16) {
    let mut tweaks = hit.as_ref().map_or_else(Tweaks::default, Hit::tweaks);
    let now_ms = world.state.clock.now_ms();
    tweaks.stale_ms = tweaks.stale_ms.map(|age| now_ms.saturating_sub(age));
    // The server's own idea of the time.
    let server_ms = now_ms.saturating_add(world.state.settings.date_skew_ms).saturating_add(tweaks.skew_ms);
    let date = http_date(server_ms);
    let honest = |reply: &Reply| vec![Step::Bytes(reply.encode(&date, !keep_alive, request.method == "HEAD"))];
    let rest = Provider::of_path(&request.path).map_or("", |(_, rest)| rest);
    let call = Call { request, rest };
    let (mut steps, status) = match (world.next_canned(provider), &hit) {
        (Some(CannedAnswer::Raw(bytes)), _) => (vec![Step::Bytes(bytes), Step::Close], 0),
        (Some(CannedAnswer::Reply(reply)), _) => (honest(&reply), reply.status),
        (None, None) => {
            let reply = handle(world, provider, call, &tweaks);
            (honest(&reply), reply.status)
        }
        (None, Some(hit)) => {
            // If a fault replaces the correct answer, the request is handled only if its write should take effect.
            let replaces = matches!(hit.spec.act, Act::Silence(_) | Act::Answer(_));
            let reply = if replaces && !hit.applied {
                world.state.replies += 1;
                Reply::empty(200)
            } else {
                handle(world, provider, call, &tweaks)
            };
            let trace = world.state.replies;
            let params = &hit.params;
            let ctx = Ctx { simulator: &*provider, operation, call, params, date: &date, now_ms: server_ms, trace };
            strike(hit, &ctx, reply, honest)
        }
    };
    let delay = world.state.settings.response_delay_ms;
    if delay > 0 {
        steps.insert(0, Step::Wait(delay));
    }
    (steps, status)
}

/// The provider's answer to a request.
fn handle(world: &mut World, provider: Provider, call: Call<'_>, tweaks: &Tweaks) -> Reply {
    world.state.replies += 1;
    provider.handle(&mut world.state, call, tweaks)
}

/// Applies a fault to the correct reply.
fn strike(hit: &Hit, ctx: &Ctx<'_>, mut reply: Reply, honest: impl Fn(&Reply) -> Vec<Step>) -> (Vec<Step>, u16) {
    match hit.spec.act {
        Act::Silence(steps) => return (steps(&hit.params), 0),
        Act::Wire(steps) => return (steps(ctx, &reply), reply.status),
        Act::Answer(answer) => reply = answer(ctx),
        Act::Rewrite(rewrite) => reply = rewrite(ctx, reply),
        Act::Edit(edit) => edit_json(&mut reply, |body| edit(ctx, body)),
        // Tweaks were applied earlier; the other two never get here.
        Act::Tweak(_) | Act::ClosePort | Act::Reset(_) => {}
    }
    (honest(&reply), reply.status)
}

fn control_reply(world: &mut World, request: &Request) -> Reply {
    let command = request.path.strip_prefix(CONTROL).unwrap_or("");
    let wrong = |status: u16, why: String| Reply::json(status, &json!({"error": why}));
    // Only web pages send this header, and they may not use the sandbox.
    if request.header("origin").is_some() {
        return wrong(403, format!("{command}: not from a web page"));
    }
    let body = match request.method.as_str() {
        "POST" if request.body.is_empty() => Value::Null,
        "POST" => match serde_json::from_slice(&request.body) {
            Ok(body) => body,
            Err(why) => return wrong(400, format!("{command}: the body is not JSON: {why}")),
        },
        "GET" if control::is_reading(command) => from_query(request),
        _ => return wrong(405, format!("{command}: use POST with a JSON object")),
    };
    match control::run(world, command, body) {
        Ok(answer) => Reply::json(200, &answer),
        Err(why) => wrong(400, why.to_string()),
    }
}

/// `?limit=5&clear=true&provider=meta` as JSON: whole numbers and true/false by name, the rest as text.
fn from_query(request: &Request) -> Value {
    let value = |name: &str, text: String| match name {
        "provider" | "account" | "operation" => Value::String(text),
        _ => serde_json::from_str(&text).unwrap_or(Value::String(text)),
    };
    let pairs: Map<String, Value> = request
        .query_pairs()
        .map(|(name, text)| {
            let json = value(&name, text);
            (name, json)
        })
        .collect();
    Value::Object(pairs)
}
