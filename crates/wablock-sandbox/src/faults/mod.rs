//! Faults: what can go wrong on purpose. `table` names them all; `rules` decides when one strikes. They speak to
//! [`crate::simulator::Simulator`] and name no provider.

mod act;
mod body;
mod echo;
mod entries;
mod errors;
mod forms;
mod gzip;
mod items;
mod paging;
mod params;
mod places;
mod rules;
mod table;
mod texts;
mod wire;

pub(crate) use act::{Act, Ctx, edit_json};
pub(crate) use rules::{COMMON, Hit, Rules};
pub(crate) use table::to_json as fault_table;
