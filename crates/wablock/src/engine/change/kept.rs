//! Bounds the server text that a call keeps: users who failed for the same reason share one error, and the total is
//! limited, however many users a server writes about.

use std::sync::Arc;

use hashbrown::HashMap;
use serde_json::{Map, Value};

use crate::{config, model::error::Error};

/// Different errors that are remembered.
const MOST_ERRORS: usize = 1000;

/// Characters that are left of each text when the call has kept as much as it may.
const SHORT: usize = 60;

pub(super) struct Kept {
    /// Bytes that may still be kept.
    left: usize,
    errors: HashMap<String, Arc<Error>>,
    /// The last error as it came and as it is kept: the users of a batch that failed have one.
    last: Option<[Arc<Error>; 2]>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { left: config::MOST_KEPT_BYTES, errors: HashMap::new(), last: None }
    }
}

impl Kept {
    /// The error as it is kept: one that was met already, this one, or this one with shorter texts.
    pub(super) fn error(&mut self, error: Arc<Error>) -> Arc<Error> {
        if let Some([_, kept]) = self.last.as_ref().filter(|[came, _]| Arc::ptr_eq(came, &error)) {
            return Arc::clone(kept);
        }
        let kept = self.kept(Arc::clone(&error));
        self.last = Some([error, Arc::clone(&kept)]);
        kept
    }

    fn kept(&mut self, error: Arc<Error>) -> Arc<Error> {
        match self.errors.get(error.message()) {
            Some(known) if *known == error => return Arc::clone(known),
            None if self.errors.len() < MOST_ERRORS => {
                self.errors.insert(error.message().to_owned(), Arc::clone(&error));
            }
            _ => {}
        }
        if self.take(error.text_bytes()) { error } else { Arc::new(Error::clone(&error).shortened(SHORT)) }
    }

    /// The unknown fields of a user, if they still fit.
    pub(super) fn extra(&mut self, extra: Option<Box<Map<String, Value>>>) -> Option<Box<Map<String, Value>>> {
        extra.filter(|extra| self.take(fields_cost(extra)))
    }

    fn take(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

/// About what JSON takes in memory.
fn cost(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(cost).sum(),
            Value::Object(fields) => fields_cost(fields),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}

fn fields_cost(fields: &Map<String, Value>) -> usize {
    /// A map has room for eleven fields from the first one on.
    const ROOM: usize = 11 * (size_of::<String>() + size_of::<Value>());
    ROOM + fields.iter().map(|(name, value)| size_of::<String>() + name.len() + cost(value)).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::error::ErrorKind;

    const SIZE: usize = 8192;
    /// Twice as much as a call may keep, in texts of that size.
    const ROUNDS: usize = 2 * config::MOST_KEPT_BYTES / SIZE;

    #[test]
    fn errors_beyond_the_bound_keep_a_short_text() {
        let mut kept = Kept::default();
        let mut bytes = 0;
        for place in 0..ROUNDS {
            let message = format!("{place:08}{}", "é".repeat((SIZE - 8) / 2));
            let error = kept.error(Arc::new(Error::new(ErrorKind::Rejected, message.clone())));
            assert_eq!(error.kind(), ErrorKind::Rejected);
            assert!(error.message() == message || error.message().chars().count() == SHORT + 1, "{place}");
            bytes += error.text_bytes();
        }
        assert!(bytes > config::MOST_KEPT_BYTES / 2, "{bytes}");
        assert!(bytes < config::MOST_KEPT_BYTES + ROUNDS * 2 * SHORT + ROUNDS * 8, "{bytes}");
    }

    #[test]
    fn unknown_fields_beyond_the_bound_are_left_out() {
        let mut kept = Kept::default();
        let fields = json!({ "note": "x".repeat(300), "parts": [[], {}, 1] });
        let size = fields_cost(fields.as_object().unwrap());
        let most = config::MOST_KEPT_BYTES / size;
        let count = |kept: &mut Kept| kept.extra(fields.as_object().cloned().map(Box::new)).is_some();
        assert_eq!((0..most * 2).filter(|_| count(&mut kept)).count(), most);
        assert!(kept.extra(None).is_none());
    }

    #[test]
    fn equal_errors_are_one_and_cost_once() {
        let mut kept = Kept::default();
        let error = |text: &str| Arc::new(Error::new(ErrorKind::Rejected, text.repeat(SIZE)));
        let first = kept.error(error("a"));
        let left = kept.left;
        assert!((0..1000).all(|_| Arc::ptr_eq(&first, &kept.error(error("a")))));
        assert_eq!(kept.left, left);
        assert!(!Arc::ptr_eq(&first, &kept.error(error("b"))));
    }
}
