//! What the text of a program leaves open: an address to which it adds something, and a body of parts.

/// Words by which programs name what they add to an address, in small letters.
const ADDS: [&str; 13] = [
    "query",
    "param",
    "urlencode",
    "qs:",
    "qs=",
    "qs =",
    "uribuilder",
    "uricomponents",
    "urlcomponents",
    "url.values",
    "pathsegment",
    "urljoin",
    "path_append",
];

/// What joins texts in one language or another, where it stands behind one.
const JOINS: [&str; 12] = ["+", "..", "<>", ". ", ".$", "||", "% ", "%(", ".format(", ".concat(", "^ ", "& "];

/// Calls that put texts together.
const PUTS_TOGETHER: [&str; 9] = ["paste0(", "paste(", "printf(", "format(", "format!(", "str_c(", "concat(", "glue(", "join("];

/// Calls and types by which programs make a body of parts.
const OF_PARTS: [&str; 17] = [
    "MultipartBody",
    "MultipartFormDataContent",
    "multipart::Form",
    "multipart.NewWriter",
    "MultipartEntity",
    "FormDataMultiPart",
    "MultipartWriter",
    "MultipartForm",
    "multipartFormData",
    "multipart/form-data",
    "addFormDataPart",
    "submitFormWithBinaryData",
    "CURLFile",
    "curl_file_create",
    "curl_mime_",
    "upload_file(",
    "form_file(",
];

/// Whether a program adds to an address that stands in it from `start` to `end`, so that nothing tells what the whole was.
pub(in crate::formats::import) fn adds_to_address(text: &str, start: usize, end: usize, url: &str) -> bool {
    let behind = text[end..].trim_start_matches(['"', '\'', '`']).trim_start();
    let before = text[..start].trim_end_matches(['"', '\'', '`', 'f', '$', '@']).trim_end();
    let is_joined = JOINS.iter().any(|sign| behind.starts_with(sign)) || PUTS_TOGETHER.iter().any(|call| before.ends_with(call));
    let is_pattern = ["%s", "%v", "%d", "{}", "{0}", "#{", "${", "\\("].iter().any(|sign| url.contains(sign));
    is_joined || is_pattern || !url.contains('?') && mentions(text, &ADDS)
}

/// Whether a program makes a body of parts.
pub(super) fn has_parts(text: &str) -> bool {
    OF_PARTS.iter().any(|sign| text.contains(sign))
}

fn mentions(text: &str, words: &[&str]) -> bool {
    let head = &text[..text.floor_char_boundary(64 << 10)];
    let lower = head.to_ascii_lowercase();
    words.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_by_table() {
        for (text, expected) in [
            ("POST(\"https://h/x\", query = list(k = \"v\"))", true),
            ("post(\"https://h/x\" + key)", true),
            ("sprintf(\"https://h/x?k=%s\", key)", true),
            ("paste0(\"https://h/x?k=\", key)", true),
            ("'https://h/x?k=' . $key", true),
            ("\"https://h/x?k=\" <> key", true),
            ("$\"https://h/x?k=v\", query", false),
            ("post(\"https://h/x\", body)", false),
        ] {
            let start = text.find("https").unwrap();
            let end = start + text[start..].find(['"', '\'']).unwrap();
            assert_eq!(adds_to_address(text, start, end, &text[start..end]), expected, "{text}");
        }
    }
}
