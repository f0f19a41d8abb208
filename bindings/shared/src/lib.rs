//! Shared code of the Python and Node bindings. Calls run on the runtime's threads, and their events wait in a [`Queue`] until
//! the other language's thread fetches them. A binding only supplies the function that wakes that thread.

mod listener;
mod queue;

pub use listener::{Listener, logger};
pub use queue::{Event, Queue};
