//! The family: Meta's Cloud API and whoever relays it. What differs between two of them is a row of data.
//!
//! A new reseller is one `static` with the fields that differ from [`FAMILY`] and [`GRAPH`], and one line in the list of
//! simulators.

use serde_json::{Value, json};

use super::batch::{self, MAX_USERS, WriteBody};
use super::page::{self, Wanted};
use crate::accounts::{Account, Part, Parts};
use crate::graph::{self, GraphError};
use crate::http::{Reply, Request};
use crate::magic;
use crate::operation::Operation;
use crate::settings::{NextLinks, Settings};
use crate::simulator::{About, Answers, Call, Failure, Pages, Simulator};
use crate::state::State;
use crate::tweaks::Tweaks;

/// One member of the family.
#[derive(Debug)]
pub(crate) struct CloudApi {
    pub(crate) about: About,
    /// Method and path of block, unblock and list. `{id}` is the account's id; without it, the id is the credential.
    pub(crate) routes: [(&'static str, &'static str); 3],
    /// A query parameter that carries the credential where no header does; empty for none.
    pub(crate) auth_query: &'static str,
    /// Takes off what may stand before the path of a route.
    pub(crate) short_path: fn(&str) -> &str,
    /// What is checked besides the credential.
    pub(crate) check: fn(&Account, &Settings, &Request) -> Result<(), GraphError>,
    /// An error object with its status.
    pub(crate) error: fn(Value, u16) -> Reply,
    /// Adds the headers of every answer; the text is the path.
    pub(crate) decorate: fn(Reply, &State, &str) -> Reply,
}

/// Facts that the family shares.
pub(crate) const GRAPH: About = About {
    id: "",
    parts: Parts { id: Part::Nothing, secret: Part::Nothing, app: Part::Nothing, own_number: Part::Nothing },
    options: &[],
    extra_option: None,
    auth: &[("authorization", "Bearer")],
    answers: Answers::Batch,
    pages: Pages::Cursors { after: "after", cursors: &["paging", "cursors"] },
    rows: "data",
    envelope: None,
    codes: true,
    usage: false,
    derived_secrets: |_| Vec::new(),
};

/// What the family does unless a row says otherwise.
pub(crate) const FAMILY: CloudApi = CloudApi {
    about: GRAPH,
    routes: [("POST", "/{id}/block_users"), ("DELETE", "/{id}/block_users"), ("GET", "/{id}/block_users")],
    auth_query: "",
    short_path: |rest| rest,
    check: |_, _, _| Ok(()),
    error: |error, status| Reply::json(status, &json!({"error": error})),
    decorate: |reply, _, _| reply,
};

/// What a path says: `None` is another path, an empty text a path without an id.
fn id_in<'p>(path: &'p str, route: &str) -> Option<&'p str> {
    match route.split_once("{id}") {
        None => (path == route).then_some(""),
        Some((before, after)) => {
            let id = path.strip_prefix(before)?.strip_suffix(after)?;
            (!id.is_empty() && !id.contains('/')).then_some(id)
        }
    }
}

impl CloudApi {
    fn id_of<'p>(&self, rest: &'p str) -> Option<&'p str> {
        self.routes.iter().find_map(|(_, route)| id_in((self.short_path)(rest), route))
    }

    fn error_reply(&self, error: &GraphError, status: u16, trace: u64) -> Reply {
        (self.error)(error.to_json(trace), status)
    }

    /// The credential in one of the headers, or in the query.
    fn token(&self, request: &Request) -> Option<String> {
        let mut present = false;
        for (header, scheme) in self.about.auth {
            let Some(value) = request.header(header) else { continue };
            present = true;
            match value.split_once(' ') {
                _ if scheme.is_empty() => return Some(value.to_owned()),
                Some((start, token)) if start.eq_ignore_ascii_case(scheme) => return Some(token.trim().to_owned()),
                _ => {}
            }
        }
        if present { None } else { request.query_param(self.auth_query) }
    }

    fn answer(&self, state: &mut State, call: Call<'_>, tweaks: &Tweaks) -> Result<Reply, GraphError> {
        let Call { request, rest } = call;
        let unknown_path = || GraphError::bare(2500, format!("Unknown path components: {rest}"));
        let id = self.id_of(rest).ok_or_else(unknown_path)?;
        let token = self.token(request);
        let token = token.ok_or_else(|| GraphError::bare(104, graph::title(104)))?;
        let (now, provider) = (state.clock.now_us(), self.about.id);
        let is_owner = |account: &Account| (if id.is_empty() { &account.id } else { &account.secret }) == &token;
        let key = if id.is_empty() { &token } else { id };
        let fits = state.accounts.get(provider, key).is_some_and(is_owner);
        if !fits && state.accounts.first(provider, is_owner).is_none() {
            return Err(GraphError::bare(190, graph::title(190)));
        }
        let account = state.accounts.find(provider, key).filter(|_| fits);
        let account = account.ok_or_else(|| GraphError::no_object(&request.method, id))?;
        (self.check)(account, &state.settings, request)?;
        let settings = &state.settings;
        if !account.take_token(settings.rate(provider), now) {
            let error = GraphError::new(80_007, "There have been too many calls to this WhatsApp Business account.");
            return Ok(self.error_reply(&error, 429, state.replies).with_retry_after(settings.retry_after_s));
        }
        match self.operation(&request.method, rest) {
            Some(Operation::List) => self.list(account, settings, &state.url, call, tweaks),
            Some(operation) => write(account, settings, operation, request, tweaks, now, state.replies),
            None => Err(GraphError::no_object(&request.method, id)),
        }
    }

    fn list(
        &self,
        account: &mut Account,
        settings: &Settings,
        url: &str,
        call: Call<'_>,
        tweaks: &Tweaks,
    ) -> Result<Reply, GraphError> {
        let Pages::Cursors { after, .. } = self.about.pages else { return Err(page::bad_limit()) };
        let text = |name: &str| call.request.query_param(name).filter(|text| !text.is_empty());
        let limit = call.request.query_param("limit").map(|text| text.parse::<usize>().map_err(|_| page::bad_limit()));
        let wanted = Wanted { limit: limit.transpose()?, after: text(after), before: text("before") };
        let link = |limit: usize, cursor: &str| format!("{url}/{}{}?limit={limit}&{cursor}", self.about.id, call.rest);
        let link = (settings.meta_next_links == NextLinks::WhenMoreRows).then_some(&link as page::Link<'_>);
        Ok(Reply::json(200, &page::page(&self.about, account, settings, tweaks, &wanted, link)?))
    }
}

