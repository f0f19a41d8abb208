//! Cleans a server's text before it is shown: it removes credentials and the users' numbers, and makes it one line of limited
//! length. This applies to every text of an answer: messages, ids, and fields that wablock does not know.

use std::borrow::Cow;

use bytes::Bytes;
use hashbrown::HashMap;
use http::{HeaderValue, Response};
use serde_json::{Map, Value};

use crate::{
    config,
    model::{
        error::{Error, ErrorKind, Refusal},
        secret::Redactor,
        text::{Text, cut, printable},
        user::Numbers,
    },
    provider::{self, Answer, Call, Provider},
};

/// Reads the answers to one request.
pub(super) struct Reader<'a> {
    pub(super) provider: &'a dyn Provider,
    pub(super) call: &'a Call<'a>,
    /// What must not be shown.
    pub(super) secrets: Vec<&'a str>,
    /// What must not be shown as a word of its own.
    pub(super) words: Vec<&'a str>,
}

fn header_text(value: &HeaderValue) -> Cow<'_, str> {
    String::from_utf8_lossy(value.as_bytes())
}

impl Reader<'_> {
    /// Decodes an answer and cleans its texts.
    pub(super) fn read(&self, response: &Response<Bytes>) -> Answer {
        let answer = provider::decode(self.provider, self.call, response);
        if !self.has_texts(&answer) {
            return answer;
        }
        let redactor = Redactor::new(self.secrets.iter().copied(), self.words.iter().copied());
        let body = String::from_utf8_lossy(response.body());
        // A text holds no secret where the answer around it holds none, and almost none does.
        let in_headers = || response.headers().values().any(|value| redactor.finds(&header_text(value)));
        if !redactor.finds(&body) && !in_headers() {
            return self.clean(answer, None);
        }
        let clean = self.decode_without_secrets(answer, &redactor, &body, response);
        self.clean(clean, Some(&redactor))
    }

    /// Whether an answer holds more than numbers.
    fn has_texts(&self, answer: &Answer) -> bool {
        let number = |id: &Option<Text>| id.as_ref().is_none_or(|id| is_digits(id));
        let numbers_are_secret = || self.secrets.iter().any(|secret| is_digits(secret));
        match answer {
            Answer::Refused(_) => true,
            Answer::Everyone => false,
            Answer::Users(items) => {
                numbers_are_secret()
                    || items.iter().any(|item| {
                        item.result.is_err() || item.extra.is_some() || !number(&item.wa_id) || !number(&item.user_id)
                    })
            }
            Answer::Page(page) => {
                numbers_are_secret()
                    || page
                        .users
                        .iter()
                        .any(|user| user.extra.is_some() || !number(&user.wa_id) || !number(&user.user_id))
            }
        }
    }

    /// Takes the texts of an answer from the answer without its secrets: a text that was cut could hold a part of one. Who is
    /// meant and what became of them stays as the server wrote it.
    fn decode_without_secrets(
        &self,
        mut answer: Answer,
        redactor: &Redactor,
        body: &str,
        response: &Response<Bytes>,
    ) -> Answer {
        let mut again = Response::new(Bytes::from(redactor.redact(body)));
        *again.status_mut() = response.status();
        *again.headers_mut() = response.headers().clone();
        for value in again.headers_mut().values_mut() {
            let text = header_text(value);
            if redactor.finds(&text) {
                *value = HeaderValue::try_from(redactor.redact(&text)).unwrap_or(HeaderValue::from_static(""));
            }
        }
        match (&mut answer, provider::decode(self.provider, self.call, &again)) {
            (Answer::Refused(refusal), Answer::Refused(clean)) => *refusal = Refusal { error: clean.error, ..*refusal },
            (Answer::Users(items), Answer::Users(clean)) if items.len() == clean.len() => {
                for (item, clean) in items.iter_mut().zip(clean) {
                    item.extra = clean.extra;
                    if let (Err(refusal), Err(clean)) = (&mut item.result, clean.result) {
                        refusal.error = clean.error;
                    }
                }
            }
            (Answer::Page(page), Answer::Page(clean)) if page.users.len() == clean.users.len() => {
                page.users.iter_mut().zip(clean.users).for_each(|(user, clean)| user.extra = clean.extra);
            }
            _ => {}
        }
        answer
    }

    fn clean(&self, answer: Answer, redactor: Option<&Redactor>) -> Answer {
        let mut texts = Texts { redactor, numbers: Numbers::of(self.call.users()), known: HashMap::new() };
        match answer {
            Answer::Refused(refusal) => Answer::Refused(Refusal { error: texts.error(refusal.error), ..refusal }),
            Answer::Everyone => Answer::Everyone,
            Answer::Users(mut items) => {
                for item in &mut items {
                    texts.id(&mut item.wa_id);
                    texts.id(&mut item.user_id);
                    item.extra = item.extra.take().and_then(|extra| texts.extra(*extra));
                    if let Err(refusal) = &mut item.result {
                        refusal.error = texts.error(refusal.error.clone());
                    }
                }
                Answer::Users(items)
            }
            Answer::Page(mut page) => {
                for user in &mut page.users {
                    texts.id(&mut user.wa_id);
                    texts.id(&mut user.user_id);
                    user.extra = user.extra.take().and_then(|extra| texts.extra(*extra));
                }
                if page.users.iter().all(|user| user.wa_id.is_some() || user.user_id.is_some()) {
                    return Answer::Page(page);
                }
                let error = Error::new(ErrorKind::Protocol, "the list contains a credential in place of an id");
                Answer::Refused(Refusal::is_final(error.with_provider(&self.provider.capabilities().provider)))
            }
        }
    }
}

