//! The family: Meta's Cloud API and whoever relays it. What differs between two of them is a row of data.
//!
//! A new reseller is one `static` with the fields that differ from `FAMILY` and `GRAPH`, and one line in the list of
//! simulators.

use serde_json::{Map, Value, json};

use super::batch::{self, MAX_USERS, User, WriteBody};
use super::page::{self, Wanted};
use super::routes::{Door, Found};
use crate::accounts::Account;
use crate::graph::{self, GraphError};
use crate::http::{Reply, Request};
use crate::magic;
use crate::operation::Operation;
use crate::settings::{NextLinks, Settings};
use crate::simulator::{About, Call, Failure, Pages, Simulator};
use crate::state::State;
use crate::tweaks::Tweaks;

/// One member of the family.
#[derive(Debug)]
pub(crate) struct CloudApi {
    pub(crate) about: About,
    /// Where calls come in; most have one door.
    pub(crate) doors: &'static [Door],
    /// A query parameter that carries the credential where no header does; empty for none.
    pub(crate) auth_query: &'static str,
    /// Takes off what may stand before the path of a route.
    pub(crate) short_path: fn(&str) -> &str,
    /// What is checked besides the credential.
    pub(crate) check: fn(&Account, &Settings, &Request) -> Result<(), Refused>,
    /// The users that a body names, or what is wrong with it.
    pub(crate) parse: fn(&Map<String, Value>) -> Named,
    pub(crate) spelling: Spelling,
    /// Users that a request may name.
    pub(crate) max_users: usize,
    /// Larger pages than this are refused; otherwise they are clamped.
    pub(crate) max_page: Option<usize>,
    /// The status when some users failed, where it is not the setting's.
    pub(crate) partial_status: Option<u16>,
    /// Whether an entry has a business-scoped id besides the wa_id.
    pub(crate) both_ids: bool,
    /// An error of Meta's, passed on, with its status.
    pub(crate) error: fn(Value, u16) -> Reply,
    /// What the member itself refuses; `None` is said as Meta says it.
    pub(crate) own: fn(&Own<'_>) -> Option<Reply>,
    /// `Retry-After` of a member that always sends one, in seconds.
    pub(crate) retry_after_s: Option<u64>,
    /// Adds the headers of every answer; the text is the path.
    pub(crate) decorate: fn(Reply, &State, &str) -> Reply,
}

/// The users that a body names, or what is wrong with it.
pub(crate) type Named = Result<Vec<User>, GraphError>;

/// How numbers are to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    Any,
    /// With a `+`.
    Plus,
    /// Without.
    Digits,
}

/// What a member refuses before Meta is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Own<'a> {
    /// No such path, or not with this method.
    NoPath,
    Unauthorized {
        /// The path that was asked for.
        path: &'a str,
    },
    /// The id or number is another account's.
    NotYours,
    TooFast,
    /// What is wrong with the body or the query.
    Invalid(&'a str),
    Status(u16),
}

/// A refusal: what the member says itself, and what Meta would say.
#[derive(Debug)]
pub(crate) struct Refused {
    own: Why,
    error: GraphError,
}

/// [`Own`], without what is borrowed.
#[derive(Debug, Clone, Copy)]
enum Why {
    NoPath,
    Unauthorized,
    NotYours,
    Invalid,
    /// Meta's own error.
    Meta,
}

impl Refused {
    /// The request is invalid.
    pub(crate) fn invalid(error: GraphError) -> Refused {
        Refused { own: Why::Invalid, error }
    }

    /// The id in the request is another account's.
    pub(crate) fn not_yours(error: GraphError) -> Refused {
        Refused { own: Why::NotYours, error }
    }
}

