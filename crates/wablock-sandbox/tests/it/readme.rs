//! The README names every command, setting, magic number, fault and parameter there is.

use serde_json::{Value, json};

use crate::support::{control, start};

#[test]
fn the_readme_is_complete() {
    let readme = include_str!("../../README.md");
    let sandbox = start();
    let help = control(&sandbox, "help", json!({}));
    let settings = control(&sandbox, "settings", json!({}));
    let names = |value: &Value| -> Vec<String> { value.as_object().expect("object").keys().cloned().collect() };
    for name in names(&help["commands"]).iter().chain(&names(&settings)) {
        let name = if name.ends_with("_rate_per_s") { "<provider>_rate_per_s" } else { name };
        assert!(readme.contains(&format!("`{name}`")), "{name}");
    }
    for number in names(&help["magic_numbers"]) {
        assert!(readme.contains(&format!("| {number} |")), "{number}");
        assert!(include_str!("../../src/lib.rs").contains(&number), "{number} in the crate documentation");
    }
    let faults = control(&sandbox, "faults", json!({}));
    for fault in faults["faults"].as_array().expect("faults") {
        let name = fault["name"].as_str().expect("name");
        let row = format!(
            "| `{name}` | {} | {} |",
            fault["about"].as_str().expect("about"),
            if fault["applied"] == json!(true) { "yes" } else { "no" }
        );
        let line = readme.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("no row {row}"));
        for param in fault["params"].as_array().expect("params") {
            assert!(line.contains(&format!("`{}`", param["name"].as_str().expect("name"))), "{line}");
        }
    }
}
