//! Names of options in texts. They are data until a text is made, so that every caller reads them as they write them.

/// How a caller writes the names of options: `max_retries`, `maxRetries`, or `WABLOCK_MAX_RETRIES`.
#[derive(Clone, Debug, Default)]
pub struct Naming {
    style: Style,
    variables: Option<Box<Variables>>,
    /// Options that the face keeps to itself, such as `onProgress`.
    own: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Style {
    #[default]
    Snake,
    Camel,
}

/// Environment variables: where an option's value comes from unless it is given in code.
#[derive(Clone, Debug)]
pub(crate) struct Variables {
    /// `WABLOCK_`, or `WABLOCK_SHOP_`.
    pub(crate) prefix: String,
    /// The prefix of the provider's own options, such as `WABLOCK_META_`; empty before the provider is known.
    pub(crate) provider_prefix: String,
    /// The options of the provider; every other option is one of the client.
    pub(crate) provider_options: Vec<&'static str>,
    /// Options that were given in code.
    pub(crate) in_code: Vec<String>,
}

impl Variables {
    /// The variable of an option.
    pub(crate) fn name(&self, option: &str) -> String {
        let own = self.provider_options.contains(&option);
        let prefix = if own { &self.provider_prefix } else { &self.prefix };
        format!("{prefix}{}", option.to_uppercase())
    }
}

/// True for options that hold a duration: seconds in `snake_case` and in variables, milliseconds (and `Ms`) in `camelCase`.
pub(crate) fn is_duration(option: &str) -> bool {
    option == "retry_after" || option == "timeout" || option.ends_with("_timeout")
}

impl Naming {
    /// `max_retries`, and durations in seconds: Rust and Python.
    #[must_use]
    pub const fn snake() -> Self {
        Self { style: Style::Snake, variables: None, own: &[] }
    }

    /// `maxRetries`, and durations in milliseconds, such as `timeoutMs`: JavaScript.
    #[must_use]
    pub const fn camel() -> Self {
        Self { style: Style::Camel, variables: None, own: &[] }
    }

    /// Names that belong to the same options but are read by the face itself, for messages.
    #[must_use]
    pub const fn with_own(mut self, names: &'static [&'static str]) -> Self {
        self.own = names;
        self
    }

    /// See [`Naming::with_own`].
    pub(crate) fn own(&self) -> &'static [&'static str] {
        self.own
    }

    pub(crate) fn with_variables(mut self, variables: Variables) -> Self {
        self.variables = Some(Box::new(variables));
        self
    }

    /// The name of an option in code.
    #[must_use]
    pub fn key(&self, option: &str) -> String {
        match self.style {
            Style::Snake => option.to_owned(),
            Style::Camel => {
                let mut words = option.split('_');
                let mut name = words.next().unwrap_or_default().to_owned();
                for word in words {
                    name.extend(word.chars().take(1).flat_map(char::to_uppercase));
                    name.extend(word.chars().skip(1));
                }
                if is_duration(option) {
                    name.push_str("Ms");
                }
                name
            }
        }
    }

    /// The name of an option in a text: the variable that its value comes from, or its name in code.
    pub(crate) fn quoted(&self, option: &str) -> String {
        match &self.variables {
            Some(variables) if !variables.in_code.iter().any(|given| given == option) => variables.name(option),
            _ => format!("`{}`", self.key(option)),
        }
    }

    /// Whether this option's value comes from a variable.
    pub(crate) fn is_variable(&self, option: &str) -> bool {
        self.variables.as_ref().is_some_and(|variables| !variables.in_code.iter().any(|given| given == option))
    }

    /// Whether a duration is written in milliseconds.
    pub(crate) fn in_milliseconds(&self, option: &str) -> bool {
        self.style == Style::Camel && !self.is_variable(option)
    }

    /// Fills in the names of options, which the template has in braces: `Check {phone_number_id}.`
    pub(crate) fn fill(&self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() + 16);
        let mut rest = template;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
        {
            text.push_str(before);
            text.push_str(&self.quoted(name));
            rest = after;
        }
        text + rest
    }

    /// Names in a row: "`a`", "`a` and `b`", "`a`, `b` and `c`".
    pub(crate) fn all<'a>(&self, options: impl IntoIterator<Item = &'a str>) -> String {
        listed(options.into_iter().map(|option| self.quoted(option)), "and")
    }
}

/// Words in a row, as they are read.
pub(crate) fn listed(words: impl IntoIterator<Item = String>, last: &str) -> String {
    let mut words: Vec<String> = words.into_iter().collect();
    match words.pop() {
        None => String::new(),
        Some(only) if words.is_empty() => only,
        Some(end) => format!("{} {last} {end}", words.join(", ")),
    }
}

/// A duration in a text: `30 ms`, `1.5 s`.
pub(crate) fn said(duration: std::time::Duration) -> String {
    if duration.as_secs() == 0 {
        format!("{} ms", duration.as_secs_f64() * 1000.0)
    } else {
        format!("{} s", duration.as_secs_f64())
    }
}

/// A number with its thousands set apart: 64000 is `64,000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_environment() -> Naming {
        Naming::camel().with_variables(Variables {
            prefix: "WABLOCK_".to_owned(),
            provider_prefix: "WABLOCK_META_".to_owned(),
            provider_options: vec!["access_token"],
            in_code: vec!["max_retries".to_owned()],
        })
    }

    #[test]
    fn names_are_written_as_the_caller_writes_them() {
        for (naming, expected) in [
            (Naming::snake(), "Raise `attempt_timeout`, check `access_token`, lower `max_retries`."),
            (Naming::camel(), "Raise `attemptTimeoutMs`, check `accessToken`, lower `maxRetries`."),
            (from_environment(), "Raise WABLOCK_ATTEMPT_TIMEOUT, check WABLOCK_META_ACCESS_TOKEN, lower `maxRetries`."),
        ] {
            assert_eq!(naming.fill("Raise {attempt_timeout}, check {access_token}, lower {max_retries}."), expected);
        }
    }

    #[test]
    fn rows_of_names_and_numbers_read_as_english() {
        let naming = Naming::snake();
        assert_eq!(naming.all(["a"]), "`a`");
        assert_eq!(naming.all(["a", "b"]), "`a` and `b`");
        assert_eq!(naming.all(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!([0, 999, 1000, 64_000, 31_536_000].map(grouped), ["0", "999", "1,000", "64,000", "31,536,000"]);
    }
}
