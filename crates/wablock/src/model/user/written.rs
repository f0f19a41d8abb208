//! A number as it is written: its digits, and how they are grouped.

use super::refusal::Refusal;

/// The digits of a text, and how they were written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) digits: String,
    /// It begins with a `+`.
    pub(super) plus: bool,
    /// Its first digits are in brackets, like an area code.
    pub(super) brackets: bool,
    /// How many digits stand before each gap.
    cuts: Vec<usize>,
}

impl Written {
    /// Reads a text that [`plain`](super::characters::plain) made. Letters and signs are refused by name.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let mut written = Self { digits: String::with_capacity(16), plus: false, brackets: false, cuts: Vec::new() };
        // Where the digits of the open bracket begin.
        let mut bracket = None;
        for c in text.chars() {
            match c {
                '0'..='9' => written.digits.push(c),
                '+' if written.plus || !written.digits.is_empty() => {
                    return Err(Refusal::new("there is a + inside it").hint("Give each number as a separate entry."));
                }
                '+' => written.plus = true,
                '(' | '[' => {
                    bracket = Some(written.digits.len());
                    written.cut();
                }
                ')' | ']' => {
                    let begin = bracket.take().unwrap_or(written.digits.len());
                    written.brackets |= begin == 0 && !written.plus && written.digits.len() > 1;
                    // "+44 (0)20": the 0 is dialled only inside the country, and dropping or keeping it would be a guess.
                    if begin > 0 && written.digits[begin..] == *"0" {
                        return Err(Refusal::new("its (0) is not part of the international number")
                            .hint("Write it without the (0), such as +442079460958."));
                    }
                    written.cut();
                }
                ' ' | '-' | '.' | '/' => written.cut(),
                // Wait for the tone: 8~10 is dialled in Russia before numbers abroad.
                '~' if written.digits == "8" => {}
                _ => return Err(Refusal::character(c)),
            }
        }
        let digits = written.digits.len();
        written.cuts.retain(|cut| (1..digits).contains(cut));
        Ok(written)
    }

    fn cut(&mut self) {
        if self.cuts.last() != Some(&self.digits.len()) {
            self.cuts.push(self.digits.len());
        }
    }

    /// Digits and nothing between them, as programs write numbers.
    pub(super) fn is_one_run(&self) -> bool {
        self.cuts.is_empty()
    }

    /// Digits of the first group.
    pub(super) fn first_group(&self) -> usize {
        self.cuts.first().copied().unwrap_or(self.digits.len())
    }

    /// True if a short first group is not this country code, so the number does not begin with one.
    pub(super) fn begins_otherwise(&self, code: usize) -> bool {
        self.brackets || !self.is_one_run() && self.first_group() <= 3 && self.first_group() != code
    }

    /// The digits of a short last group after a long one, as in `650 555-1234-5`.
    pub(super) fn short_tail(&self) -> Option<usize> {
        let (last, before) = self.cuts.split_last()?;
        let tail = self.digits.len() - last;
        let long = last - before.last().copied().unwrap_or_default();
        (tail <= 2 && long >= 4).then_some(tail)
    }

    /// The gaps within the last `national` digits, counted from the end.
    pub(super) fn gaps(&self, national: usize) -> Vec<usize> {
        self.cuts.iter().map(|cut| self.digits.len() - cut).filter(|gap| *gap < national).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Written;

    #[test]
    fn sees_digits_and_groups() {
        let written = Written::read("+1 (650) 555-1234").unwrap();
        assert_eq!((&*written.digits, written.plus, written.brackets), ("16505551234", true, false));
        assert_eq!((written.first_group(), written.gaps(10)), (1, vec![7, 4]));
        assert!(Written::read("(650) 555-1234").unwrap().brackets && !Written::read("(0)30 123456").unwrap().brackets);
        assert_eq!(Written::read("650 555-1234-5").unwrap().short_tail(), Some(1));
        assert_eq!(Written::read("06-12-34-56-78").unwrap().short_tail(), None);
        assert!(Written::read("16505551234").unwrap().is_one_run());
    }
}
