//! Meta's error codes: what each means for a block list. The sources are Meta's error tables and its Block Users guide.

use crate::{
    model::error::{ErrorKind, Remedy},
    provider::{
        Call,
        codes::{self, Row, row},
    },
};

/// Some or all of a bulk failed; the users' own errors say which and why.
pub(super) const SOME_FAILED: i64 = 139_100;

const ROWS: &[Row] = &[
    row(&[131_047], ErrorKind::NotEligible, Remedy::None).hint(
        "The user sent no message in the last 24 hours, or is not on WhatsApp (Meta reports the same code for both); block them when they write.",
    ),
    row(&[131_021], ErrorKind::OwnNumber, Remedy::None),
    row(&[139_101], ErrorKind::ListFull, Remedy::None)
        .hint("The list is full (64,000 users); unblock someone first."),
    row(&[139_102, 139_103, 1, 2, 131_000, 131_016], ErrorKind::Server, Remedy::Retry),
    row(&[TOO_MANY, 4, 17, 341, 613, 80_007], ErrorKind::RateLimited, Remedy::Throttle)
        .hint("Wait as long as the provider asks, then call again with fewer concurrent requests."),
    row(&[131_048, 131_056], ErrorKind::RateLimited, Remedy::Throttle)
        .hint("Meta limits this number or this pair of numbers for a while; wait, then call again."),
    row(TOKEN, ErrorKind::Auth, Remedy::None).with(&[463, 467]).hint(
        "The access token in {access_token} has expired; create a new one, preferably for a system user.",
    ),
    row(TOKEN, ErrorKind::Auth, Remedy::None).with(&[458]).hint(
        "The app behind {access_token} was removed from the account; add it again and create a new token.",
    ),
    row(TOKEN, ErrorKind::Auth, Remedy::None).with(&[459, 464]).hint(
        "The person behind {access_token} must log in to Facebook and confirm the account.",
    ),
    row(TOKEN, ErrorKind::Auth, Remedy::None).with(&[460]).hint(
        "The password of the person behind {access_token} was changed; create a new token, preferably for a system user.",
    ),
    row(TOKEN, ErrorKind::Auth, Remedy::None).hint(
        "Create a new access token, and check that {access_token} contains all of it, without quotes, \"Bearer \" or a line break.",
    ),
    row(&[104], ErrorKind::Auth, Remedy::None).hint("Give an access token in {access_token}."),
    row(&[3, 10, PERMISSIONS], ErrorKind::Permission, Remedy::None)
        .hint("Give the token the permission for WhatsApp business messaging (whatsapp_business_messaging)."),
    row(&[368, 131_031], ErrorKind::Permission, Remedy::None)
        .hint("Meta has restricted this account; see the account's quality page in WhatsApp Manager."),
    row(&[131_005], ErrorKind::Permission, Remedy::None)
        .hint("The token may not use this business number; check its permissions."),
    row(&[33, 133_010], ErrorKind::NotFound, Remedy::None)
        .hint("The business number is deleted or not registered; check {phone_number_id}."),
    row(&[100], ErrorKind::NotFound, Remedy::None)
        .with(&[33])
        .hint("Check {phone_number_id} (not the phone number itself), and that the token may use it."),
    // A version that is retired.
    row(&[2635], ErrorKind::Config, Remedy::None)
        .hint("Set {version} to a Graph API version that is still supported."),
    row(&[2500], ErrorKind::Rejected, Remedy::None)
        .hint("Check {base_url} (only the host, without a version) and {version}."),
    row(&[131_062], ErrorKind::Unsupported, Remedy::None),
];

/// Too many numbers in the request, or too many requests.
const TOO_MANY: i64 = 130_429;
/// The list changed while it was read, or is being changed.
const CHANGED: i64 = 139_102;
/// A parameter is invalid, whichever it is.
const INVALID: i64 = 100;
/// Codes about the access token; their subcodes say more.
const TOKEN: &[i64] = &[190, 102, 0];
/// Stands for 200 to 299, which all say that a permission is missing.
const PERMISSIONS: i64 = 200;

