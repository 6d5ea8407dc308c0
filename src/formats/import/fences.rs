//! What stands between fences, or behind the signs of a quotation, in a message or a ticket.

use std::borrow::Cow;

use super::http;
use crate::model::entities::written_out;

/// The blocks between lines of three backticks or tildes, or between `{code}` or `{noformat}`; or the whole text without the `>` before
/// each of its lines. `None` where there are neither.
pub(super) fn blocks(text: &str) -> Option<Vec<String>> {
    unquoted(text).map(|text| vec![text]).or_else(|| fenced(&on_own_lines(text))).or_else(|| within_lines(text))
}

/// A text without the lines that open and close its blocks; `None` if there are none.
pub(super) fn without_fences(text: &str) -> Option<String> {
    let text = on_own_lines(text);
    let plain: String = text.split_inclusive('\n').filter(|line| fence_of(line).is_none()).collect();
    (plain.len() < text.len()).then_some(plain)
}

/// The commands that stand in a sentence, between backticks or what other texts have for them.
fn within_lines(text: &str) -> Option<Vec<String>> {
    /// So many are looked at.
    const MOST: usize = 100;
    const PAIRS: [(&str, &str); 7] = [
        ("`", "`"),
        ("{{", "}}"),
        ("<code>", "</code>"),
        ("<tt>", "</tt>"),
        ("<kbd>", "</kbd>"),
        ("\u{201e}", "\u{201c}"),
        ("\u{ab}", "\u{bb}"),
    ];
    /// A longer text is no message.
    const LONGEST: usize = 256 << 10;
    if text.len() > LONGEST || text.lines().any(super::session::begins_command) {
        return None;
    }
    let mut blocks = Vec::new();
    let mut at = 0;
    for _ in 0..MOST {
        // The sign next before a client's name opens.
        let Some(found) = ["curl ", "curl.exe ", "wget ", "http POST ", "irm ", "iwr ", "Invoke-"]
            .iter()
            .filter_map(|name| text[at..].find(name))
            .min()
            .map(|found| at + found)
        else {
            break;
        };
        at = found + 4;
        let before = text[..found].trim_end_matches([' ', '$']);
        let Some((open, close)) = PAIRS.iter().find(|(open, _)| before.ends_with(open)) else { continue };
        let run = before.len() - before.trim_end_matches(open).len();
        let close = close.repeat(run / open.len());
        let Some(length) = text[found..].find(&close) else { continue };
        let inside = text[found..found + length].trim();
        if super::session::begins_command(inside) {
            blocks.push(inside.to_owned());
            at = found + length;
        }
    }
    (!blocks.is_empty()).then_some(blocks)
}

/// The text with each fence on a line of its own: chat programs write it at the beginning and the end of the block's own lines.
fn on_own_lines(text: &str) -> Cow<'_, str> {
    const SIGN: &str = "```";
    let stands_alone = |line: &str| !line.contains(SIGN) || fence_of(line).is_some();
    if text.matches(SIGN).count() < 2 || text.lines().all(stands_alone) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for line in text.lines() {
        let inside = line.trim_end().strip_prefix(SIGN).filter(|_| fence_of(line).is_none());
        if inside.is_some() {
            out.push_str("```\n");
        }
        let rest = inside.unwrap_or(line);
        match rest.strip_suffix(SIGN).filter(|rest| fence_of(line).is_none() && !rest.trim().is_empty()) {
            Some(rest) => {
                out.push_str(rest);
                out.push_str("\n```");
            }
            None => out.push_str(rest),
        }
        out.push('\n');
    }
    Cow::Owned(out)
}

