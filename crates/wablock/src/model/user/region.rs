//! Regions: countries by their ISO 3166 code.

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

use crate::model::error::{Error, ErrorKind};

/// The region of an ISO 3166 code in any case.
///
/// # Errors
/// `config` where no country with phone numbers has this code.
pub(super) fn region(code: &str) -> Result<Region, Error> {
    let known =
        |region: &Region| *region != Region::World && PHONE_NUMBER_UTIL.get_country_code_for_region(*region).is_some();
    Region::from_code(&code.to_ascii_uppercase()).ok().filter(known).ok_or_else(|| {
        let shown: String = code.chars().take(24).collect();
        Error::new(ErrorKind::Config, format!("{shown:?} is not a region"))
            .with_hint("Give the ISO 3166 code of a country, such as \"IL\", \"US\" or \"GB\".")
    })
}

/// Checks a region that is given as an option.
pub(crate) fn check_region(code: &str) -> Result<(), Error> {
    region(code).map(drop)
}
