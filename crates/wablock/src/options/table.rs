//! A table of options and the Rust type that holds them, written once.

/// Makes a configuration type of its options: its fields, a method to set each of them, its constructor, its table, and how it
/// is read and checked. An option is one entry: what it means, its name, its type and its row.
///
/// `required` options are arguments of `new`; a type without any has a `Default`. `others` are fields that no table holds.
macro_rules! option_table {
    (
        $(#[doc = $about:expr])+
        derive($($derive:ident),+)
        pub struct $type:ident;
        required { $($(#[doc = $needed_doc:expr])+ $needed:ident: $needed_type:ident = $needed_row:expr,)* }
        optional { $($(#[doc = $doc:expr])+ $name:ident: $outer:ident $(<$inner:ident>)? = $row:expr,)* }
        others { $($(#[doc = $other_doc:expr])+ $visible:vis $other:ident: $other_type:ty,)* }
    ) => {
        $(#[doc = $about])+
        #[derive($($derive),+)]
        #[non_exhaustive]
        pub struct $type {
            $($(#[doc = $needed_doc])+ pub $needed: $needed_type,)*
            $($(#[doc = $doc])+ pub $name: $outer $(<$inner>)?,)*
            $($(#[doc = $other_doc])+ $visible $other: $other_type,)*
        }

        impl $type {
            /// What each option is called and what it holds.
            pub const TABLE: $crate::options::OptionTable = $crate::options::OptionTable {
                name: stringify!($type),
                doc: concat!($($about, "\n"),+),
                rows: &[
                    $($needed_row.named(stringify!($needed), concat!($($needed_doc, "\n"),+), true),)*
                    $($row.named(stringify!($name), concat!($($doc, "\n"),+), false),)*
                ],
            };

            $($crate::options::option_table! { @setter [$(#[doc = $doc])+] $name $outer $(<$inner>)? })*

            /// Checks values that were set in code by the same rows.
            #[allow(unused, reason = "a type without options has nothing to check")]
            pub(crate) fn check(&self) -> Result<(), $crate::model::error::Error> {
                let row = |name| $crate::options::row(Self::TABLE.rows, name);
                $($crate::options::check_set(row(stringify!($name)), &self.$name)?;)*
                Ok(())
            }
        }

        impl From<$crate::options::Values> for $type {
            fn from(mut given: $crate::options::Values) -> Self {
                let row = |name| $crate::options::row(Self::TABLE.rows, name);
                Self {
                    $($needed: given.take(row(stringify!($needed))),)*
                    $($name: given.take(row(stringify!($name))),)*
                    $($other: Default::default(),)*
                }
            }
        }

        $crate::options::option_table! { @new $type $($needed $needed_type)* }
    };

    (@new $type:ident) => {
        impl Default for $type {
            fn default() -> Self {
                Self::from($crate::options::Values::default())
            }
        }
    };
    (@new $type:ident $($needed:ident $needed_type:ident)+) => {
        impl $type {
            /// With what is required; every other option has its default.
            #[must_use]
            pub fn new($($needed: impl Into<$needed_type>),+) -> Self {
                let others = Self::from($crate::options::Values::default());
                Self { $($needed: $needed.into(),)+ ..others }
            }
        }
    };

    (@setter [$($doc:tt)+] $name:ident Option<Secret>) => {
        $($doc)+
        #[must_use]
        pub fn $name(mut self, $name: impl Into<Secret>) -> Self {
            self.$name = Some($name.into());
            self
        }
    };
    (@setter [$($doc:tt)+] $name:ident Option<String>) => {
        $($doc)+
        #[must_use]
        pub fn $name(mut self, $name: impl Into<String>) -> Self {
            self.$name = Some($name.into());
            self
        }
    };
    (@setter [$($doc:tt)+] $name:ident Option<$given:ident>) => {
        $($doc)+
        #[must_use]
        pub fn $name(mut self, $name: $given) -> Self {
            self.$name = Some($name);
            self
        }
    };
    (@setter [$($doc:tt)+] $name:ident String) => {
        $($doc)+
        #[must_use]
        pub fn $name(mut self, $name: impl Into<String>) -> Self {
            self.$name = $name.into();
            self
        }
    };
    (@setter [$($doc:tt)+] $name:ident $given:ty) => {
        $($doc)+
        #[must_use]
        pub fn $name(mut self, $name: $given) -> Self {
            self.$name = $name;
            self
        }
    };
}

pub(crate) use option_table;
