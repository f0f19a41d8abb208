//! Who hears of a call's events: its observer of all of them, its progress callback of the numbers.

use crate::{model::event::CallEvent, options::CallOptions};

pub(crate) fn notify(options: &CallOptions, event: &CallEvent<'_>) {
    if let Some(observer) = &options.observer {
        observer(event);
    }
    if let (Some(progress), Some((done, of))) = (&options.progress, event.progress()) {
        progress(done, of);
    }
}
