//! The members of the family, each as data. A new one is a file in this folder and its name in this list.

use crate::provider::option::ProviderEntry;

macro_rules! members {
    ($($name:ident),+ $(,)?) => {
        $(
            mod $name;
            pub use $name::*;
        )+

        /// The members, for the list of providers.
        pub(in crate::provider) const ENTRIES: &[ProviderEntry] = &[$($name::ENTRY),+];
    };
}

members!(meta, dialog360, gupshup, kaleyra, kapso, splashify, ycloud, any_host);