fn find(code: i64, subcode: Option<i64>) -> Option<&'static Row> {
    codes::find(ROWS, if (200..=299).contains(&code) { PERMISSIONS } else { code }, subcode)
}

/// Whether a code is one of Meta's that has a meaning here.
pub(super) fn is_known(code: i64, subcode: Option<i64>) -> bool {
    [SOME_FAILED, INVALID].contains(&code) || find(code, subcode).is_some()
}

/// What a code means and what helps against it. `is_transient` in the answer is believed over the table, except where the
/// table knows the remedy better. Statuses are not looked at: Meta's own tables disagree about them.
pub(in crate::provider) fn refusal_of_code(
    code: i64,
    subcode: Option<i64>,
    transient: bool,
    call: &Call<'_>,
    wait_stated: bool,
) -> (ErrorKind, Remedy) {
    let many = call.users().len() > 1;
    match (code, call) {
        // Some of several users failed: without the lists this says nothing about any one of them, so they are unknown.
        (SOME_FAILED, _) if many => return (ErrorKind::Protocol, Remedy::None),
        (CHANGED, Call::List { .. }) => return (ErrorKind::ListChanged, Remedy::RestartList),
        // Without a stated wait, smaller batches help against both.
        (TOO_MANY, _) if many && !wait_stated => return (ErrorKind::RateLimited, Remedy::Halve),
        _ => {}
    }
    match find(code, subcode).map(|row| (row.kind, row.remedy)) {
        Some(known) if known.1 != Remedy::None => known,
        Some(known) if matches!(known.0, ErrorKind::NotEligible | ErrorKind::OwnNumber | ErrorKind::ListFull) => known,
        _ if transient => (ErrorKind::Server, Remedy::Retry),
        Some(known) => known,
        None if code == INVALID && shrinkable(call) => (ErrorKind::Rejected, Remedy::ShrinkPage),
        None => (ErrorKind::Rejected, Remedy::None),
    }
}

/// Page size to ask for when the provider refuses a larger one.
pub(in crate::provider) const FALLBACK_PAGE_SIZE: u32 = 100;

/// Whether an invalid parameter of a list may be its page size.
fn shrinkable(call: &Call<'_>) -> bool {
    matches!(call, Call::List { limit, .. } if *limit > FALLBACK_PAGE_SIZE)
}

/// What to do, where the code says more than its kind.
pub(super) fn hint(code: i64, subcode: Option<i64>) -> Option<&'static str> {
    find(code, subcode)?.hint
}

