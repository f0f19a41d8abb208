//! Shared code of the Python and Node bindings. Calls run on the runtime's threads, and their events wait in a [`Queue`] until
//! the other language's thread fetches them. A binding only supplies the function that wakes that thread.

mod announce;
mod backlog;
mod listener;
mod queue;

pub use announce::announced;
pub use backlog::Backlog;
pub use listener::{Listener, logger};
pub use queue::{Event, Queue, Task};
