//! A stage as the program that it stands for, in one canonical spelling.

use std::fmt;

use super::{Awk, Count, Cut, Filter, Grep, GrepSyntax, Jq, Sed, Sort, SortKey, TailFrom, Translate, Uniq};
use crate::words::Words;

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        words(self).fmt(f)
    }
}

fn words(filter: &Filter) -> Words {
    match filter {
        Filter::Grep(grep) => print_grep(grep),
        Filter::Head(lines) => Words::new(&["head", "-n", &lines.to_string()]),
        Filter::Tail(TailFrom::Last(lines)) => Words::new(&["tail", "-n", &lines.to_string()]),
        Filter::Tail(TailFrom::Line(line)) => Words::new(&["tail", "-n", &format!("+{line}")]),
        Filter::Sort(sort) => print_sort(sort),
        Filter::Uniq(uniq) => print_uniq(*uniq),
        Filter::Count(count) => print_count(*count),
        Filter::Cut(cut) => print_cut(cut),
        Filter::Translate(translate) => print_translate(translate),
        Filter::Awk(awk) => print_awk(awk),
        Filter::Sed(sed) => print_sed(sed),
        Filter::Jq(jq) => print_jq(jq),
        Filter::Columns { separator } => Words::new(&["column", "-t"]).pair("-s", separator.as_deref()),
        Filter::DecodeBase64 => Words::new(&["base64", "-d"]),
        Filter::PrettyJson => Words::new(&["python3", "-m", "json.tool"]),
        Filter::Number => Words::new(&["cat", "-n"]),
        Filter::Reverse => Words::new(&["tac"]),
        Filter::Show => Words::new(&["cat"]),
    }
}

fn print_grep(grep: &Grep) -> Words {
    let syntax = match grep.syntax {
        GrepSyntax::Basic => None,
        GrepSyntax::Extended => Some("-E"),
        GrepSyntax::Fixed => Some("-F"),
        GrepSyntax::Perl => Some("-P"),
    };
    let mut words = Words::new(&["grep"])
        .flag(syntax.unwrap_or_default(), syntax.is_some())
        .flag("-i", grep.ignore_case)
        .flag("-v", grep.invert)
        .flag("-w", grep.word)
        .flag("-x", grep.line)
        .flag("-c", grep.count)
        .flag("-o", grep.only_matching)
        .flag("-n", grep.line_numbers)
        .pair("-B", (grep.before > 0).then(|| grep.before.to_string()).as_deref())
        .pair("-A", (grep.after > 0).then(|| grep.after.to_string()).as_deref())
        .pair("-m", grep.max.map(|max| max.to_string()).as_deref());
    match grep.patterns.as_slice() {
        [pattern] if !pattern.starts_with('-') => words.word(pattern),
        patterns => {
            for pattern in patterns {
                words = words.pair("-e", Some(pattern));
            }
            words
        }
    }
}

fn print_sort(sort: &Sort) -> Words {
    let mut words = Words::new(&["sort"])
        .flag("-n", sort.numeric)
        .flag("-r", sort.reverse)
        .flag("-u", sort.unique)
        .flag("-h", sort.human)
        .flag("-V", sort.version)
        .flag("-f", sort.ignore_case)
        .flag("-b", sort.ignore_blanks)
        .pair("-t", sort.separator.map(String::from).as_deref());
    for SortKey { from, to, numeric, reverse, human } in &sort.keys {
        let mut key = from.to_string();
        if let Some(to) = to {
            key.push_str(&format!(",{to}"));
        }
        for (letter, is_on) in [('n', numeric), ('r', reverse), ('h', human)] {
            if *is_on {
                key.push(letter);
            }
        }
        words = words.pair("-k", Some(&key));
    }
    words
}

fn print_uniq(uniq: Uniq) -> Words {
    Words::new(&["uniq"])
        .flag("-c", uniq.count)
        .flag("-d", uniq.only_repeated)
        .flag("-u", uniq.only_unique)
        .flag("-i", uniq.ignore_case)
}

fn print_count(count: Count) -> Words {
    Words::new(&["wc"]).flag("-l", count.lines).flag("-w", count.words).flag("-c", count.bytes).flag("-m", count.chars)
}

fn print_cut(cut: &Cut) -> Words {
    let range = |(from, to): &(u32, Option<u32>)| match to {
        Some(to) if to == from => from.to_string(),
        Some(to) => format!("{from}-{to}"),
        None => format!("{from}-"),
    };
    let list = cut.ranges.iter().map(range).collect::<Vec<_>>().join(",");
    Words::new(&["cut"])
        .pair("-d", cut.delimiter.map(String::from).as_deref())
        .pair(if cut.chars { "-c" } else { "-f" }, Some(&list))
        .flag("-s", cut.only_delimited)
        .flag("--complement", cut.complement)
        .long("--output-delimiter", cut.output_delimiter.as_ref())
}

fn print_translate(translate: &Translate) -> Words {
    Words::new(&["tr"])
        .flag("-c", translate.complement)
        .flag("-d", translate.delete)
        .flag("-s", translate.squeeze)
        .word("--")
        .word(&translate.from)
        .words(&translate.to)
}

fn print_awk(awk: &Awk) -> Words {
    let mut words = Words::new(&["awk"]).pair("-F", awk.separator.as_deref());
    for (name, value) in &awk.variables {
        words = words.pair("-v", Some(&format!("{name}={value}")));
    }
    words.word("--").word(&awk.program)
}

fn print_sed(sed: &Sed) -> Words {
    let mut words = Words::new(&["sed"]).flag("-n", sed.quiet).flag("-E", sed.extended);
    for script in &sed.scripts {
        words = words.pair("-e", Some(script));
    }
    words
}

fn print_jq(jq: &Jq) -> Words {
    let mut words = Words::new(&["jq"])
        .flag("-r", jq.raw)
        .flag("-j", jq.join)
        .flag("-c", jq.compact)
        .flag("-s", jq.slurp)
        .flag("-S", jq.sort_keys)
        .flag("-R", jq.raw_input)
        .flag("-n", jq.null_input);
    for (name, value) in &jq.arguments {
        words = words.word("--arg").word(name).word(value);
    }
    words.word("--").word(&jq.program)
}
