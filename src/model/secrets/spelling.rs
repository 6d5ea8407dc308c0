//! The ways in which one character can be written: plainly, percent-encoded, as an escape of JSON and its like, as an entity of HTML;
//! each also when it was encoded more than once.

/// How many bytes a byte of a secret may take, at the most that is looked for.
pub(super) const EXPANSION: usize = 12;

/// Where a character ends, in each way in which it may be written at a place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ends {
    ends: [usize; 6],
    count: usize,
}

impl Ends {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.ends.into_iter().take(self.count)
    }

    fn push(&mut self, end: usize) {
        if self.count < self.ends.len() {
            self.ends[self.count] = end;
            self.count += 1;
        }
    }
}

/// Names of HTML for characters of ASCII that are no letters.
const ENTITIES: [(&str, char); 30] = [
    ("amp;", '&'),
    ("lt;", '<'),
    ("gt;", '>'),
    ("quot;", '"'),
    ("apos;", '\''),
    ("plus;", '+'),
    ("num;", '#'),
    ("percnt;", '%'),
    ("sol;", '/'),
    ("bsol;", '\\'),
    ("equals;", '='),
    ("commat;", '@'),
    ("excl;", '!'),
    ("dollar;", '$'),
    ("ast;", '*'),
    ("comma;", ','),
    ("period;", '.'),
    ("semi;", ';'),
    ("colon;", ':'),
    ("quest;", '?'),
    ("lowbar;", '_'),
    ("lpar;", '('),
    ("rpar;", ')'),
    ("lsqb;", '['),
    ("rsqb;", ']'),
    ("lcub;", '{'),
    ("rcub;", '}'),
    ("verbar;", '|'),
    ("Hat;", '^'),
    ("grave;", '`'),
];

/// Names of HTML for the characters from U+00A0 to U+00FF, in order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute \
    micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave \
    Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml \
    Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth \
    ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// Where the character ends that begins at a place of the bytes; nothing when another stands there. In bytes that are no UTF-8 it is
/// sought in Latin-1 and UTF-16 too.
pub(super) fn spellings(bytes: &[u8], at: usize, wanted: char, is_text: bool) -> Ends {
    let mut ends = Ends::default();
    let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else { return ends };
    let mut utf8 = [0; 4];
    let utf8 = wanted.encode_utf8(&mut utf8).as_bytes();
    if rest.starts_with(utf8) {
        ends.push(at + utf8.len());
    }
    if wanted == ' ' && rest[0] == b'+' {
        ends.push(at + 1);
    }
    if !is_text && !wanted.is_ascii() {
        other_charsets(rest, wanted, at, &mut ends);
    }
    match rest[0] {
        b'%' => percent(rest, wanted, utf8, at, &mut ends),
        b'\\' => backslash(rest, wanted, utf8, at, &mut ends),
        b'&' => entity(rest, wanted, at, &mut ends),
        _ => {}
    }
    ends
}

fn other_charsets(rest: &[u8], wanted: char, at: usize, ends: &mut Ends) {
    let mut units = [0; 2];
    let units = wanted.encode_utf16(&mut units);
    let length = units.len() * 2;
    let is = |bytes: &mut dyn Iterator<Item = u8>| rest.len() >= length && bytes.zip(rest).all(|(a, b)| a == *b);
    if is(&mut units.iter().flat_map(|unit| unit.to_le_bytes())) || is(&mut units.iter().flat_map(|unit| unit.to_be_bytes())) {
        ends.push(at + length);
    }
    if u8::try_from(u32::from(wanted)).is_ok_and(|byte| rest[0] == byte) {
        ends.push(at + 1);
    }
}

/// `%2B`, `%252B`, `%25252B`, and `%u002B` as some scripts write it.
fn percent(rest: &[u8], wanted: char, utf8: &[u8], at: usize, ends: &mut Ends) {
    for levels in 0..=3 {
        let mut length = 0;
        let is_it = utf8.iter().all(|byte| {
            let begin = length + 1 + 2 * levels;
            let is_percent = rest.get(length) == Some(&b'%');
            let is_nested = rest.get(length + 1..begin).is_some_and(|inner| inner.chunks(2).all(|pair| pair == b"25"));
            let is_byte = rest.get(begin..begin + 2).and_then(number).is_some_and(|found| found == u32::from(*byte));
            length = begin + 2;
            is_percent && is_nested && is_byte
        });
        if is_it {
            ends.push(at + length);
        }
    }
    if let Some(length) = units(rest, b"%u", 1, wanted) {
        ends.push(at + length);
    }
}

