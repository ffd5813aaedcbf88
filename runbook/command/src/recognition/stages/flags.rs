//! Flags of the filters.

use super::super::args::{Flag, switch, value};

pub(super) const GREP_FLAGS: &[Flag] = &[
    switch("ignore-case").or('i'),
    switch("invert-match").or('v'),
    switch("extended-regexp").or('E'),
    switch("basic-regexp").or('G').ignored(),
    switch("fixed-strings").or('F'),
    switch("perl-regexp").or('P'),
    switch("word-regexp").or('w'),
    switch("line-regexp").or('x'),
    switch("count").or('c'),
    switch("only-matching").or('o'),
    switch("line-number").or('n'),
    switch("no-messages").or('s').ignored(),
    switch("text").or('a').ignored(),
    switch("no-filename").or('h').ignored(),
    // It tells by its exit status whether a line matches; the lines themselves tell more.
    switch("quiet").or('q').ignored(),
    value("after-context").or('A'),
    value("before-context").or('B'),
    value("context").or('C'),
    value("regexp").or('e'),
    value("max-count").or('m'),
    switch("color").maybe().ignored(),
    switch("colour").maybe().ignored(),
    switch("line-buffered").ignored(),
];
pub(super) const HEAD_FLAGS: &[Flag] = &[value("lines").or('n'), switch("quiet").or('q'), Flag::digits("digits")];
pub(super) const TAIL_FLAGS: &[Flag] = &[
    value("lines").or('n'),
    switch("follow").or('f').ignored(),
    switch("retry").or('F').ignored(),
    Flag::digits("digits"),
];
pub(super) const SORT_FLAGS: &[Flag] = &[
    switch("numeric-sort").or('n'),
    switch("reverse").or('r'),
    switch("unique").or('u'),
    switch("human-numeric-sort").or('h'),
    switch("version-sort").or('V'),
    switch("general-numeric-sort").or('g'),
    switch("ignore-case").or('f'),
    switch("ignore-leading-blanks").or('b'),
    value("key").or('k'),
    value("field-separator").or('t'),
];
pub(super) const UNIQ_FLAGS: &[Flag] =
    &[switch("count").or('c'), switch("repeated").or('d'), switch("unique").or('u'), switch("ignore-case").or('i')];
pub(super) const WC_FLAGS: &[Flag] =
    &[switch("lines").or('l'), switch("words").or('w'), switch("bytes").or('c'), switch("chars").or('m')];
pub(super) const CUT_FLAGS: &[Flag] = &[
    value("fields").or('f'),
    value("characters").or('c'),
    value("bytes").or('b'),
    value("delimiter").or('d'),
    switch("only-delimited").or('s'),
    switch("complement"),
    value("output-delimiter"),
];
pub(super) const TR_FLAGS: &[Flag] =
    &[switch("delete").or('d'), switch("squeeze-repeats").or('s'), switch("complement").or('c')];
pub(super) const AWK_FLAGS: &[Flag] = &[value("field-separator").or('F'), value("assign").or('v')];
pub(super) const SED_FLAGS: &[Flag] = &[
    switch("quiet").or('n'),
    switch("silent"),
    switch("regexp-extended").or('E'),
    switch("r").or('r'),
    value("expression").or('e'),
];
pub(super) const JQ_FLAGS: &[Flag] = &[
    switch("raw-output").or('r'),
    switch("join-output").or('j'),
    switch("compact-output").or('c'),
    switch("slurp").or('s'),
    switch("sort-keys").or('S'),
    switch("raw-input").or('R'),
    switch("null-input").or('n'),
    switch("exit-status").or('e').ignored(),
    switch("color-output").or('C').ignored(),
    switch("monochrome-output").or('M').ignored(),
    switch("tab").stops("`--tab` is not carried out."),
    switch("arg"),
];
pub(super) const COLUMN_FLAGS: &[Flag] = &[switch("table").or('t'), value("separator").or('s')];
pub(super) const BASE64_FLAGS: &[Flag] =
    &[switch("decode").or('d'), switch("D").or('D'), value("wrap").or('w').ignored()];
pub(super) const SHOW_FLAGS: &[Flag] = &[
    switch("chop-long-lines").or('S').ignored(),
    switch("RAW-CONTROL-CHARS").or('R').ignored(),
    switch("no-init").or('X').ignored(),
    switch("quit-if-one-screen").or('F').ignored(),
    switch("squeeze-blank").or('s'),
    switch("number").or('n'),
];
