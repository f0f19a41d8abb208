//! The Graph error envelope and what Meta's codes mean, for Meta and for those who pass its answers on.

use serde_json::{Value, json};

use crate::http::Reply;
use crate::magic;

/// A Graph error in the making.
#[derive(Debug, Clone)]
pub(crate) struct GraphError {
    pub(crate) code: i64,
    pub(crate) subcode: Option<i64>,
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) details: Option<String>,
    pub(crate) is_transient: Option<bool>,
}

impl GraphError {
    /// A code with its usual text.
    pub(crate) fn new(code: i64, details: impl Into<String>) -> GraphError {
        GraphError {
            code,
            subcode: None,
            kind: "OAuthException",
            message: format!("(#{code}) {}", title(code)),
            details: Some(details.into()),
            is_transient: None,
        }
    }

    /// A code with this text and nothing else.
    pub(crate) fn bare(code: i64, message: impl Into<String>) -> GraphError {
        GraphError { message: message.into(), details: None, ..GraphError::new(code, "") }
    }

    /// The list changed while it was read.
    pub(crate) fn list_changed() -> GraphError {
        GraphError::new(
            139_102,
            "The blocklist was updated while it was being read: version_id mismatch. Start again from the first page.",
        )
    }

    /// The object id is unknown, or not for this token.
    pub(crate) fn no_object(method: &str, id: &str) -> GraphError {
        GraphError {
            subcode: Some(33),
            kind: "GraphMethodException",
            ..GraphError::bare(
                100,
                format!(
                    "Unsupported {} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
                     permissions, or does not support this operation. Please read the Graph API documentation at \
                     https://developers.facebook.com/docs/graph-api",
                    method.to_ascii_lowercase()
                ),
            )
        }
    }

    /// The envelope's inner object.
    pub(crate) fn to_json(&self, trace: u64) -> Value {
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "fbtrace_id": format!("Asandbox{trace:014x}"),
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        if let Some(details) = &self.details {
            error["error_data"] = json!({"messaging_product": "whatsapp", "details": details});
        }
        if let Some(transient) = self.is_transient {
            error["is_transient"] = json!(transient);
        }
        error
    }
}

/// A row of Meta's list.
pub(crate) fn row(key: &str) -> Value {
    let id = if magic::is_bsuid(key) { "user_id" } else { "wa_id" };
    json!({"messaging_product": "whatsapp", id: key})
}

/// The business-scoped id of a user who is known by number.
pub(crate) fn bsuid(wa_id: &str) -> String {
    format!("US.99{wa_id}")
}

/// The HTTP status the sandbox gives a call that failed with this code.
pub(crate) fn status(code: i64) -> u16 {
    match code {
        0 | 102 | 104 | 190 => 401,
        10 | 200..=299 | 368 | 131_005 | 131_031 => 403,
        4 | 80_007 | 130_429 => 429,
        1 | 3 | 131_000 | 131_016 | 139_103 => 500,
        2 => 503,
        _ => 400,
    }
}

/// `x-business-use-case-usage` and `x-app-usage`.
pub(crate) fn usage_headers(reply: &mut Reply, percent: u64, regain_minutes: u64) {
    let entry = |kind: &str| {
        json!({
            "type": kind,
            "call_count": percent,
            "total_cputime": 1,
            "total_time": 1,
            "estimated_time_to_regain_access": regain_minutes,
        })
    };
    let usage = json!({"102290129340398": [entry("whatsapp_business_management"), entry("whatsapp")]});
    reply.set("x-business-use-case-usage", usage.to_string());
    reply.set("x-app-usage", format!(r#"{{"call_count":{percent},"total_cputime":0,"total_time":0}}"#));
}

/// The usual text of a code, without its `(#code)`.
pub(crate) fn title(code: i64) -> &'static str {
    match code {
        0 => "AuthException",
        1 => "An unknown error occurred",
        2 => "Service temporarily unavailable",
        3 => "Capability or permissions issue",
        4 => "Application request limit reached",
        10 => "Application does not have permission for this action",
        17 => "User request limit reached",
        33 => "Parameter value is not valid",
        100 => "Invalid parameter",
        102 => "Session key invalid or no longer valid",
        104 => "An access token is required to request this resource.",
        190 => "Invalid OAuth access token - Cannot parse access token",
        200..=299 => "Permissions error",
        341 => "Application limit reached",
        368 => "Temporarily blocked for policies violations",
        613 => "Calls to this api have exceeded the rate limit.",
        80_007 => "Rate limit issues",
        130_429 => "Rate limit hit",
        131_000 => "Something went wrong",
        131_005 => "Access denied",
        131_016 => "Service unavailable",
        131_021 => "Recipient cannot be sender",
        131_031 => "Account has been locked",
        131_047 => "Re-engagement required",
        133_010 => "Phone number not registered",
        139_100 => "Failed to block/unblock users",
        139_101 => "Blocklist limit reached",
        139_102 => "Blocklist concurrent update",
        139_103 => "Internal error",
        _ => "Error",
    }
}
