//! The end of a call is announced exactly once.

use wablock::{CallError, Error, ErrorKind};

/// Runs `work` and passes its result to `announce` exactly once, even if the task panics or is dropped, before or after it
/// starts. So no caller waits forever.
pub fn announced<A: From<CallError>>(
    work: impl Future<Output = A>,
    announce: impl FnOnce(A),
) -> impl Future<Output = ()> {
    let announcer = Announcer { announce: Some(announce), answer: None };
    async move { announcer.end(work.await) }
}

struct Announcer<A: From<CallError>, F: FnOnce(A)> {
    announce: Option<F>,
    answer: Option<A>,
}

impl<A: From<CallError>, F: FnOnce(A)> Announcer<A, F> {
    fn end(mut self, answer: A) {
        self.answer = Some(answer);
    }
}

impl<A: From<CallError>, F: FnOnce(A)> Drop for Announcer<A, F> {
    fn drop(&mut self) {
        if let Some(announce) = self.announce.take() {
            announce(self.answer.take().unwrap_or_else(|| A::from(CallError::from(lost()))));
        }
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::Protocol, "the call ended without a result, which is a bug in wablock")
        .with_hint("Check the block list to see whether it took effect, and please open an issue.")
}
