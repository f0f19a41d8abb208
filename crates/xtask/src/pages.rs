//! The tables in pages, each between two marks: `<!-- faces: NAME -->` and `<!-- /faces -->`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use wablock::{
    Capabilities, Certainty, ClientOptions, Effect, OptionDefault, OptionRow, ProviderEntry, ProviderStatus, providers,
};

use crate::{
    samples,
    words::{self, Face, camel, grouped, one_line, sentence, variable},
};

const START: &str = "<!-- faces: ";
const END: &str = "<!-- /faces -->";

pub(crate) fn files(root: &Path) -> Vec<(PathBuf, String)> {
    let mut pages = vec![root.join("README.md"), root.join("node/README.md")];
    add_pages(&root.join("docs"), &mut pages);
    let written = pages.iter().filter_map(|path| {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let page = path.strip_prefix(root).expect("a page of this project").to_owned();
        text.contains(START).then(|| (page.clone(), filled(&page.display().to_string(), &text)))
    });
    written.collect()
}

/// The pages in a folder and those below it.
fn add_pages(folder: &Path, pages: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            add_pages(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

/// The page with its tables rewritten.
fn filled(page: &str, text: &str) -> String {
    let mut parts = text.split(START);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(" -->").unwrap_or_else(|| panic!("{page}: a mark without an end"));
        let (_, rest) = rest.split_once(END).unwrap_or_else(|| panic!("{page}: no {END} after {name}"));
        filled.push_str(&format!("{START}{name} -->\n\n{}\n{END}{rest}", table(page, name)));
    }
    filled
}

fn table(page: &str, name: &str) -> String {
    match name.split_once(' ') {
        None if name == "providers" => capabilities(page.starts_with("docs")),
        None if name == "configurations" => classes(),
        None if name == "variables" => variables(),
        None if name == "required" => required(),
        None if name == "client-options" => client_options(),
        Some(("options", id)) => {
            let entry = providers().iter().find(|entry| entry.id.as_str() == id);
            options(entry.unwrap_or_else(|| panic!("{page}: {id} is not a provider")))
        }
        _ => panic!("{page}: no table has the name {name}"),
    }
}

/// The class of each provider, for the reference.
fn classes() -> String {
    providers()
        .iter()
        .map(|entry| format!("::: wablock.{}\n\n", words::class(entry)))
        .collect::<String>()
        .trim_end()
        .to_owned()
        + "\n"
}

fn rows(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let first = line(&head).replace("|  |", "| |");
    let rows: String = rows.into_iter().map(|row| line(&row)).collect();
    format!("{first}{}\n{rows}", "|---".repeat(head.len()) + "|")
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn default(row: &OptionRow, face: Face) -> String {
    if row.required { "required".to_owned() } else { words::default(row, face).unwrap_or_default() }
}

/// The options of one provider.
fn options(entry: &ProviderEntry) -> String {
    let cells = |row: &OptionRow| {
        let meaning = sentence(row, Face::Page);
        vec![code(row.name), code(&camel(row)), code(&variable(Some(entry), row)), meaning, default(row, Face::Page)]
    };
    rows(&["option", "in Node", "variable", "meaning", "default"], entry.table.rows.iter().map(cells))
}

/// The options of a client, by their variables.
fn variables() -> String {
    let ids: Vec<String> = providers().iter().map(|entry| code(entry.id.as_str())).collect();
    let first = [
        vec![code("WABLOCK_PROVIDER"), words::listed(&ids, "or"), "required".to_owned()],
        vec![
            code("WABLOCK_<PROVIDER>_<OPTION>"),
            "An option of the provider, such as `WABLOCK_META_ACCESS_TOKEN`; see [its page](providers/index.md)."
                .to_owned(),
            String::new(),
        ],
    ];
    let of_client = ClientOptions::TABLE.rows.iter();
    let of_client =
        of_client.map(|row| vec![code(&variable(None, row)), sentence(row, Face::Page), default(row, Face::Page)]);
    rows(&["variable", "meaning", "default"], first.into_iter().chain(of_client))
}

/// The options of a client in Node.
fn client_options() -> String {
    let cells = |row: &OptionRow| {
        let meaning = sentence(row, Face::Node);
        let meaning = meaning.split(" Default: ").next().unwrap_or_default().to_owned();
        vec![code(&camel(row)), meaning, default(row, Face::Node)]
    };
    rows(&["option", "meaning", "default"], ClientOptions::TABLE.rows.iter().map(cells))
}

/// What each provider needs, in Node's names.
fn required() -> String {
    let cells = |entry: &ProviderEntry| {
        let name = |row: &OptionRow| {
            let others = entry.table.rows.iter().filter(|other| other.instead_of == row.name);
            std::iter::once(row).chain(others).map(|row| code(&camel(row))).collect::<Vec<_>>().join(" or ")
        };
        let names = entry.table.rows.iter().filter(|row| entry.table.needs(row)).map(name);
        let retired = if words::is_retired(entry) { " (the provider has retired this API)" } else { "" };
        vec![code(entry.id.as_str()), names.collect::<Vec<_>>().join(", ") + retired]
    };
    rows(&["provider", "required options"], providers().iter().map(cells))
}

/// What the providers can do.
fn capabilities(linked: bool) -> String {
    let head = [
        "provider",
        "configuration",
        "id",
        "users per request",
        "list size",
        "a block stops",
        "only within 24 hours of the user's last message",
        "a result for every user",
        "business-scoped ids (BSUID)",
        "takes effect",
        "status",
    ];
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let cells = |entry: &ProviderEntry| {
        let provider = samples::provider(entry);
        let can = provider.capabilities();
        let can_ask = entry.table.rows.iter().any(|row| row.name == "allow_bsuid");
        vec![
            if linked { format!("[{}]({}.md)", entry.title, entry.id) } else { entry.title.to_owned() },
            code(words::class(entry)),
            code(entry.id.as_str()),
            users(entry, can),
            can.max_list_size.map_or("not documented".to_owned(), |most| grouped(most.into())),
            if can.effect == Effect::BothDirections { "both directions" } else { "inbound callbacks only" }.to_owned(),
            yes(can.reply_window.is_some()),
            match (can.per_user_results, can.max_users_per_request) {
                (true, 1) => "yes (one per request)",
                (true, _) => "yes",
                (false, _) => "no: wablock splits the batch to find the invalid number",
            }
            .to_owned(),
            if !can.bsuid && can_ask { "opt-in".to_owned() } else { yes(can.bsuid) },
            match can.effective_delay.as_secs() {
                0 => "immediately".to_owned(),
                seconds => format!("within {} minutes", seconds.div_ceil(60)),
            },
            status(entry, can),
        ]
    };
    rows(&head, providers().iter().map(cells))
}

/// Most users in a request, and whether another number may be asked for.
fn users(entry: &ProviderEntry, can: &Capabilities) -> String {
    let most = grouped(can.max_users_per_request as u64);
    let more = entry.table.rows.iter().any(|row| {
        row.name == "batch_size"
            && matches!(row.kind, wablock::OptionKind::Whole { most, .. } if OptionDefault::Whole(most) != row.default)
    });
    if more { format!("{most} (configurable)") } else { most }
}

fn status(entry: &ProviderEntry, can: &Capabilities) -> String {
    if let ProviderStatus::Retired { since, .. } = can.status {
        return format!("retired on {}", day(since));
    }
    let is_guess =
        |row: &&OptionRow| row.certainty == Certainty::Guess && matches!(row.default, OptionDefault::Text(_));
    let guesses: Vec<String> = entry.table.rows.iter().filter(is_guess).map(|row| code(row.name)).collect();
    match guesses.len() {
        0 => "active".to_owned(),
        _ => format!("active; the defaults of {} are guesses", words::listed(&guesses, "and")),
    }
}

/// `30 September 2023`.
fn day(date: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let numbers: Vec<usize> = date.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = numbers[..] else { panic!("{} is not a date", one_line(date)) };
    format!("{day} {} {year}", MONTHS[month - 1])
}
