//! Faults to inject. `table` lists them; `rules` decides when one strikes. They use the trait
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