/// `\u002B`, `\u{2b}`, `\x2B`, `\/`, with one backslash or as many as encoding again makes of it.
fn backslash(rest: &[u8], wanted: char, utf8: &[u8], at: usize, ends: &mut Ends) {
    let run = rest.iter().take_while(|byte| **byte == b'\\').count();
    if wanted == '\\' {
        // A backslash alone was found as itself.
        [2, 4, 8].iter().filter(|length| **length <= run).for_each(|length| ends.push(at + length));
    }
    let behind = &rest[run..];
    if behind.starts_with(utf8) {
        ends.push(at + run + utf8.len());
    }
    if let Some(length) = units(rest, b"u", run, wanted) {
        ends.push(at + length);
    }
    let braced = behind.strip_prefix(b"u{").and_then(|inner| Some(&inner[..inner.iter().position(|byte| *byte == b'}')?]));
    if let Some(inner) = braced
        && number(inner) == Some(u32::from(wanted))
    {
        ends.push(at + run + inner.len() + 3);
    }
    let escaped = |length: usize| {
        let escape = &rest.get(length..)?;
        let begins = escape.get(..run)?.iter().all(|byte| *byte == b'\\') && escape.get(run) == Some(&b'x');
        number(escape.get(run + 1..run + 3)?).filter(|_| begins)
    };
    let step = run + 3;
    if escaped(0) == Some(u32::from(wanted)) {
        ends.push(at + step);
    } else if utf8.iter().enumerate().all(|(index, byte)| escaped(index * step) == Some(u32::from(*byte))) {
        ends.push(at + utf8.len() * step);
    }
}

/// The length of a character that is written as its units of UTF-16, each behind a sign. Of the sign's `\` there are `run`.
fn units(rest: &[u8], sign: &[u8], run: usize, wanted: char) -> Option<usize> {
    let mut buffer = [0; 2];
    let mut at = 0;
    for unit in wanted.encode_utf16(&mut buffer) {
        if sign == b"u" {
            if !rest.get(at..at + run)?.iter().all(|byte| *byte == b'\\') {
                return None;
            }
            at += run;
        }
        if !rest.get(at..)?.starts_with(sign) {
            return None;
        }
        at += sign.len();
        if number(rest.get(at..at + 4)?)? != u32::from(*unit) {
            return None;
        }
        at += 4;
    }
    Some(at)
}

/// `&#43;`, `&#x2B;`, `&plus;`, each also behind `&amp;` in place of its `&`.
fn entity(rest: &[u8], wanted: char, at: usize, ends: &mut Ends) {
    let mut from = 1;
    for _ in 0..4 {
        let behind = &rest[from..];
        if let Some(length) = named(behind, wanted).or_else(|| numbered(behind, wanted)) {
            ends.push(at + from + length);
        }
        if !behind.starts_with(b"amp;") {
            break;
        }
        from += 4;
    }
}

fn named(behind: &[u8], wanted: char) -> Option<usize> {
    if wanted.is_ascii() {
        let (name, _) = ENTITIES.iter().find(|(name, sign)| *sign == wanted && behind.starts_with(name.as_bytes()))?;
        return Some(name.len());
    }
    let index = u32::from(wanted).checked_sub(0xa0)?;
    let name = LATIN.split_ascii_whitespace().nth(usize::try_from(index).ok()?)?;
    let is_it = behind.starts_with(name.as_bytes()) && behind.get(name.len()) == Some(&b';');
    is_it.then_some(name.len() + 1)
}

fn numbered(behind: &[u8], wanted: char) -> Option<usize> {
    let digits = behind.strip_prefix(b"#")?;
    let (digits, sign, radix) = match digits.first()? {
        b'x' | b'X' => (&digits[1..], 2, 16),
        _ => (digits, 1, 10),
    };
    let count = digits.iter().take(10).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let text = std::str::from_utf8(digits.get(..count)?).ok()?;
    let is_it = u32::from_str_radix(text, radix).ok()? == u32::from(wanted);
    is_it.then_some(sign + count + usize::from(digits.get(count) == Some(&b';')))
}

fn number(hex: &[u8]) -> Option<u32> {
    let is_hex = !hex.is_empty() && hex.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok().filter(|_| is_hex)
}
