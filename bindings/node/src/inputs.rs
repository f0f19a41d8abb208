//! The users of a call over many, as JavaScript hands them over: piece by piece, each read on the runtime's thread while
//! JavaScript fetches the next.

use std::sync::{Mutex, PoisonError};

use napi::bindgen_prelude::within_runtime_if_available;
use napi_derive::napi;
use wablock::{Client, Gathering, Input};

/// Stands between texts that cross as one; no number and no id has it.
pub(crate) const SEPARATOR: char = '\0';

/// The users of one call.
#[napi]
pub struct NativeInputs(Mutex<Option<Gathering>>);

#[napi]
impl NativeInputs {
    /// Adds users.
    #[napi]
    pub fn push(&self, inputs: Vec<String>) {
        self.add(inputs);
    }

    /// Adds as many users as `count`, with NUL characters between; false, and none added, when they hold such characters
    /// themselves. One long text crosses from JavaScript several times as fast as many short ones.
    #[napi]
    pub fn push_joined(&self, inputs: String, count: u32) -> bool {
        let separators = inputs.bytes().filter(|byte| *byte == SEPARATOR as u8).count();
        let fits = separators + 1 == count as usize;
        if fits {
            self.add(Joined { texts: inputs, begin: 0, left: count });
        }
        fits
    }
}

impl NativeInputs {
    /// `expected` says about how many there will be.
    pub(crate) fn new(client: &Client, expected: u32) -> Self {
        let mut gathering = client.gather();
        gathering.expect(expected as usize);
        Self(Mutex::new(Some(gathering)))
    }

    fn add<I>(&self, inputs: I)
    where
        I: IntoIterator<Item: Into<Input>, IntoIter: Send + 'static>,
    {
        if let Some(gathering) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            within_runtime_if_available(|| gathering.add(inputs));
        }
    }

    /// Takes the users, for the call; a second call has none.
    pub(crate) fn take(&self, client: &Client) -> Gathering {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.unwrap_or_else(|| client.gather())
    }
}

/// Texts that crossed as one.
struct Joined {
    texts: String,
    begin: usize,
    left: u32,
}

impl Iterator for Joined {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        self.left = self.left.checked_sub(1)?;
        let rest = &self.texts[self.begin..];
        let text = &rest[..rest.find(SEPARATOR).unwrap_or(rest.len())];
        self.begin += text.len() + SEPARATOR.len_utf8();
        Some(Input::from(text))
    }
}
