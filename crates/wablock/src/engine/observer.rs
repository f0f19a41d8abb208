//! Delivers a call's events: all of them to its observer, the counts to its progress callback.

use crate::{model::event::CallEvent, options::CallOptions};

pub(crate) fn notify(options: &CallOptions, event: &CallEvent<'_>) {
    if let Some(observer) = &options.observer {
        observer(event);
    }
    if let (Some(progress), Some((done, of))) = (&options.progress, event.progress()) {
        progress(done, of);
    }
}
