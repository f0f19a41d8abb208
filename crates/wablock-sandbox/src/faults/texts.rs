//! Texts that are hard to show.

use super::params::Params;

/// Direction overrides, terminal colours, line breaks, a NUL, and characters that cannot be seen.
pub(super) const HOSTILE: &str =
    "bad \u{202e}desrever\u{202c} \u{1b}[31mred\u{1b}[0m \r\nINFO forged line\t\u{0}\u{7}\u{9b}31m\u{200b}\u{feff}";

/// The parameter `kib` in bytes.
pub(super) fn kib(params: &Params) -> usize {
    usize::try_from(params.int("kib").min(65_536) << 10).unwrap_or(0)
}

/// A text of so many KiB: runs of digits, each as short as a number, which a masker has to look at one by one.
pub(super) fn huge(params: &Params) -> String {
    "9999999 ".repeat(kib(params) / 8)
}
