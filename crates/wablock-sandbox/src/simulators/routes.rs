//! Which path asks for what: methods, and paths with an id or a number in them.

use crate::accounts::Field;
use crate::operation::Operation::{self, Block, List, Unblock};

/// A way in: its paths, and the credential that opens it.
#[derive(Debug)]
pub(crate) struct Door {
    /// Headers that carry the credential, with the scheme before it.
    pub(crate) auth: &'static [(&'static str, &'static str)],
    /// The part of an account that is the credential.
    pub(crate) credential: Field,
    pub(crate) routes: &'static [Route],
}

/// An operation with its method and its path. In a path, `{id}` is the account's id and `{number}` its own number;
/// without an id, the account is found by the credential.
pub(crate) type Route = (Operation, &'static str, &'static str);

/// What a path says.
#[derive(Debug)]
pub(crate) struct Found<'p> {
    pub(crate) door: &'static Door,
    pub(crate) id: Option<&'p str>,
    pub(crate) number: Option<&'p str>,
}

/// Meta's three methods at one path.
pub(crate) const fn at(path: &'static str) -> [Route; 3] {
    [(Block, "POST", path), (Unblock, "DELETE", path), (List, "GET", path)]
}

impl Door {
    /// What a path says, if it is one of this door's.
    pub(crate) fn find<'p>(&'static self, path: &'p str) -> Option<Found<'p>> {
        let places = self.routes.iter().find_map(|(.., route)| places(path, route))?;
        Some(Found { door: self, id: places.0, number: places.1 })
    }

    /// The operation of a method at a path.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<Operation> {
        let found = self.routes.iter().find(|(_, own, route)| *own == method && places(path, route).is_some());
        found.map(|(operation, ..)| *operation)
    }
}

/// The id and the number in a path, if it has the form of the route.
fn places<'p>(path: &'p str, route: &str) -> Option<(Option<&'p str>, Option<&'p str>)> {
    let (mut id, mut number) = (None, None);
    let mut segments = path.split('/');
    for wanted in route.split('/') {
        let segment = segments.next()?;
        match wanted.split_once('{') {
            None if segment == wanted => {}
            None => return None,
            Some((before, name)) => {
                let value = segment.strip_prefix(before).filter(|value| !value.is_empty())?;
                if name == "id}" { id = Some(value) } else { number = Some(value) }
            }
        }
    }
    segments.next().is_none().then_some((id, number))
}
