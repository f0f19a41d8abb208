//! The options of a provider: its table, its configuration type, and what the list of providers holds about it.

use super::{IntoProvider, Provider};
use crate::{
    model::error::{Error, ProviderId},
    options::{OptionKind, OptionRow, OptionTable, Values},
};

/// A provider as the list of providers has it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderEntry {
    /// Its id, such as `meta`.
    pub id: ProviderId,
    /// Its name, such as Meta Cloud API.
    pub title: &'static str,
    /// Its options.
    pub table: &'static OptionTable,
    pub(super) make: fn(Values) -> Result<Box<dyn Provider>, Error>,
}

impl ProviderEntry {
    /// Whether the provider has every option that a text names in braces.
    pub(super) fn has_options_of(&self, text: &str) -> bool {
        let mut named = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        named.all(|(name, _)| self.table.rows.iter().any(|row| row.name == name))
    }
}

/// Makes a provider of checked values.
pub(super) fn make<C: IntoProvider + From<Values>>(values: Values) -> Result<Box<dyn Provider>, Error> {
    C::from(values).into_provider()
}

pub(super) const fn secret() -> OptionRow {
    OptionRow::new(OptionKind::Secret).documented()
}

pub(super) const fn text() -> OptionRow {
    OptionRow::new(OptionKind::Text)
}

pub(super) const fn flag() -> OptionRow {
    OptionRow::new(OptionKind::Flag).default(crate::options::OptionDefault::Flag(false))
}

pub(super) const fn one_of(words: &'static [&'static str]) -> OptionRow {
    OptionRow::new(OptionKind::OneOf(words)).documented()
}

pub(super) const fn whole(most: u64, default: u64) -> OptionRow {
    OptionRow::new(OptionKind::Whole { least: 1, most }).default(crate::options::OptionDefault::Whole(default))
}

/// Names that people try for a key.
pub(super) const KEY: &[&str] =
    &["token", "access_token", "key", "api_token", "access_key", "bearer_token", "bearer", "auth_token"];

/// Names that people try for the id of a business number.
pub(super) const NUMBER_ID: &[&str] =
    &["phone_id", "number_id", "phone_number", "phone", "from_number", "business_phone", "sender_id", "from"];

/// Names that people try for a business number.
pub(super) const NUMBER: &[&str] = &["phone", "from_number", "phone_number", "from", "sender", "phone_number_id"];

/// Names that people try for the host.
pub(super) const HOST: &[&str] = &["url", "host", "endpoint", "api_url", "base_uri", "api_base", "server"];

/// Makes the configuration type of a provider, as [`crate::options::option_table`] does, with its `ID` and its `ENTRY`.
/// `shared` adds options that several providers have: `base_url(default)`, `page_size(default)` or `page_size(up to most,
/// default)`, `batch_size(most, default)`, `allow_bsuid` and `allow_http`.
macro_rules! provider_options {
    (
        $(#[doc = $about:expr])+
        pub struct $type:ident for $id:literal, $title:literal;
        required { $($required:tt)* }
        optional { $($optional:tt)* }
        shared { $($shared:tt)* }
    ) => {
        pub(in crate::provider) const ID: $crate::model::error::ProviderId = $crate::model::error::ProviderId::new($id);

        pub(in crate::provider) const ENTRY: $crate::provider::option::ProviderEntry = $crate::provider::option::ProviderEntry {
            id: ID,
            title: $title,
            table: &$type::TABLE,
            make: $crate::provider::option::make::<$type>,
        };

        $crate::provider::option::provider_options! {
            @shared { $($shared)* } { $($optional)* } {
                $(#[doc = $about])+ derive(Clone, Debug) pub struct $type; required { $($required)* }
            }
        }
    };

    (@shared {} { $($optional:tt)* } { $($head:tt)* }) => {
        $crate::options::option_table! { $($head)* optional { $($optional)* } others {} }
    };
    (@shared { base_url($default:literal) $($rest:tt)* } { $($optional:tt)* } $head:tt) => {
        $crate::provider::option::provider_options! { @shared { $($rest)* } { $($optional)*
            /// URL to call instead of the provider's: a gateway, or the sandbox.
            base_url: String = $crate::provider::option::text()
                .default($crate::options::OptionDefault::Text($default))
                .also($crate::provider::option::HOST),
        } $head }
    };
    (@shared { page_size(up to $most:literal, $default:literal) $($rest:tt)* } { $($optional:tt)* } $head:tt) => {
        $crate::provider::option::provider_options! { @shared { $($rest)* } { $($optional)*
            /// Users to request per page of the list.
            page_size: u32 = $crate::provider::option::whole($most, $default)
                .documented()
                .also(&["limit", "per_page", "list_page_size"]),
        } $head }
    };
    (@shared { page_size($default:literal $(, $note:literal)?) $($rest:tt)* } { $($optional:tt)* } $head:tt) => {
        $crate::provider::option::provider_options! { @shared { $($rest)* } { $($optional)*
            /// Users to request per page of the list.
            page_size: u32 = $crate::provider::option::whole(64_000, $default)
                $(.note($note))?
                .also(&["limit", "per_page", "list_page_size"]),
        } $head }
    };
    (@shared { batch_size($most:literal, $default:literal $(, $guess:ident)?) $($rest:tt)* } { $($optional:tt)* } $head:tt) => {
        $crate::provider::option::provider_options! { @shared { $($rest)* } { $($optional)*
            /// Maximum number of users per request.
            batch_size: usize = $crate::provider::option::whole($most, $default)$(.$guess())?
                .also(&["max_batch_size", "chunk_size", "batch"]),
        } $head }
    };
    (@shared { allow_bsuid $($rest:tt)* } { $($optional:tt)* } $head:tt) => {
        $crate::provider::option::provider_options! { @shared { $($rest)* } { $($optional)*
            /// Send business-scoped ids; the provider does not document whether it accepts them.
            allow_bsuid: bool = $crate::provider::option::flag().guess(),
        } $head }
    };
    (@shared { allow_http $($rest:tt)* } { $($optional:tt)* } $head:tt) => {
        $crate::provider::option::provider_options! { @shared { $($rest)* } { $($optional)*
            /// Allow plain http to a host other than this machine.
            allow_http: bool = $crate::provider::option::flag().also(&["allow_insecure", "insecure", "http"]),
        } $head }
    };
}

pub(super) use provider_options;