/// The text that a command stands for which was copied from the source of a page: its quotes are written as `&quot;` or `&#39;`. An
/// address in which only `&amp;` is left is a mistake of its own, and stays.
pub(super) fn from_page(text: &str) -> Option<String> {
    const QUOTES: [&str; 5] = ["&quot;", "&#34;", "&#39;", "&#x27;", "&apos;"];
    let has_quotes = QUOTES.iter().any(|escape| text.contains(escape));
    if !has_quotes {
        return None;
    }
    let inside = in_code(text).or_else(|| Some(text.trim()).filter(|text| super::session::begins_command(text)))?;
    // A character's name that is cut off at the end stands for nothing yet.
    let cut = inside.rfind('&').filter(|at| inside[*at..].len() < 8 && !inside[*at..].contains([';', ' ', '\n']));
    Some(written_out(&inside[..cut.unwrap_or(inside.len())]).into_owned())
}

/// So many pieces of a page are looked at.
const MOST_BLOCKS: usize = 20;

/// The first command that stands in a page's `<pre>` or `<code>`.
fn in_code(text: &str) -> Option<&str> {
    let blocks = text.match_indices("<pre").chain(text.match_indices("<code")).take(MOST_BLOCKS);
    blocks.filter_map(|(at, _)| text[at..].split_once('>')).find_map(|(_, inside)| {
        let inside = inside.trim_start();
        let inside = inside.strip_prefix("<code").and_then(|rest| rest.split_once('>')).map_or(inside, |(_, rest)| rest);
        let end = inside.find("</code>").or_else(|| inside.find("</pre>")).unwrap_or(inside.len());
        Some(inside[..end].trim()).filter(|inside| super::session::begins_command(inside))
    })
}

/// The text without the `>` of a quotation: before each of its lines, or before those of a command that is quoted in a message.
fn unquoted(text: &str) -> Option<String> {
    let plain = |line: &str| line.strip_prefix("> ").or_else(|| line.strip_prefix('>')).unwrap_or(line).to_owned();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    if lines.clone().count() > 1 && lines.all(|line| line.starts_with('>')) {
        return Some(text.lines().map(plain).collect::<Vec<_>>().join("\n"));
    }
    // A message that is quoted whole, its answer too, which no client shows behind this sign.
    let is_twice = |line: &str| {
        let sent = line.strip_prefix("> > ").is_some_and(http::is_request_line);
        sent || line.strip_prefix("> < ").is_some_and(http::is_status_line)
    };
    let is_mail = text.lines().any(|line| line.strip_prefix("> ").is_some_and(http::is_status_line))
        && !text.lines().any(|line| line.starts_with("< "));
    // So are notes of a request; the head of a message has its version.
    let all: Vec<&str> = text.lines().collect();
    let is_note = |at: usize| {
        let quoted = || all[at..].iter().take_while(|line| line.starts_with('>'));
        quoted().count() > 1 && quoted().any(|line| line.contains("://")) && !quoted().any(|line| line.contains(" HTTP/"))
    };
    let mut out: Vec<String> = Vec::new();
    let (mut is_inside, mut is_changed) = (false, false);
    for (at, line) in text.lines().enumerate() {
        // Behind a line that goes on, the sign is the shell's own prompt.
        let goes_on = !is_inside && out.last().is_some_and(|before| before.trim_end().ends_with(['\\', '^', '`']));
        let begins = !is_inside
            && line.starts_with('>')
            && !goes_on
            && (super::session::begins_command(&plain(line))
                || is_mail && http::is_request_line(&plain(line))
                || is_twice(line)
                || is_note(at));
        is_inside = line.starts_with('>') && (is_inside || begins);
        is_changed |= is_inside;
        out.push(if is_inside { plain(line) } else { line.to_owned() });
    }
    is_changed.then(|| out.join("\n"))
}

