//! The answers of each reseller in full.

use serde_json::{Value, json};

use super::ADA;
use crate::support::resellers::ask;
use crate::support::{blocked, start};

/// Has not written in the last 24 hours.
const LATE: &str = "15550131047";

/// Blocks Ada and somebody who wrote too long ago, lists, unblocks Ada: the three answers in full.
fn three_answers(provider: &str) -> [(u16, Value); 3] {
    let sandbox = start();
    let block = ask(&sandbox, provider, "block", &[ADA, LATE]);
    let list = ask(&sandbox, provider, "list", &[]);
    assert_eq!(blocked(&sandbox, provider), [ADA], "{provider}");
    let unblock = ask(&sandbox, provider, "unblock", &[ADA]);
    assert!(blocked(&sandbox, provider).is_empty(), "{provider}");
    [block, list, unblock].map(|answer| (answer.status, without_chance(answer.json())))
}

/// Cursors and trace ids are different each time.
fn without_chance(mut body: Value) -> Value {
    for pointer in ["/paging/cursors", "/cursor"] {
        if let Some(cursors) = body.pointer_mut(pointer) {
            assert!(cursors["after"].is_string() && cursors["before"].is_string(), "{cursors}");
            *cursors = json!("cursors");
        }
    }
    if let Some(error) = body.get_mut("error").and_then(Value::as_object_mut) {
        error.remove("fbtrace_id");
    }
    body
}

#[test]
fn each_answers_in_its_own_shape() {
    let plain = |input: &str, wa_id: &str| json!({"input": input, "wa_id": wa_id});
    let late = |input: &str, code: Value| {
        json!({"input": input, "wa_id": LATE, "errors": [{"code": code, "message": "Re-engagement required",
            "error_data": {"details": "User has not messaged in the last 24 hours"}}]})
    };
    let meta = |lists: Value| json!({"messaging_product": "whatsapp", "block_users": lists});
    let mixed = json!({"message": "(#139100) Failed to block/unblock users", "type": "OAuthException", "code": 139_100,
        "error_data": {"messaging_product": "whatsapp",
            "details": "Failed to block some users, see the block_users response list for details"}});
    let row = json!({"messaging_product": "whatsapp", "wa_id": ADA});
    let (plus_ada, plus_late) = (&*format!("+{ADA}"), &*format!("+{LATE}"));

    let mut answer =
        meta(json!({"added_users": [plain(plus_ada, ADA)], "failed_users": [late(plus_late, json!(131_047))]}));
    let unblocked = meta(json!({"removed_users": [plain(plus_ada, ADA)]}));
    answer["error"] = mixed.clone();
    assert_eq!(
        three_answers("360dialog"),
        [
            (400, answer),
            (200, json!({"data": [{"block_users": [{"input": ADA, "wa_id": ADA}]}], "paging": {"cursors": "cursors"}})),
            (200, unblocked.clone()),
        ]
    );

    let mut answer = meta(json!({"added_users": [plain(ADA, ADA)], "failed_users": [late(LATE, json!("131047"))]}));
    answer["error"] = mixed;
    answer["status"] = json!("success");
    let mut unblock = meta(json!({"removed_users": [plain(ADA, ADA)]}));
    unblock["status"] = json!("success");
    let list = json!({"data": [row], "paging": {"cursors": "cursors"}, "status": "success"});
    assert_eq!(three_answers("gupshup"), [(400, answer), (200, list), (200, unblock)]);

    let block = meta(json!({"added_users": [plain(plus_ada, ADA)], "failed_users": [late(plus_late, json!(131_047))]}));
    let list = json!({"data": [row], "paging": {"cursors": "cursors"}});
    assert_eq!(three_answers("kaleyra"), [(200, block), (200, list.clone()), (200, unblocked.clone())]);

    let block = meta(json!({"added_users": [plain(ADA, ADA)], "failed_users": [late(LATE, json!(131_047))]}));
    let unblock = meta(json!({"removed_users": [plain(ADA, ADA)]}));
    for provider in ["kapso", "cloud_api"] {
        assert_eq!(three_answers(provider), [(200, block.clone()), (200, list.clone()), (200, unblock.clone())]);
    }

    let failed = json!({"input": plus_late, "wa_id": LATE, "code": 131_047, "message": "Re-engagement required"});
    assert_eq!(
        three_answers("splashify"),
        [
            (200, meta(json!({"added_users": [plain(plus_ada, ADA)], "errors": [failed]}))),
            (200, json!({"data": [{"user": plus_ada, "block_reason": null}], "paging": {"cursors": "cursors"}})),
            (200, meta(json!({"removed_users": [plain(plus_ada, ADA)], "errors": []}))),
        ]
    );

    let both = json!({"input": plus_ada, "wa_id": ADA, "user_id": "US.9916505551234"});
    assert_eq!(
        three_answers("ycloud"),
        [
            (200, meta(json!({"added_users": [both], "failed_users": [late(plus_late, json!(131_047))]}))),
            (200, json!({"items": [{"wa_id": ADA, "user_id": "US.9916505551234"}], "cursor": "cursors"})),
            (200, meta(json!({"removed_users": [both], "failed_users": []}))),
        ]
    );

    let done = json!([{"input": plus_ada, "waId": ADA}]);
    let failed = json!([{"input": plus_late, "waId": LATE, "errors": ["Re-engagement required"]}]);
    assert_eq!(
        three_answers("zernio"),
        [
            (200, json!({"blocked": done, "failed": failed})),
            (200, json!({"blockedUsers": [{"waId": ADA}], "nextCursor": null})),
            (200, json!({"unblocked": done, "failed": []})),
        ]
    );

    assert_eq!(
        three_answers("1msg"),
        [
            (200, json!({"result": "success"})),
            (200, json!({"blockedUsers": [{"input": ADA, "wa_id": ADA}]})),
            (200, json!({"result": "success"})),
        ]
    );
}
