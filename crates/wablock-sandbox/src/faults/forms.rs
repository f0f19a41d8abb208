//! The same error in the forms in which Graph and its resellers are known to write it.

use serde_json::{Value, json};

use super::act::Ctx;
use super::texts;
use crate::graph::{self, GraphError};
use crate::http::Reply;
use crate::simulator::Failure;

/// The forms of a Graph error.
pub(crate) const FORMS: &[&str] =
    &["user_texts", "title", "data_text", "list", "code_text", "code_in_text", "text_only", "null_texts", "detail"];

/// An error of Graph's in a form that is not the documented one.
pub(crate) fn error_form(ctx: &Ctx<'_>) -> Reply {
    let code = ctx.params.signed("code");
    let mut error = GraphError::new(code, graph::title(code)).to_json(ctx.trace);
    let saying = "Ask the owner of the account";
    match ctx.params.text("form") {
        // What Graph writes for people, with a message that says nothing.
        "user_texts" => {
            error["message"] = json!("Invalid parameter");
            error["error_data"] = Value::Null;
            error["error_user_title"] = json!("Not allowed");
            error["error_user_msg"] = json!(saying);
        }
        // The form of webhooks and of `failed_users`.
        "title" => {
            error = json!({"code": code, "title": saying, "href": "https://developers.facebook.com/"});
        }
        "data_text" => error["error_data"] = json!(json!({"details": saying}).to_string()),
        "code_text" => error["code"] = json!(code.to_string()),
        "code_in_text" => error = json!(format!("(#{code}) {saying}")),
        "text_only" => error = json!(saying),
        "null_texts" => {
            error["message"] = Value::Null;
            error["error_data"] = json!("\"null\"");
        }
        _ => {}
    }
    let body = match ctx.params.text("form") {
        "list" => json!({"errors": [error]}),
        "detail" => json!({"detail": {"error": error}}),
        _ => json!({"error": error}),
    };
    ctx.fail(Failure::Raw(body, graph::status(code)))
}

/// Codes as JSON texts.
pub(crate) fn code_as_text(ctx: &Ctx<'_>) -> Reply {
    ctx.fail(Failure::CodeAsText)
}

/// An error whose text is very long.
pub(crate) fn huge_text(ctx: &Ctx<'_>) -> Reply {
    ctx.fail(Failure::Text(&texts::huge(ctx.params)))
}