fn fenced(text: &str) -> Option<Vec<String>> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in text.lines() {
        let fence = fence_of(line);
        match (&mut open, fence) {
            (None, Some(sign)) => open = Some((sign, String::new())),
            (None, None) => {}
            (Some((sign, _)), Some(found)) if *sign == found => blocks.extend(open.take().map(|(_, block)| block)),
            (Some((_, block)), _) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    // The end of the last one may have been left out of the paste.
    blocks.extend(open.map(|(_, block)| block));
    blocks.retain(|block| !block.trim().is_empty());
    // The line end before a fence is the fence's.
    blocks.iter_mut().for_each(|block| block.truncate(block.trim_end_matches(['\r', '\n']).len()));
    (!blocks.is_empty()).then_some(blocks)
}

/// The sign of a line that opens or closes a block.
fn fence_of(line: &str) -> Option<&'static str> {
    let line = line.trim();
    let is_word = |rest: &str| rest.chars().all(|c| c.is_alphanumeric() || " -_+#.{}=\"".contains(c));
    for sign in ["```", "~~~"] {
        if line.strip_prefix(sign).is_some_and(|rest| is_word(rest.trim_start_matches(['`', '~']))) {
            return Some(sign);
        }
    }
    ["{code", "{noformat"]
        .into_iter()
        .find(|sign| line.strip_prefix(sign).is_some_and(|rest| rest == "}" || (rest.starts_with(':') && rest.ends_with('}'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_by_table() {
        for (text, expected) in [
            ("<p>Please:</p>\n<pre><code>curl -d &#39;1&#39; h</code></pre><p>Thanks</p>", Some("curl -d '1' h")),
            (
                "<pre><code>curl -d &#39;{&quot;a&quot;:1}&#39; &#39;h?a&amp;b&#39;</code></pre>\n",
                Some("curl -d '{\"a\":1}' 'h?a&b'"),
            ),
            ("curl -d &quot;a &lt; b&quot; https://h", Some("curl -d \"a < b\" https://h")),
            ("curl 'https://h?a=1&amp;b=2'", None),
            ("<p>&quot;no command&quot;</p>", None),
        ] {
            assert_eq!(from_page(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn blocks_by_table() {
        for (text, expected) in [
            ("```bash\ncurl h\n```", Some(vec!["curl h"])),
            ("see\n~~~ http\nGET /x\n~~~\nand\n```\nHTTP/1.1 404\n```\n", Some(vec!["GET /x", "HTTP/1.1 404"])),
            ("{code:bash}\ncurl h\n{code}", Some(vec!["curl h"])),
            ("{noformat}\ncurl h\n{noformat}", Some(vec!["curl h"])),
            ("```\ncurl h", Some(vec!["curl h"])),
            ("hi\n```curl 'h' \\\n -d x```\nand\n```{\"a\": 1}```\n", Some(vec!["curl 'h' \\\n -d x", "{\"a\": 1}"])),
            (
                "> POST /x HTTP/1.1\n> Host: h\n>\n> HTTP/1.1 404 No\n\nBye",
                Some(vec!["POST /x HTTP/1.1\nHost: h\n\nHTTP/1.1 404 No\n\nBye"]),
            ),
            ("> curl h \\\n>   -d x\n", Some(vec!["curl h \\\n  -d x"])),
            ("Hi,\n\n> curl h \\\n>   -d x\n\nHTTP/1.1 404\n", Some(vec!["Hi,\n\ncurl h \\\n  -d x\n\nHTTP/1.1 404"])),
            (
                "I ran `curl -d '{\"a\":1}' https://h` and ``$ curl https://i`` there",
                Some(vec!["curl -d '{\"a\":1}' https://h", "curl https://i"]),
            ),
            ("see {{curl https://h -d x}} and <code>wget https://i</code>", Some(vec!["curl https://h -d x", "wget https://i"])),
            ("curl \"`cat curl `\" https://h", None),
            ("$ curl h \\\n> -d x\n> -d y", None),
            ("curl h -d '```'", None),
            ("> POST / HTTP/1.1\n< HTTP/1.1 200 OK", None),
            ("", None),
        ] {
            assert_eq!(blocks(text), expected.map(|blocks| blocks.into_iter().map(str::to_owned).collect()), "{text}");
        }
    }
}