/// What an error's text names, where its code says too little: the kind, and what to do.
pub(super) fn named_in(text: &str) -> Option<(ErrorKind, &'static str)> {
    let text = text.to_lowercase();
    let says = |part: &str| text.contains(part);
    if says("appsecret_proof") || says("app secret proof") {
        let hint = if says("invalid") || says("wrong") {
            "Check that {app_secret} is the secret of the app that made {access_token}."
        } else {
            "Give the app's secret in {app_secret}: this app accepts only calls with a proof of it."
        };
        return Some((ErrorKind::Auth, hint));
    }
    if says("version") && (says("deprecated") || says("no longer supported") || says("retired")) {
        return Some((ErrorKind::Config, "Set {version} to a Graph API version that is still supported."));
    }
    if says("unknown path components") {
        return Some((ErrorKind::Config, "Check {base_url} (only the host, without a version) and {version}."));
    }
    if says("active access token must be used") {
        return Some((ErrorKind::Auth, "Give an access token in {access_token}."));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{change::Change, user::User};

    const LIST: Call<'static> = Call::List { cursor: None, limit: 1000 };
    const SMALL_LIST: Call<'static> = Call::List { cursor: None, limit: 100 };

    /// Codes, a subcode, the call, and what they mean.
    type Row<'a> = (&'static [i64], Option<i64>, Call<'a>, ErrorKind, Remedy);

    #[test]
    fn every_code_has_its_meaning() {
        use ErrorKind::{
            Auth, Config, ListChanged, ListFull, NotEligible, NotFound, OwnNumber, Permission, Protocol, RateLimited,
            Rejected, Server, Unsupported,
        };
        use Remedy::{Halve, None as Nothing, RestartList, Retry, ShrinkPage, Throttle};

        let users = [User::phone("16505551234").unwrap(), User::phone("16505551235").unwrap()];
        let (one, two) = (Call::Change(Change::Block, &users[..1]), Call::Change(Change::Unblock, &users));
        let rows: &[Row<'_>] = &[
            (&[139_100], None, two, Protocol, Nothing),
            (&[139_100], None, one, Rejected, Nothing),
            (&[131_047], None, two, NotEligible, Nothing),
            (&[131_021], None, two, OwnNumber, Nothing),
            (&[139_101], None, two, ListFull, Nothing),
            (&[139_102], None, LIST, ListChanged, RestartList),
            (&[139_102], None, one, Server, Retry),
            (&[130_429], None, two, RateLimited, Halve),
            (&[130_429], None, one, RateLimited, Throttle),
            (&[130_429], None, LIST, RateLimited, Throttle),
            (&[4, 17, 341, 613, 80_007, 131_048, 131_056], None, two, RateLimited, Throttle),
            (&[1, 2, 139_103, 131_000, 131_016], None, two, Server, Retry),
            (&[0, 102, 104, 190], None, two, Auth, Nothing),
            (&[3, 10, 200, 250, 299, 368, 131_005, 131_031], None, two, Permission, Nothing),
            (&[33, 133_010], None, two, NotFound, Nothing),
            (&[100], Some(33), LIST, NotFound, Nothing),
            (&[100], None, LIST, Rejected, ShrinkPage),
            (&[100], None, SMALL_LIST, Rejected, Nothing),
            (&[100], None, two, Rejected, Nothing),
            (&[131_062], None, two, Unsupported, Nothing),
            (&[2635], None, two, Config, Nothing),
            (&[5, 99, 101, 199, 300, 139_000], None, two, Rejected, Nothing),
        ];
        for (codes, subcode, call, kind, remedy) in rows {
            for code in *codes {
                assert_eq!(refusal_of_code(*code, *subcode, false, call, false), (*kind, *remedy), "{code} {call:?}");
            }
        }
        let stated = refusal_of_code(130_429, None, false, &two, true);
        assert_eq!(stated, (RateLimited, Throttle), "a stated wait says that the pace was wrong");
        assert_eq!(refusal_of_code(5, None, true, &two, false), (Server, Retry), "`is_transient` is believed");
        assert_eq!(refusal_of_code(131_047, None, true, &two, false), (NotEligible, Nothing), "but not over the table");
    }

    #[test]
    fn a_hint_says_what_to_do_about_the_code() {
        let rows: &[(&[i64], _, _)] = &[
            (&[131_047], None, "24 hours"),
            (&[139_101], None, "unblock someone"),
            (&[190, 102, 0], Some(463), "has expired"),
            (&[190, 102, 0], Some(467), "has expired"),
            (&[190, 102, 0], Some(458), "was removed"),
            (&[190, 102, 0], Some(459), "log in"),
            (&[190, 102, 0], Some(464), "log in"),
            (&[190, 102, 0], Some(460), "password"),
            (&[190, 102, 0], None, "without quotes"),
            (&[104], None, "Give an access token"),
            (&[2635], None, "{version}"),
            (&[2500], None, "{base_url}"),
            (&[131_048, 131_056], None, "for a while"),
            (&[3, 10, 200, 299], None, "whatsapp_business_messaging"),
            (&[100], Some(33), "phone_number_id"),
            (&[33, 133_010], None, "not registered"),
            (&[368, 131_031], None, "restricted"),
            (&[131_005], None, "may not use"),
            (&[4, 17, 341, 613, 80_007, 130_429], None, "as long as the provider asks"),
        ];
        for (codes, subcode, part) in rows {
            for code in *codes {
                let hint = hint(*code, *subcode).unwrap_or_else(|| panic!("{code} has no hint"));
                assert!(hint.contains(part), "{code}: {hint}");
            }
        }
        assert_eq!(hint(100, None), None);
        assert_eq!(hint(139_103, None), None);
    }
}
