//! From a log line to styled text: colours become class names of a closed set, everything else that a terminal would
//! act on becomes a visible mark. Never gives markup, and never a character that reorders or hides others.

use document::outcome::StyledText;

/// Longest line that is shown, in characters; the rest is counted.
pub const MAX_LINE_CHARS: usize = 4_000;

/// The class of marks that stand for characters which cannot be shown.
pub const MARK: &str = "ansi-mark";

/// Every class name that may occur, for style sheets and their tests.
pub const STYLES: [&str; 38] = [
    "ansi-bold",
    "ansi-dim",
    "ansi-italic",
    "ansi-underline",
    "ansi-inverse",
    MARK,
    "ansi-black",
    "ansi-red",
    "ansi-green",
    "ansi-yellow",
    "ansi-blue",
    "ansi-magenta",
    "ansi-cyan",
    "ansi-white",
    "ansi-bright-black",
    "ansi-bright-red",
    "ansi-bright-green",
    "ansi-bright-yellow",
    "ansi-bright-blue",
    "ansi-bright-magenta",
    "ansi-bright-cyan",
    "ansi-bright-white",
    "ansi-bg-black",
    "ansi-bg-red",
    "ansi-bg-green",
    "ansi-bg-yellow",
    "ansi-bg-blue",
    "ansi-bg-magenta",
    "ansi-bg-cyan",
    "ansi-bg-white",
    "ansi-bg-bright-black",
    "ansi-bg-bright-red",
    "ansi-bg-bright-green",
    "ansi-bg-bright-yellow",
    "ansi-bg-bright-blue",
    "ansi-bg-bright-magenta",
    "ansi-bg-bright-cyan",
    "ansi-bg-bright-white",
];

const FLAGS_AT: usize = 0;
const FOREGROUNDS_AT: usize = 6;
const BACKGROUNDS_AT: usize = 22;

/// Styles the lines of one log in order: a colour that a line leaves on goes on in the next, as on a terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogStyler {
    pen: Pen,
}

/// How the next character is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Pen {
    /// Bold, dim, italic, underlined, inverse.
    flags: [bool; 5],
    /// 0 to 15.
    foreground: Option<u8>,
    /// 0 to 15.
    background: Option<u8>,
}

impl LogStyler {
    /// A terminal that has just been reset.
    pub fn new() -> Self {
        Self::default()
    }

    /// One line, without its line break, in styled stretches. An empty line has none.
    pub fn style(&mut self, line: &str) -> Vec<StyledText> {
        let mut stretches = Stretches::default();
        let mut rest = line;
        let mut shown = 0;
        while let Some(c) = rest.chars().next() {
            if let Some((parameters, after)) = colour_sequence(rest) {
                self.pen.apply(parameters);
                rest = after;
                continue;
            }
            if let Some(after) = moves_and_titles(rest) {
                rest = after;
                continue;
            }
            if shown == MAX_LINE_CHARS {
                stretches.push(&format!("… ({} more characters)", rest.chars().count()), MARK);
                break;
            }
            rest = &rest[c.len_utf8()..];
            shown += 1;
            match mark_for(c) {
                Some(mark) => stretches.push(&mark, MARK),
                None => stretches.push(c.encode_utf8(&mut [0; 4]), &self.pen.style()),
            }
        }
        stretches.0
    }
}

/// A line's text as it is shown, without styles: for copying and searching.
pub fn visible_text(line: &str) -> String {
    LogStyler::new().style(line).into_iter().map(|stretch| stretch.text).collect()
}

#[derive(Default)]
struct Stretches(Vec<StyledText>);

impl Stretches {
    fn push(&mut self, text: &str, style: &str) {
        match self.0.last_mut() {
            Some(last) if last.style == style => last.text.push_str(text),
            _ => self.0.push(StyledText { text: text.into(), style: style.into() }),
        }
    }
}

/// The parameters of a colour sequence (`ESC [ … m`) at the start of a text, and what follows it.
fn colour_sequence(text: &str) -> Option<(&str, &str)> {
    let body = text.strip_prefix("\u{1b}[")?;
    let end = body.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
    body[end..].strip_prefix('m').map(|after| (&body[..end], after))
}

