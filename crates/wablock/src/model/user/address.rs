//! What surrounds a number or an id: schemes, links, chat addresses, and what spreadsheets put around text.

use super::refusal::Refusal;

const LONGEST_BSUID_TAIL: usize = 128;
/// What programs write where there is no value.
const MISSING: &[&str] =
    &["nan", "none", "null", "nil", "undefined", "na", "n/a", "nat", "<na>", "<nil>", "(null)", "(none)"];

/// What a text gives to identify somebody.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address<'a> {
    /// A number as people write it.
    Writing(&'a str),
    /// A number that is international by its place: in a link of WhatsApp's, or after `whatsapp:`.
    International(&'a str),
    /// The digits before `@s.whatsapp.net`.
    WaId(&'a str),
    Bsuid(&'a str),
}

/// Reads what surrounds a text that [`plain`](super::characters::plain) made.
pub(super) fn address(text: &str) -> Result<Address<'_>, Refusal> {
    let text = unquoted(text.trim_matches([' ', '\n']));
    if MISSING.contains(&&*text.to_ascii_lowercase()) {
        return Err(
            Refusal::new(format!("{text:?} means a missing value")).hint("Leave out the rows that have no number.")
        );
    }
    if text.starts_with('#') {
        return Err(Refusal::new("a spreadsheet could not display the cell")
            .hint("Correct the cell or widen its column, and export it again as text."));
    }
    if bsuid(text) {
        return Ok(Address::Bsuid(text));
    }
    if let Some(rest) = without(text, "whatsapp:").filter(|rest| !rest.starts_with("//")) {
        return Ok(match address(rest)? {
            Address::Writing(number) => Address::International(number),
            other => other,
        });
    }
    for scheme in ["tel:", "sms:"] {
        if let Some(rest) = without(text, scheme) {
            return dialled(rest.split('?').next().unwrap_or(rest));
        }
    }
    if let Some(link) = link(text) {
        return link;
    }
    if text.contains('@') { chat(text) } else { Ok(Address::Writing(text)) }
}

/// `US.1349...` or the parent form `US.ENT.1181...`; lengths differ between sources, so only the form is checked.
pub(super) fn bsuid(id: &str) -> bool {
    let Some((country, rest)) = id.split_once('.') else { return false };
    let tail = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=LONGEST_BSUID_TAIL).contains(&tail.len())
        && tail.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Without what keeps a spreadsheet from reading text as a number: `'1650`, `"1650"`, `="1650"`.
fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix('=').unwrap_or(text).strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let text = inner.unwrap_or(text);
    let quoted = text.strip_prefix('\'').map(|text| text.strip_suffix('\'').unwrap_or(text));
    quoted.unwrap_or(text).trim_matches([' ', '\n'])
}

/// What follows `prefix`, which may be in any case.
fn without<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn dialled(number: &str) -> Result<Address<'_>, Refusal> {
    if number.contains(';') {
        let refusal = Refusal::new("it has parameters after the number, such as an extension");
        return Err(refusal.hint("Give only the number, such as tel:+16505551234."));
    }
    address(number)
}

/// The number in a link that opens a chat.
fn link(text: &str) -> Option<Result<Address<'_>, Refusal>> {
    let location = without(text, "https://").or_else(|| without(text, "http://")).unwrap_or(text);
    let location = without(location, "www.").unwrap_or(location);
    let number = if let Some(path) = without(location, "wa.me/") {
        path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/')
    } else if let Some(query) = ["api.whatsapp.com/send", "web.whatsapp.com/send", "whatsapp://send"]
        .iter()
        .find_map(|host| without(location, host))
    {
        let query = query.trim_start_matches('/').strip_prefix('?').unwrap_or_default();
        query.split('&').find_map(|pair| pair.strip_prefix("phone=")).unwrap_or_default()
    } else if location.len() < text.len() || text.contains("://") {
        ""
    } else {
        return None;
    };
    let digits = without(number, "%2b").or_else(|| number.strip_prefix('+')).unwrap_or(number);
    Some(if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(Address::International(digits))
    } else {
        Err(Refusal::new("it is a link without a phone number")
            .hint("Give the number, or a link such as https://wa.me/16505551234."))
    })
}

/// A chat address (JID), or another text with an `@`.
fn chat(text: &str) -> Result<Address<'_>, Refusal> {
    const WEBHOOK: &str = "Give the phone number, or the business-scoped id that webhooks call `user_id`.";
    let Some((name, server)) = text.split_once('@') else { return Ok(Address::Writing(text)) };
    let number = name
        .split_once(':')
        .map_or(name, |(number, device)| if device.bytes().all(|byte| byte.is_ascii_digit()) { number } else { name });
    match &*server.to_ascii_lowercase() {
        "s.whatsapp.net" | "c.us" if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(Address::WaId(number))
        }
        "s.whatsapp.net" | "c.us" => Err(Refusal::new("there is no phone number before the @").hint(WEBHOOK)),
        "lid" | "hosted.lid" => Err(Refusal::new("it is a LID, whose digits are not a phone number").hint(WEBHOOK)),
        "g.us" => Err(Refusal::new("it is the address of a group").hint("Only single users can be blocked.")),
        "broadcast" => {
            Err(Refusal::new("it is the address of a broadcast list").hint("Only single users can be blocked."))
        }
        "newsletter" => Err(Refusal::new("it is the address of a channel").hint("Only single users can be blocked.")),
        _ if name.is_empty() => Err(Refusal::new("it is a username").hint(WEBHOOK)),
        server if server.contains('.') => Err(Refusal::new("it is an email address").hint(WEBHOOK)),
        _ => Err(Refusal::new("it is an address without a phone number").hint(WEBHOOK)),
    }
}