impl Simulator for CloudApi {
    fn about(&self) -> &About {
        &self.about
    }

    fn operation(&self, method: &str, rest: &str) -> Option<Operation> {
        let method = if method == "HEAD" { "GET" } else { method };
        let path = (self.short_path)(rest);
        let fits = |(own, route): &(&str, &str)| *own == method && id_in(path, route).is_some();
        Operation::ALL.into_iter().zip(self.routes).find(|(_, route)| fits(route)).map(|(operation, _)| operation)
    }

    fn handle(&self, state: &mut State, call: Call<'_>, tweaks: &Tweaks) -> Reply {
        let reply = self.answer(state, call, tweaks);
        let reply = reply.unwrap_or_else(|error| self.error_reply(&error, graph::status(error.code), state.replies));
        (self.decorate)(reply, state, call.rest)
    }

    fn fail(&self, failure: Failure<'_>, _: Call<'_>, trace: u64) -> Reply {
        let code = |code: i64, text: &str| GraphError::new(code, text).to_json(trace);
        match failure {
            Failure::Code { graph: error, .. } => self.error_reply(error, graph::status(error.code), trace),
            Failure::Graph(error, status) => self.error_reply(error, status, trace),
            Failure::Raw(body, status) => Reply::json(status, &body),
            Failure::Throttled(error) => self.error_reply(error, 429, trace),
            Failure::Text(text) => {
                let error = GraphError { message: text.to_owned(), ..GraphError::new(100, text) };
                self.error_reply(&error, 400, trace)
            }
            Failure::Trace(text) => {
                let mut error = code(100, "Refused");
                for field in ["fbtrace_id", "error_subcode", "type"] {
                    error[field] = json!(text);
                }
                Reply::json(400, &json!({"error": error}))
            }
            Failure::CodeAsText => {
                let mut error = code(190, graph::title(190));
                error["code"] = json!("190");
                Reply::json(401, &json!({"error": error}))
            }
            Failure::Status(status) => {
                let number = match status {
                    401 => 190,
                    403 => 10,
                    429 => 80_007,
                    503 => 2,
                    500.. => 1,
                    _ => 100,
                };
                (self.error)(code(number, crate::http::reason(status)), status)
            }
        }
    }

    fn put_error(&self, body: &mut Value, graph: Value) {
        body["error"] = graph;
    }

    fn key(&self, user: &str) -> Option<String> {
        if magic::is_bsuid(user) { Some(user.to_owned()) } else { magic::phone_digits(user).map(magic::wa_id) }
    }

    fn row(&self, key: &str) -> Value {
        page::row(key)
    }

    fn next_link(&self, call: Call<'_>) -> Option<String> {
        // Links stand next to the object of the cursors, so that one at the top has none.
        let linked = matches!(self.about.pages, Pages::Cursors { cursors, .. } if cursors.len() > 1);
        let host = call.request.header("host").unwrap_or("localhost");
        linked.then(|| format!("http://{host}{}", call.request.path))
    }
}

fn invalid(details: impl Into<String>) -> GraphError {
    GraphError::new(100, details)
}

fn write(
    account: &mut Account,
    settings: &Settings,
    operation: Operation,
    request: &Request,
    tweaks: &Tweaks,
    now: i64,
    trace: u64,
) -> Result<Reply, GraphError> {
    let required = |name: &str| GraphError {
        message: format!("(#100) The parameter {name} is required."),
        ..invalid(format!("The parameter {name} is required."))
    };
    // A body of another type than JSON holds no parameter that Graph would find.
    let body: Value = if request.is_json() && !request.body.is_empty() {
        serde_json::from_slice(&request.body).map_err(|_| invalid("The request body is not valid JSON."))?
    } else {
        json!({})
    };
    if !body.is_object() {
        return Err(invalid("The request body must be a JSON object."));
    }
    match body.get("messaging_product") {
        Some(Value::String(product)) if product == "whatsapp" => {}
        None => return Err(required("messaging_product")),
        Some(_) => return Err(invalid("Param messaging_product must be one of {WHATSAPP}.")),
    }
    let list = body.get("block_users").ok_or_else(|| required("block_users"))?;
    let users = batch::parse_users(list, true).map_err(invalid)?;
    if users.len() > tweaks.max_users.unwrap_or(MAX_USERS) {
        return Err(GraphError::new(130_429, "Too many numbers in the request."));
    }
    let written = batch::write(account, settings, operation, users, now, tweaks);
    let mixed_400 = settings.meta_partial_status == 400 && !written.failed.is_empty();
    let mut body = WriteBody::new(operation, written);
    if mixed_400 {
        let details = format!("Failed to {} some users, see the block_users response list for details", operation.id());
        body.error = Some(GraphError::new(139_100, details).to_json(trace));
    }
    Ok(Reply::json(if mixed_400 { 400 } else { 200 }, &body))
}
