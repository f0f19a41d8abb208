//! Requests: what is sent says exactly what was meant, signed as the provider's documents say.

use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use md5::{Digest, Md5};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::Sha256;
use wablock::{
    Change, SignatureAlgorithm, SignatureInput, User, UserKind, nxcloud_signature, provider::Call, provider_from_value,
};

use crate::{
    properties::{any_provider, cases, digits, most_users, provider},
    support::{answers::named, data::signing},
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn users(numbers: &[String]) -> Vec<User> {
    numbers.iter().map(|number| User::phone(number).unwrap()).collect()
}

/// The digest of NxCloud's call convention, written anew.
fn signature(key: &str, secret: &str, ts: &str, body: &[u8], biz: &str, action: &str, md5: bool) -> String {
    let mut text = format!("accessKey={key}&action={action}&bizType={biz}&ts={ts}").into_bytes();
    if !body.is_empty() {
        text.extend_from_slice(b"&body=");
        text.extend_from_slice(body);
    }
    text.extend_from_slice(format!("&accessSecret={secret}").as_bytes());
    if md5 { hex(&Md5::digest(&text)) } else { hex(&Sha256::digest(&text)) }
}

fn shown(request: &Request<bytes::Bytes>) -> String {
    format!("{} {} {:?} {:?}", request.method(), request.uri(), request.headers(), request.body())
}

proptest! {
    #![proptest_config(cases(96))]

    /// `block_users` is written by hand: it must be what serde would write, byte for byte.
    #[test]
    fn bodies_are_as_serde_writes_them(
        id in proptest::sample::select(&["meta", "nxcloud"][..]),
        given in proptest::collection::vec((digits(), "[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,40}", 0u8..3), 0..9),
    ) {
        let users: Vec<_> = given
            .iter()
            .map(|(number, bsuid, kind)| match kind {
                0 => User::phone(number),
                1 => User::wa_id(number),
                _ => User::bsuid(bsuid),
            }.unwrap())
            .collect();
        let request = provider(id).encode(&Call::Change(Change::Block, &users), 0).unwrap();
        let written: Vec<_> = users
            .iter()
            .map(|user| match user.kind() {
                UserKind::Bsuid => json!({ "user_id": user.id() }),
                UserKind::Phone if id == "meta" => json!({ "user": format!("+{}", user.id()) }),
                _ => json!({ "user": user.id() }),
            })
            .collect();
        let body = std::str::from_utf8(request.body()).unwrap();
        let end = format!(",\"block_users\":{}}}", serde_json::to_string(&written).unwrap());
        prop_assert!(body.ends_with(&end), "{body}");
        prop_assert!(serde_json::from_str::<Value>(body).is_ok());
    }

    #[test]
    fn the_same_call_at_the_same_time_is_the_same_request(
        id in any_provider(), number in digits(), now in 0u64..4_000_000_000_000,
    ) {
        let users = users(&[number]);
        for call in [Call::Change(Change::Block, &users), Call::Change(Change::Unblock, &users), Call::List { cursor: None, limit: 9 }] {
            let (one, other) = (provider(id).encode(&call, now).unwrap(), provider(id).encode(&call, now).unwrap());
            prop_assert_eq!(shown(&one), shown(&other));
        }
    }

    #[test]
    fn a_request_names_the_users_of_the_call_in_their_order(
        id in any_provider(), numbers in proptest::collection::vec(digits(), 1..20),
    ) {
        let numbers: Vec<_> = numbers.into_iter().take(most_users(id)).collect();
        let users = users(&numbers);
        for call in [Call::Change(Change::Block, &users), Call::Change(Change::Unblock, &users)] {
            let request = provider(id).encode(&call, 0).unwrap();
            prop_assert_eq!(named(id, &serde_json::from_slice(request.body()).unwrap()), numbers.clone());
        }
    }

    #[test]
    fn block_and_unblock_never_make_the_same_request(id in any_provider(), number in digits()) {
        let users = users(&[number]);
        let block = provider(id).encode(&Call::Change(Change::Block, &users), 0).unwrap();
        let unblock = provider(id).encode(&Call::Change(Change::Unblock, &users), 0).unwrap();
        prop_assert_ne!((block.method(), block.uri().path()), (unblock.method(), unblock.uri().path()));
    }

    #[test]
    fn every_write_of_nxcloud_is_signed_over_the_bytes_that_are_sent(
        numbers in proptest::collection::vec(digits(), 1..5), now in 1_000_000_000_000u64..4_000_000_000_000, sha in any::<bool>(),
    ) {
        let mut config = signing("nxcloud");
        let [key, secret] = ["access_key", "access_secret"].map(|option| config[option].as_str().unwrap().to_owned());
        config["algorithm"] = if sha { "sha256".into() } else { "md5".into() };
        let provider = provider_from_value(config).unwrap();
        let users = users(&numbers);
        for call in [Call::Change(Change::Block, &users), Call::Change(Change::Unblock, &users), Call::List { cursor: None, limit: 9 }] {
            let request = provider.encode(&call, now).unwrap();
            let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            let ts = now.to_string();
            prop_assert_eq!(header("ts"), Some(ts.clone()));
            let expected = signature(&key, &secret, &ts, request.body(), "2", "mt", !sha);
            prop_assert_eq!(header("sign"), Some(expected));
            prop_assert_eq!(header("algorithm"), sha.then(|| "sha256".to_owned()));
        }
    }

    #[test]
    fn a_signature_is_the_digest_of_the_documented_text(
        key in any::<String>(), secret in any::<String>(), ts in "[0-9]{13}", body in any::<Vec<u8>>(),
        biz in "[a-z0-9]{0,3}", action in "[a-z]{0,6}", md5 in any::<bool>(),
    ) {
        let algorithm = if md5 { SignatureAlgorithm::Md5 } else { SignatureAlgorithm::Sha256 };
        let made = nxcloud_signature(&SignatureInput {
            access_key: &key, access_secret: &secret, ts: &ts, body: &body, biz_type: &biz, action: &action, algorithm,
        });
        prop_assert_eq!(made, signature(&key, &secret, &ts, &body, &biz, &action, md5));
    }

    #[test]
    fn metas_proof_is_the_hmac_of_the_token_under_the_app_secret(
        token in "[!-~]{1,60}", secret in "[!-~]{1,60}", number in digits(),
    ) {
        // A credential in quotes is refused.
        prop_assume!(!token.starts_with(['"', '\'', '`']) && !secret.starts_with(['"', '\'', '`']));
        let mut config = signing("meta");
        config["access_token"] = token.clone().into();
        config["app_secret"] = secret.clone().into();
        let users = users(&[number]);
        let request = provider_from_value(config).unwrap().encode(&Call::Change(Change::Block, &users), 0).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(token.as_bytes());
        let proof = hex(&mac.finalize().into_bytes());
        prop_assert_eq!(request.uri().query(), Some(&*format!("appsecret_proof={proof}")));
        let bearer = format!("Bearer {token}");
        prop_assert_eq!(request.headers()["authorization"].to_str().unwrap(), &*bearer);
        prop_assert!(!request.uri().to_string().contains(&secret) || proof.contains(&secret) || secret.len() < 3);
    }

    #[test]
    fn no_credential_stands_in_a_url_and_those_in_headers_are_marked(id in any_provider(), number in digits()) {
        let made = provider(id);
        let users = users(&[number]);
        for call in [Call::Change(Change::Block, &users), Call::Change(Change::Unblock, &users), Call::List { cursor: None, limit: 9 }] {
            let request = made.encode(&call, 0).unwrap();
            // Meta wants the proof there, and only the proof; 1msg wants its token there.
            let uri = request.uri().to_string();
            let uri = uri.split(if id == "1msg" { "token=" } else { "appsecret_proof=" }).next().unwrap();
            for secret in made.secrets().iter().map(|secret| secret.expose()) {
                prop_assert!(!uri.contains(secret));
                for (name, value) in request.headers() {
                    let holds = value.to_str().unwrap().contains(secret);
                    prop_assert!(!holds || value.is_sensitive(), "{} holds a credential unmarked", name);
                }
            }
            prop_assert!(!shown(&request).contains("access-secret") && !shown(&request).contains("app-secret"));
        }
    }
}
