//! Users who arrive piece by piece and are read in the meantime.

use std::{fmt, panic, sync::Arc};

use tokio::{
    runtime::Handle,
    sync::mpsc,
    task::{self, JoinHandle},
};

use super::Inputs;
use crate::{
    engine::session::Session,
    model::{
        error::{Error, ErrorKind},
        input::Input,
    },
};

/// Most users for whom room is made before they are there.
const MOST_EXPECTED: usize = 1 << 20;

/// The users of one call, who arrive piece by piece: rows of a database, lines of a file, texts of another language. While
/// the next piece is fetched, a task of the runtime reads the pieces that are there. Nothing is sent before the call begins.
///
/// ```no_run
/// # async fn example(client: wablock::Client, pages: Vec<Vec<String>>) -> Result<(), wablock::CallError> {
/// let mut users = client.user_stream();
/// for page in pages {
///     users.add(page);
/// }
/// let report = client.block_stream(users, &wablock::CallOptions::default()).await?;
/// # Ok(())
/// # }
/// ```
pub struct UserStream {
    session: Arc<Session>,
    expected: usize,
    sender: mpsc::UnboundedSender<Piece>,
    /// Until another owner takes them.
    pieces: Option<mpsc::UnboundedReceiver<Piece>>,
    reader: Option<JoinHandle<Inputs>>,
    begun: bool,
}

/// Has the inputs read one piece.
type Piece = Box<dyn FnOnce(&mut Inputs, &Session) + Send>;

impl UserStream {
    pub(crate) fn new(session: Arc<Session>) -> Self {
        let (sender, pieces) = mpsc::unbounded_channel();
        Self { session, expected: 0, sender, pieces: Some(pieces), reader: None, begun: false }
    }

    /// Roughly how many users there will be, so that memory for them is reserved once. Call it before the second piece is
    /// added.
    pub fn size_hint(&mut self, count: usize) {
        self.expected = count.min(MOST_EXPECTED);
    }

    /// Adds users after those who are there. Outside a tokio runtime they are read only when the call begins.
    pub fn add<I>(&mut self, users: I)
    where
        I: IntoIterator<Item: Into<Input>, IntoIter: Send + 'static>,
    {
        let users = users.into_iter();
        // After a panic there is no receiver, and the call reports it.
        let _ = self.sender.send(Box::new(|inputs, session| inputs.add(users.map(Into::into), session)));
        // A single piece is read by the call itself: to have another thread do it costs more.
        if self.begun
            && Handle::try_current().is_ok()
            && let Some(pieces) = self.pieces.take()
        {
            self.reader = Some(tokio::spawn(read(pieces, self.expected, Arc::clone(&self.session))));
        }
        self.begun = true;
    }

    /// True when the client was closed: the call is over, and no more users need be fetched for it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.session.check_open().is_err()
    }

    /// What was read, with what is left to read.
    pub(crate) async fn inputs(self) -> Result<Inputs, Error> {
        let Self { session, expected, sender, pieces, reader, .. } = self;
        drop(sender);
        if let Some(pieces) = pieces {
            return Ok(read(pieces, expected, session).await);
        }
        let Some(reader) = reader else { return Ok(Inputs::default()) };
        reader.await.map_err(|error| match error.try_into_panic() {
            Ok(panic) => panic::resume_unwind(panic),
            Err(_) => Error::new(ErrorKind::Closed, "the runtime of this call is shutting down"),
        })
    }
}

async fn read(mut pieces: mpsc::UnboundedReceiver<Piece>, expected: usize, session: Arc<Session>) -> Inputs {
    let mut inputs = Inputs::default();
    inputs.reserve(expected);
    while let Some(piece) = pieces.recv().await {
        piece(&mut inputs, &session);
        // National numbers take 10 µs each, and other calls are due too.
        task::yield_now().await;
    }
    inputs
}

impl fmt::Debug for UserStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserStream").finish_non_exhaustive()
    }
}
