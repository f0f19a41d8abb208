//! What the Python and the Node binding do the same way: calls run on the runtime's threads, and what they report waits in a
//! [`Queue`] until the thread of the other language fetches it. The binding supplies only what wakes that thread.

mod announce;
mod backlog;
mod listener;
mod pages;
mod queue;

pub use announce::announced;
pub use backlog::Backlog;
pub use listener::{Listener, logger};
pub use pages::Pages;
pub use queue::{Event, Queue, Task};
