//! Checks of the ids, tokens and URLs that a configuration gives, before any of them is put into a request.

use url::Url;

use crate::{
    config,
    model::{error::Error, secret::Secret, user::User},
};

fn wrong(option: &'static str, found: &str, expected: &str) -> Error {
    Error::of_option(option, found).with_hint(format!("It must be {expected}."))
}

/// Describes a rejected value without echoing more of it than helps; ids are no secrets, but may be a misplaced token.
fn described(value: &str) -> String {
    let length = value.chars().count();
    match value.chars().find(|c| !c.is_ascii_graphic()) {
        _ if value.is_empty() => "is empty".to_owned(),
        Some(c) => format!("contains the character '{}'", c.escape_default()),
        None => format!("has the wrong format ({length} characters)"),
    }
}

/// An id that becomes one segment of a URL path, so it must not be able to change the path's shape. Where it is only digits,
/// `digits_of` says what they are.
pub(super) fn path_id(option: &'static str, value: &str, digits_of: Option<&str>) -> Result<(), Error> {
    let allowed = |b: u8| {
        if digits_of.is_some() { b.is_ascii_digit() } else { b.is_ascii_alphanumeric() || b == b'-' || b == b'_' }
    };
    if (1..=config::LONGEST_ID).contains(&value.len()) && value.bytes().all(allowed) {
        return Ok(());
    }
    let longest = config::LONGEST_ID;
    let expected = digits_of.map_or_else(
        || format!("1 to {longest} letters, digits, - and _"),
        |what| format!("{what}: 1 to {longest} digits"),
    );
    Err(wrong(option, &described(value), &expected))
}

/// A business's phone number in digits; `+`, spaces and dashes are forgiven.
pub(super) fn business_number(option: &'static str, value: &str) -> Result<String, Error> {
    let digits: String = value.trim().chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    User::phone(&digits).ok().map(|user| user.id().to_owned()).ok_or_else(|| {
        wrong(option, &described(value), "the business's WhatsApp number with country code, such as 972771234567")
    })
}

/// A credential that travels in a header, so it must be visible ASCII.
pub(super) fn header_secret(option: &'static str, secret: &Secret) -> Result<(), Error> {
    credential(option, secret, |c| c.is_ascii_graphic(), "visible ASCII characters without spaces")
}

/// A credential that travels in a body or a signature.
pub(super) fn body_secret(option: &'static str, secret: &Secret) -> Result<(), Error> {
    credential(option, secret, |c| !c.is_control(), "characters without line breaks or other control characters")
}

fn credential(option: &'static str, secret: &Secret, allowed: fn(char) -> bool, kind: &str) -> Result<(), Error> {
    const QUOTES: &[char] = &['"', '\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}'];
    let value = secret.expose();
    if value.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("bearer ")) {
        return Err(wrong(option, "begins with \"Bearer \"", "the credential alone, without that word"));
    }
    if value.chars().count() > 1 && value.starts_with(QUOTES) && value.ends_with(QUOTES) {
        return Err(wrong(option, "stands in quotes", "the credential alone, without the quotes"));
    }
    let found = match value.chars().find(|c| !allowed(*c)) {
        _ if value.is_empty() => "is empty".to_owned(),
        _ if value.len() > config::LONGEST_SECRET => format!("is {} bytes long", value.len()),
        // Only the kind of the character: any part of a credential is a part of a credential.
        Some(c) if c.is_whitespace() => "contains white space or a line break (was it copied with one?)".to_owned(),
        Some(_) => "contains a character that cannot be sent".to_owned(),
        None => return Ok(()),
    };
    Err(wrong(option, &found, &format!("1 to {} {kind}", config::LONGEST_SECRET)))
}

/// A base URL: https, or http to this machine or by explicit consent; no user, query or fragment.
pub(super) fn base_url(value: &str, allow_http: bool) -> Result<Url, Error> {
    let expected = "an https URL such as https://graph.facebook.com";
    if value.len() > config::LONGEST_URL {
        return Err(wrong("base_url", &format!("is {} bytes long", value.len()), expected));
    }
    // The parser drops line breaks and reads \\ as /, so that the host could be another than the one that is read.
    if let Some(c) = value.chars().find(|c| c.is_control() || c.is_whitespace() || *c == '\\') {
        return Err(wrong("base_url", &format!("contains the character '{}'", c.escape_default()), expected));
    }
    let url = Url::parse(value).map_err(|error| wrong("base_url", &format!("is not a URL: {error}"), expected))?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("base_url", "is not an https URL", expected));
    }
    // Stricter than the parser of URLs, which lets characters into a host's name that no request can hold.
    if url.as_str().parse::<http::Uri>().is_err() {
        return Err(wrong("base_url", "holds a character that no request can", expected));
    }
    if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
        return Err(wrong("base_url", "is plain http, which would send credentials readably", "an https URL")
            .with_hint_naming("Use https, or set {allow_http} if the way to that host is safe."));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("base_url", "has a user, a query or a fragment", "only scheme, host and path"));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// What a digits-only id of a number is, for [`path_id`].
pub(super) const NUMBER_ID: &str = "the id that Meta gave the number, not the number itself";

/// A version of Meta's API, as it stands in a path.
pub(super) fn graph_version(option: &'static str, version: &str) -> Result<(), Error> {
    let number = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    match version.strip_prefix('v').and_then(|rest| rest.split_once('.')) {
        Some((major, minor)) if number(major) && number(minor) => Ok(()),
        _ => Err(Error::of_option(option, "is not a Graph API version").with_hint("It must look like v26.0.")),
    }
}

/// A path below the base URL, given as a setting, joined without letting it leave the host.
pub(super) fn join(base: &Url, option: &'static str, given: &str) -> Result<Url, Error> {
    let path = path(option, given)?;
    let mut url = base.clone();
    url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), path.replace('+', "%2B")));
    Ok(url)
}

/// A path that stays below the base URL, without the slash that it may begin with.
pub(super) fn path<'p>(option: &'static str, path: &'p str) -> Result<&'p str, Error> {
    // A number with its `+`, which is written as %2B.
    let number = |segment: &str| {
        segment.strip_prefix('+').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    let plain = |segment: &str| {
        !segment.is_empty()
            && segment != "."
            && segment != ".."
            && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
    };
    let path = path.trim_start_matches('/');
    if path.len() > config::LONGEST_URL || !path.split('/').all(|segment| plain(segment) || number(segment)) {
        return Err(wrong(option, &described(path), "a plain path such as whatsapp/v2/unblock"));
    }
    Ok(path)
}
