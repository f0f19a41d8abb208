//! What the server's thread and the handle share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::world::World;

/// What the server thread and the handle share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    /// Woken when faults may have been added or cleared.
    pub(crate) changed: Notify,
}

impl Shared {
    pub(crate) fn new(world: World) -> Shared {
        Shared { world: Mutex::new(world), changed: Notify::new() }
    }

    /// The state. A panic elsewhere does not take the sandbox down.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