/// What follows a whole sequence at the start of a text that a terminal acts on and that says nothing to a reader: moves
/// and erasures (`ESC [ 2 K`), titles and links (`ESC ] 8 ; ; … ESC \\`), and choices of a character set. What a link
/// covers stays as text. One that does not end is no sequence.
fn moves_and_titles(text: &str) -> Option<&str> {
    /// Longest title or address that is left out, in bytes.
    const MAX_TITLE_BYTES: usize = 2_048;
    let body = text.strip_prefix('\u{1b}')?;
    let kind = body.chars().next()?;
    let rest = &body[kind.len_utf8()..];
    match kind {
        '[' => {
            let end = rest.find(|c: char| !('\u{20}'..='\u{3f}').contains(&c))?;
            let last = rest[end..].chars().next().filter(|c| ('\u{40}'..='\u{7e}').contains(c))?;
            Some(&rest[end + last.len_utf8()..])
        }
        ']' | 'P' | '^' | '_' => {
            let bytes = rest.as_bytes();
            let end = bytes.iter().take(MAX_TITLE_BYTES).position(|byte| *byte == 7 || *byte == 0x1b)?;
            match bytes[end] {
                7 => rest.get(end + 1..),
                _ => rest[end..].strip_prefix("\u{1b}\\"),
            }
        }
        '(' | ')' => rest.chars().next().filter(char::is_ascii_alphanumeric).map(|c| &rest[c.len_utf8()..]),
        '7' | '8' | '=' | '>' | 'M' | 'c' => Some(rest),
        _ => None,
    }
}

/// What stands for a character that would act instead of being seen.
fn mark_for(c: char) -> Option<String> {
    let mark = match c {
        '\t' => return None,
        '\u{7f}' => "␡".into(),
        // The block of control pictures has one for each of the first 32.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).map_or_else(|| code_point(c), String::from),
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => code_point(c),
        '\u{fffd}' => "\u{fffd}".into(),
        _ => return None,
    };
    Some(mark)
}

fn code_point(c: char) -> String {
    format!("⟨U+{:04X}⟩", u32::from(c))
}

impl Pen {
    fn apply(&mut self, parameters: &str) {
        // An empty parameter is a zero; one that is no number is skipped.
        let mut codes = parameters
            .split([';', ':'])
            .map(|code| if code.is_empty() { 0 } else { code.parse::<u16>().unwrap_or(u16::MAX) });
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Self::default(),
                1..=4 => self.flags[usize::from(code) - 1] = true,
                7 => self.flags[4] = true,
                21 | 22 => self.flags[..2].fill(false),
                23 => self.flags[2] = false,
                24 => self.flags[3] = false,
                27 => self.flags[4] = false,
                30..=37 => self.foreground = small(code - 30),
                38 => self.foreground = extended(&mut codes).or(self.foreground),
                39 => self.foreground = None,
                40..=47 => self.background = small(code - 40),
                48 => self.background = extended(&mut codes).or(self.background),
                49 => self.background = None,
                90..=97 => self.foreground = small(code - 90 + 8),
                100..=107 => self.background = small(code - 100 + 8),
                _ => {}
            }
        }
    }

    fn style(self) -> String {
        let flags = self.flags.iter().enumerate().filter(|(_, is_on)| **is_on).map(|(at, _)| STYLES[FLAGS_AT + at]);
        let foreground = self.foreground.map(|colour| STYLES[FOREGROUNDS_AT + usize::from(colour)]);
        let background = self.background.map(|colour| STYLES[BACKGROUNDS_AT + usize::from(colour)]);
        flags.chain(foreground).chain(background).collect::<Vec<_>>().join(" ")
    }
}

fn small(colour: u16) -> Option<u8> {
    u8::try_from(colour).ok().filter(|colour| *colour < 16)
}

/// `5;N` or `2;R;G;B` after a 38 or 48, as the nearest of the sixteen colours that the page has.
fn extended(codes: &mut impl Iterator<Item = u16>) -> Option<u8> {
    match codes.next()? {
        5 => match codes.next()? {
            colour @ 0..=15 => small(colour),
            colour @ 16..=231 => {
                let level = |step: u16| if step == 0 { 0 } else { 55 + 40 * step };
                let cube = colour - 16;
                Some(nearest([level(cube / 36), level(cube / 6 % 6), level(cube % 6)]))
            }
            grey @ 232..=255 => Some(nearest([8 + 10 * (grey - 232); 3])),
            _ => None,
        },
        2 => Some(nearest([codes.next()?, codes.next()?, codes.next()?])),
        _ => None,
    }
}