struct Texts<'a> {
    /// `None` if the answer holds no secret.
    redactor: Option<&'a Redactor>,
    numbers: Numbers<'a>,
    /// Equal texts are cleaned once: a server that refuses many users says the same of most.
    known: HashMap<String, String>,
}

impl Texts<'_> {
    fn error(&mut self, error: Error) -> Error {
        error.map_texts(|text| {
            if let Some(clean) = self.known.get(text) {
                return clean.clone();
            }
            let line = self.line(text);
            let clean = cut(&self.numbers.mask(&line), config::LONGEST_TEXT).into_owned();
            self.known.insert(text.to_owned(), clean.clone());
            clean
        })
    }

    fn line(&self, text: &str) -> String {
        match self.redactor {
            Some(redactor) => printable(&redactor.redact(text)).into_owned(),
            None => printable(text).into_owned(),
        }
    }

    /// Drops an id that is a credential. Digits that happen to be part of a longer number are not one.
    fn id(&self, id: &mut Option<Text>) {
        let secret = |id: &Text| {
            self.redactor
                .is_some_and(|redactor| if is_digits(id) { redactor.is_all_of(id) } else { redactor.finds(id) })
        };
        if id.as_ref().is_some_and(secret) {
            *id = None;
        }
    }

    /// The fields that fit, in the order of their names.
    fn extra(&self, fields: Map<String, Value>) -> Option<Box<Map<String, Value>>> {
        let mut left = config::LONGEST_EXTRA;
        let mut kept = Map::new();
        for (name, value) in fields {
            let (name, value) = (self.line(&name), self.value(value));
            let size = name.len() + value.to_string().len();
            if let Some(rest) = left.checked_sub(size) {
                left = rest;
                kept.insert(name, value);
            }
        }
        (!kept.is_empty()).then(|| Box::new(kept))
    }

    fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.line(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(name, value)| (self.line(&name), self.value(value))).collect()
            }
            Value::Number(number) if self.redactor.is_some_and(|redactor| redactor.finds(&number.to_string())) => {
                Value::String("***".to_owned())
            }
            other => other,
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