impl CloudApi {
    fn find<'p>(&self, rest: &'p str) -> Option<Found<'p>> {
        let path = (self.short_path)(rest);
        self.doors.iter().find_map(|door| door.find(path))
    }

    fn error_reply(&self, error: &GraphError, status: u16, trace: u64) -> Reply {
        (self.error)(error.to_json(trace), status)
    }

    fn refuse(&self, refused: &Refused, path: &str, trace: u64) -> Reply {
        let Refused { own, error } = refused;
        let text = error.details.as_deref().unwrap_or(&error.message);
        let own = match own {
            Why::NoPath => Some(Own::NoPath),
            Why::Unauthorized => Some(Own::Unauthorized { path }),
            Why::NotYours => Some(Own::NotYours),
            Why::Invalid => Some(Own::Invalid(text)),
            Why::Meta => None,
        };
        let own = own.and_then(|own| (self.own)(&own));
        own.unwrap_or_else(|| self.error_reply(error, graph::status(error.code), trace))
    }

    fn too_fast(&self, error: &GraphError, trace: u64) -> Reply {
        (self.own)(&Own::TooFast).unwrap_or_else(|| self.error_reply(error, 429, trace))
    }

    /// The credential in one of the headers, or in the query.
    fn token(&self, door: &Door, request: &Request) -> Option<String> {
        let mut present = false;
        for (header, scheme) in door.auth {
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

    fn answer(&self, state: &mut State, call: Call<'_>, tweaks: &Tweaks) -> Result<Reply, Refused> {
        let Call { request, rest } = call;
        let refused = |own, error| Refused { own, error };
        let unknown_path = || refused(Why::NoPath, GraphError::bare(2500, format!("Unknown path components: {rest}")));
        let Found { door, id, number } = self.find(rest).ok_or_else(unknown_path)?;
        let unauthorized = |code| refused(Why::Unauthorized, GraphError::bare(code, graph::title(code)));
        let token = self.token(door, request).ok_or_else(|| unauthorized(104))?;
        let (now, provider) = (state.clock.now_us(), self.about.id);
        let is_owner = |account: &Account| *account.field(door.credential) == token;
        let key = id.unwrap_or(&token);
        let fits = state.accounts.get(provider, key).is_some_and(is_owner);
        if !fits && state.accounts.first(provider, is_owner).is_none() {
            return Err(unauthorized(190));
        }
        let no_object = || GraphError::no_object(&request.method, id.or(number).unwrap_or_default());
        let account = state.accounts.find(provider, key).filter(|_| fits);
        let account = account.filter(|account| number.is_none_or(|number| number == account.own_number));
        let account = account.ok_or_else(|| Refused::not_yours(no_object()))?;
        (self.check)(account, &state.settings, request)?;
        let settings = &state.settings;
        if !account.take_token(settings.rate(provider), now) {
            let error = GraphError::new(80_007, "There have been too many calls to this WhatsApp Business account.");
            let reply = self.too_fast(&error, state.replies);
            return Ok(reply.with_retry_after(settings.retry_after_s.or(self.retry_after_s)));
        }
        match self.operation(&request.method, rest) {
            Some(Operation::List) => self.list(account, settings, &state.url, call, tweaks),
            Some(operation) => self.write(account, settings, operation, request, tweaks, now, state.replies),
            None => Err(refused(Why::NoPath, no_object())),
        }
    }

    fn list(
        &self,
        account: &mut Account,
        settings: &Settings,
        url: &str,
        call: Call<'_>,
        tweaks: &Tweaks,
    ) -> Result<Reply, Refused> {
        let Pages::Cursors { params: (after, before), .. } = self.about.pages else {
            return Err(Refused::invalid(page::bad_limit()));
        };
        let text = |name: &str| call.request.query_param(name).filter(|text| !text.is_empty());
        let limit = call.request.query_param("limit").map(|text| text.parse::<usize>().ok());
        let fits = |limit: &usize| self.max_page.is_none_or(|most| (1..=most).contains(limit));
        let limit = limit.map(|limit| limit.filter(fits).ok_or_else(|| Refused::invalid(page::bad_limit())));
        let wanted = Wanted { limit: limit.transpose()?, after: text(after), before: text(before) };
        let link = |limit: usize, cursor: &str| format!("{url}/{}{}?limit={limit}&{cursor}", self.about.id, call.rest);
        let linked = self.about.links && settings.meta_next_links == NextLinks::WhenMoreRows;
        let page = page::page(&self.about, account, settings, tweaks, &wanted, linked.then_some(&link));
        let mut page = page.map_err(|error| Refused { own: Why::Meta, error })?;
        if let Some((key, text)) = self.about.keys.extra {
            page[key] = json!(text);
        }
        Ok(Reply::json(200, &page))
    }

    #[expect(clippy::too_many_arguments, reason = "all of them make one answer")]
    fn write(
        &self,
        account: &mut Account,
        settings: &Settings,
        operation: Operation,
        request: &Request,
        tweaks: &Tweaks,
        now: i64,
        trace: u64,
    ) -> Result<Reply, Refused> {
        let users = self.users(request).map_err(Refused::invalid)?;
        if users.len() > tweaks.max_users.unwrap_or(self.max_users) {
            let own = if self.max_users < MAX_USERS { Why::Invalid } else { Why::Meta };
            return Err(Refused { own, error: GraphError::new(130_429, "Too many numbers in the request.") });
        }
        let mut written = batch::write(account, settings, operation, users, now, tweaks);
        if self.both_ids {
            for item in written.done.iter_mut().filter(|item| item.user_id.is_none()) {
                item.user_id = item.wa_id.as_deref().map(graph::bsuid);
            }
        }
        let status = self.partial_status.unwrap_or(settings.meta_partial_status);
        let mixed = status == 400 && !written.failed.is_empty();
        let mut body = WriteBody::new(&self.about.keys, operation, written);
        if mixed {
            let verb = operation.id();
            let details = format!("Failed to {verb} some users, see the block_users response list for details");
            body.error = Some(GraphError::new(139_100, details).to_json(trace));
        }
        Ok(Reply::json(if mixed { 400 } else { 200 }, &body))
    }

    /// The users of a request.
    fn users(&self, request: &Request) -> Named {
        // A body of another type than JSON holds no parameter that Graph would find.
        let body: Value = if request.is_json() && !request.body.is_empty() {
            serde_json::from_slice(&request.body)
                .map_err(|_| GraphError::new(100, "The request body is not valid JSON."))?
        } else {
            json!({})
        };
        let body = body.as_object().ok_or_else(|| GraphError::new(100, "The request body must be a JSON object."))?;
        let users = (self.parse)(body)?;
        let misspelled = |user: &&User| match self.spelling {
            _ if user.bsuid => false,
            Spelling::Any => false,
            Spelling::Plus => !user.input.starts_with('+'),
            Spelling::Digits => user.input.starts_with('+'),
        };
        match users.iter().find(misspelled) {
            Some(_) if self.spelling == Spelling::Plus => {
                Err(GraphError::new(100, "Every user must be a number with a leading +."))
            }
            Some(_) => Err(GraphError::new(100, "Every user must be a number without a leading +.")),
            None => Ok(users),
        }
    }
}

impl Simulator for CloudApi {
    fn about(&self) -> &About {
        &self.about
    }

    fn operation(&self, method: &str, rest: &str) -> Option<Operation> {
        let method = if method == "HEAD" { "GET" } else { method };
        let path = (self.short_path)(rest);
        self.doors.iter().find_map(|door| door.operation(method, path))
    }

    fn handle(&self, state: &mut State, call: Call<'_>, tweaks: &Tweaks) -> Reply {
        let reply = self.answer(state, call, tweaks);
        let reply = reply.unwrap_or_else(|refused| self.refuse(&refused, call.rest, state.replies));
        (self.decorate)(reply, state, call.rest)
    }

    fn fail(&self, failure: Failure<'_>, _: Call<'_>, trace: u64) -> Reply {
        let code = |code: i64, text: &str| GraphError::new(code, text).to_json(trace);
        match failure {
            Failure::Code { graph: error, .. } => self.error_reply(error, graph::status(error.code), trace),
            Failure::Graph(error, status) => self.error_reply(error, status, trace),
            Failure::Raw(mut body, status) => match body.get_mut("error") {
                Some(error) => (self.error)(error.take(), status),
                None => Reply::json(status, &body),
            },
            Failure::Throttled(error) => self.too_fast(error, trace),
            Failure::Text(text) => {
                let error = GraphError { message: text.to_owned(), ..GraphError::new(100, text) };
                self.error_reply(&error, 400, trace)
            }
            Failure::Trace(text) => {
                let mut error = code(100, "Refused");
                for field in ["fbtrace_id", "error_subcode", "type"] {
                    error[field] = json!(text);
                }
                (self.error)(error, 400)
            }
            Failure::CodeAsText => {
                let mut error = code(190, graph::title(190));
                error["code"] = json!("190");
                (self.error)(error, 401)
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
                let own = (self.own)(&Own::Status(status));
                own.unwrap_or_else(|| (self.error)(code(number, crate::http::reason(status)), status))
            }
        }
    }

    fn put_error(&self, body: &mut Value, graph: Value) {
        body["error"] = graph;
    }

    fn key(&self, user: &str) -> Option<String> {
        if magic::is_bsuid(user) { Some(user.to_owned()) } else { magic::phone_digits(user).map(magic::wa_id) }
    }

    fn next_link(&self, call: Call<'_>) -> Option<String> {
        let host = call.request.header("host").unwrap_or("localhost");
        self.about.links.then(|| format!("http://{host}{}", call.request.path))
    }

    fn headers(&self) -> Vec<&'static str> {
        self.doors.iter().flat_map(|door| door.auth).map(|(header, _)| *header).collect()
    }

    fn credential(&self, request: &Request) -> String {
        self.doors.iter().find_map(|door| self.token(door, request)).unwrap_or_default()
    }
}