fn nearest(rgb: [u16; 3]) -> u8 {
    let brightest = rgb.into_iter().max().unwrap_or(0);
    let darkest = rgb.into_iter().min().unwrap_or(0);
    if brightest.saturating_sub(darkest) < 32 {
        return match brightest {
            0..=63 => 0,
            64..=159 => 8,
            160..=223 => 7,
            _ => 15,
        };
    }
    let bit = |value: u16, bit: u8| if value > brightest / 2 { bit } else { 0 };
    let colour = bit(rgb[0], 1) | bit(rgb[1], 2) | bit(rgb[2], 4);
    if brightest > 223 { colour + 8 } else { colour }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styled(line: &str) -> Vec<(String, String)> {
        LogStyler::new().style(line).into_iter().map(|s| (s.text, s.style)).collect()
    }

    fn pair(text: &str, style: &str) -> (String, String) {
        (text.into(), style.into())
    }

    #[test]
    fn turns_colours_into_classes() {
        assert_eq!(styled("a\u{1b}[1;31mb\u{1b}[0mc"), [pair("a", ""), pair("b", "ansi-bold ansi-red"), pair("c", "")]);
        assert_eq!(styled("\u{1b}[97;44mx\u{1b}[m"), [pair("x", "ansi-bright-white ansi-bg-blue")]);
    }

    #[test]
    fn maps_the_many_colours_to_sixteen() {
        assert_eq!(styled("\u{1b}[38;5;196mx"), [pair("x", "ansi-bright-red")]);
        assert_eq!(styled("\u{1b}[38;2;0;120;0mx"), [pair("x", "ansi-green")]);
        assert_eq!(styled("\u{1b}[48;5;240mx"), [pair("x", "ansi-bg-bright-black")]);
        assert_eq!(styled("\u{1b}[38;5mx\u{1b}[38;9;1mx"), [pair("x", ""), pair("x", "ansi-bold")]);
    }

    #[test]
    fn leaves_a_colour_on_over_lines() {
        let mut styler = LogStyler::new();
        styler.style("\u{1b}[33mone");
        assert_eq!(styler.style("two")[0].style, "ansi-yellow");
    }

    #[test]
    fn shows_what_a_terminal_would_act_on() {
        assert_eq!(visible_text("ab\u{7}\0\r\u{7f}"), "ab␇␀␍␡");
        assert_eq!(visible_text("\u{1b}[31"), "␛[31");
        assert_eq!(visible_text("\u{9b}31m"), "⟨U+009B⟩31m");
    }

    #[test]
    fn leaves_out_moves_titles_and_the_addresses_of_links() {
        for (line, text) in [
            ("a\u{1b}[2K\u{1b}[1Gb", "ab"),
            ("\u{1b}[?25lwait\u{1b}[?25h", "wait"),
            ("\u{1b}]0;title\u{7}x", "x"),
            ("\u{1b}]8;;https://example.org/a\u{1b}\\here\u{1b}]8;;\u{1b}\\.", "here."),
            ("\u{1b}(B\u{1b}[mx\u{1b}7y", "xy"),
            ("\u{1b}]0;no end", "␛]0;no end"),
            ("\u{1b}[12", "␛[12"),
            ("\u{1b}[é", "␛[é"),
        ] {
            assert_eq!(visible_text(line), text, "{line:?}");
        }
        let long = format!("\u{1b}]0;{}\u{7}", "x".repeat(3_000));
        assert!(visible_text(&long).starts_with("␛]0;xxx"), "what is that long is no title");
    }

    #[test]
    fn shows_what_would_reorder_or_hide_text() {
        assert_eq!(visible_text("a\u{202e}b\u{2066}c\u{200b}d\u{feff}"), "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200B⟩d⟨U+FEFF⟩");
    }

    #[test]
    fn keeps_tabs_markup_and_other_scripts_as_text() {
        assert_eq!(styled("<b>\té日本</b>"), [pair("<b>\té日本</b>", "")]);
    }

    #[test]
    fn cuts_a_very_long_line_and_says_how_much() {
        let stretches = styled(&"x".repeat(MAX_LINE_CHARS + 7));
        assert_eq!(stretches[0].0.len(), MAX_LINE_CHARS);
        assert_eq!(stretches[1], pair("… (7 more characters)", MARK));
        assert_eq!(styled(&"x".repeat(MAX_LINE_CHARS)).len(), 1);
    }

    #[test]
    fn uses_no_class_outside_the_list() {
        for code in 0..120 {
            for stretch in styled(&format!("\u{1b}[{code}mx\u{1b}[38;5;{code}my")) {
                assert!(stretch.1.split(' ').all(|class| class.is_empty() || STYLES.contains(&class)));
            }
        }
    }

    #[test]
    fn survives_any_sequence() {
        for line in [
            "\u{1b}",
            "\u{1b}[",
            "\u{1b}[m",
            "\u{1b}[;;;m",
            "\u{1b}[99999999999m",
            "\u{1b}[38;2;1mx",
            "\u{1b}[38;2;999;999;999mx",
        ] {
            styled(line);
        }
    }
}
