//! Providers that people look for here, but that have no call which blocks a WhatsApp user.

use crate::model::error::{Error, ErrorKind};

/// Such a provider.
struct CannotBlock {
    /// What people write for it: lower case, letters and digits only.
    names: &'static [&'static str],
    title: &'static str,
    /// What it lacks, or what wablock does not know about it.
    lacks: &'static str,
    /// Where to look, and what not to mistake for a block.
    pointer: &'static str,
}

const NO_CALL: &str = "has no call that blocks a WhatsApp user";
/// Their lists are often called blocklists.
const OWN_MESSAGES: &str = "has no call that blocks a WhatsApp user; its lists only stop your own messages";
const NOT_PUBLIC: &str = "can block, but its documentation of unblock and list is not public";
const WHATSAPP_WEB: &str = "drives WhatsApp Web; wablock uses the API for businesses only";

const ROWS: &[CannotBlock] = &[
    CannotBlock {
        names: &["twilio"],
        title: "Twilio",
        lacks: NO_CALL,
        pointer: "Its SDK (9.13.0 for Python) has no resource for it.",
    },
    CannotBlock {
        names: &["vonage", "nexmo"],
        title: "Vonage",
        lacks: NO_CALL,
        pointer: "Its SDK (July 2026 for Node) has no method for it.",
    },
    CannotBlock {
        names: &["telnyx"],
        title: "Telnyx",
        lacks: OWN_MESSAGES,
        pointer: "Its opt-outs are not blocks, the user can still write to you: https://developers.telnyx.com/docs/messaging/messages/advanced-opt-in-out.",
    },
    CannotBlock {
        names: &["plivo"],
        title: "Plivo",
        lacks: NO_CALL,
        pointer: "Its SDK (June 2026 for Node) has no method for it.",
    },
    CannotBlock {
        names: &[
            "aws",
            "amazon",
            "awsendusermessagingsocial",
            "awsendusermessaging",
            "awssocialmessaging",
            "socialmessaging",
        ],
        title: "AWS End User Messaging Social",
        lacks: NO_CALL,
        pointer: "Its operations: https://docs.aws.amazon.com/service-authorization/latest/reference/list_socialmessaging.html.",
    },
    CannotBlock {
        names: &["azure", "azurecommunicationservices", "azurecommunication", "acs", "microsoft"],
        title: "Azure Communication Services",
        lacks: NO_CALL,
        pointer: "Its Advanced Messaging sends, downloads media and lists templates: https://learn.microsoft.com/azure/communication-services/quickstarts/advanced-messaging/whatsapp/get-started.",
    },
    CannotBlock {
        names: &["infobip"],
        title: "Infobip",
        lacks: OWN_MESSAGES,
        pointer: "A do-not-contact list is not a block, the user can still write to you: https://www.infobip.com/docs/blocklist.",
    },
    CannotBlock {
        names: &["alibaba", "alibabacloud", "alibabacams", "aliyun", "cams"],
        title: "Alibaba Cloud Chat App",
        lacks: NO_CALL,
        pointer: "Its SDK (cams20200606, 5.3.1 for Python) has no operation for it.",
    },
    CannotBlock {
        names: &["bird", "messagebird"],
        title: "Bird",
        lacks: OWN_MESSAGES,
        pointer: "Its suppressions are not blocks, the user can still write to you: https://docs.bird.com.",
    },
    CannotBlock {
        names: &["turn", "turnio"],
        title: "Turn.io",
        lacks: NO_CALL,
        pointer: "Its field `opted_in` is not a block.",
    },
    CannotBlock {
        names: &["chakra", "chakrahq", "chakrachat"],
        title: "Chakra",
        lacks: NO_CALL,
        pointer: "It passes on named calls of Meta's API only: https://apidocs.chakrahq.com.",
    },
    CannotBlock {
        names: &["whats91"],
        title: "Whats91",
        lacks: OWN_MESSAGES,
        pointer: "Its blacklist is not a block: https://developers.whats91.com/blacklist.",
    },
    CannotBlock {
        names: &["messangi"],
        title: "Messangi",
        lacks: OWN_MESSAGES,
        pointer: "Its blocklisted subscribers are not blocked at WhatsApp: https://docs.messangi.com.",
    },
    CannotBlock {
        names: &["mobtexting"],
        title: "Mobtexting",
        lacks: OWN_MESSAGES,
        pointer: "Its opt-out is not a block: https://portal.mobtexting.com/docs/v2/whatsapp/optout.",
    },
    CannotBlock {
        names: &["sinchconversation", "sinchconversationapi"],
        title: "Sinch Conversation API",
        lacks: OWN_MESSAGES,
        pointer: "Its consents are not blocks: https://developers.sinch.com/docs/conversation/consent-management.",
    },
    CannotBlock {
        names: &["vectalk"],
        title: "Vectalk",
        lacks: NOT_PUBLIC,
        pointer: "Ask Vectalk for these two calls, and open an issue with them.",
    },
    CannotBlock {
        names: &["postproxy"],
        title: "postproxy",
        lacks: NOT_PUBLIC,
        pointer: "Ask postproxy for its HTTP calls, and open an issue with them.",
    },
    CannotBlock {
        names: &[
            "zapi",
            "evolution",
            "evolutionapi",
            "waha",
            "wppconnect",
            "waapi",
            "whapi",
            "wassenger",
            "baileys",
            "wuzapi",
            "openwa",
            "whatsappwebjs",
        ],
        title: "This gateway",
        lacks: WHATSAPP_WEB,
        pointer: "Block with the gateway's own call.",
    },
];

/// The error about a provider that cannot block; `None` for all other names. `others` are the providers that can.
pub(super) fn error(name: &str, others: &str) -> Option<Error> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let row = ROWS.iter().find(|row| row.names.contains(&&*plain))?;
    let error = Error::new(ErrorKind::Unsupported, format!("{} {}", row.title, row.lacks));
    Some(error.with_hint(format!("{} wablock blocks through {others}.", row.pointer)).with_option("provider"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_in_every_spelling_and_belongs_to_one_row() {
        for row in ROWS {
            for name in row.names {
                assert!(name.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()), "{name}");
                assert_eq!(ROWS.iter().filter(|row| row.names.contains(name)).count(), 1, "{name}");
            }
        }
        for name in ["AWS End User Messaging Social", "aws_end_user_messaging_social", "aws-end-user-messaging-social"]
        {
            assert!(error(name, "meta").is_some(), "{name}");
        }
        for name in ["", "-", "meta", "twili", "twilio2", "EAAB-canary"] {
            assert!(error(name, "meta").is_none(), "{name}");
        }
    }

    #[test]
    fn the_page_names_each_with_its_pointer() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/providers/cannot-block.md");
        let page = std::fs::read_to_string(page).expect("the page");
        for row in ROWS.iter().filter(|row| row.lacks != WHATSAPP_WEB) {
            assert!(page.contains(row.title), "{}", row.title);
            for url in row.pointer.split(' ').filter(|word| word.starts_with("https://")) {
                assert!(page.contains(url.trim_end_matches('.')), "{url}");
            }
        }
    }
}
