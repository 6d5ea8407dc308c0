//! What a language prints of a value, sent in the place of JSON: each tells which call was left out.

/// What a body is instead of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Printed {
    /// In words, as in "but …".
    pub(super) what: &'static str,
    /// The call that makes JSON of it.
    pub(super) advice: &'static str,
    /// Whether it is an expression that nobody evaluated.
    pub(super) is_expression: bool,
}

const PYTHON_BYTES: Printed = Printed {
    what: "what Python prints of bytes: b'…' around the text, with its line ends as \\n",
    advice: "Send the bytes themselves, or decode them first: body.decode(\"utf-8\"). str(body) and f\"{body}\" write the b and the quotes \
             along. With requests, give the object as json=",
    is_expression: false,
};
const PYTHON_OBJECT: Printed = Printed {
    what: "what Python prints of a dict, with single quotes, None, True or False",
    advice: "Send it with json= in requests or httpx, or write it with json.dumps. str(payload) is not JSON",
    is_expression: false,
};
const PYTHON_INSTANCE: Printed = Printed {
    what: "what Python prints of an object",
    advice: "Make a dict of the object first, and send it with json= or json.dumps",
    is_expression: false,
};
const JAVASCRIPT: Printed = Printed {
    what: "what JavaScript prints of an object",
    advice: "Write the object with JSON.stringify before it is sent; fetch does not do that by itself",
    is_expression: false,
};
const JAVA: Printed = Printed {
    what: "what Java or Kotlin prints of an object or a map",
    advice: "Write it with Jackson, Gson or kotlinx.serialization. toString() is not JSON",
    is_expression: false,
};
const RUBY: Printed = Printed {
    what: "what Ruby prints of a hash",
    advice: "Write it with to_json or JSON.generate. to_s and inspect are not JSON",
    is_expression: false,
};
const PHP: Printed = Printed {
    what: "what PHP prints of an array",
    advice: "Write it with json_encode before it is given to CURLOPT_POSTFIELDS or to the client",
    is_expression: false,
};
const DOTNET: Printed = Printed {
    what: "what .NET or PowerShell prints of an object",
    advice: "PowerShell: -Body ($payload | ConvertTo-Json -Depth 10). C#: JsonContent.Create, PostAsJsonAsync or JsonSerializer.Serialize",
    is_expression: false,
};
const GO: Printed = Printed {
    what: "what Go prints of a map or a struct",
    advice: "Write it with json.Marshal. fmt.Sprint and %v are not JSON",
    is_expression: false,
};
const SWIFT: Printed = Printed {
    what: "what Swift prints of a dictionary",
    advice: "Write it with JSONEncoder or JSONSerialization. \\(payload) is not JSON",
    is_expression: false,
};
const EXPRESSION: Printed = Printed {
    what: "an expression that was not evaluated",
    advice: "Enter it where the tool evaluates expressions. Power Automate and Logic Apps: in the expression tab, or inside a text as \
             @{…}. In a program: without quotes around the call",
    is_expression: true,
};

/// What a text is that a language printed or nobody evaluated; `None` if it is none of these.
pub(super) fn printed(text: &str) -> Option<Printed> {
    let text = text.trim();
    let begins = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    let inside = |open: &str, close: &str| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    if is_call(text) {
        return Some(EXPRESSION);
    }
    if inside("b'", "'").or_else(|| inside("b\"", "\"")).is_some_and(|inner| inner.trim_start().starts_with(['{', '[', '\\'])) {
        return Some(PYTHON_BYTES);
    }
    if begins(&["[object "]) && text.ends_with(']') {
        return Some(JAVASCRIPT);
    }
    if begins(&["System.", "Microsoft."]) && !text.contains(char::is_whitespace) || inside("@{", "}").is_some_and(has_assignment)
    {
        return Some(DOTNET);
    }
    if begins(&["map[", "&map[", "&{"]) && text.ends_with([']', '}']) && !text.contains('"') {
        return Some(GO);
    }
    if text == "Array" || begins(&["Array\n(", "Array\r\n(", "Array (", "array(", "stdClass Object"]) {
        return Some(PHP);
    }
    if begins(&["<__main__.", "<class '"]) || text.starts_with('<') && text.contains(" object at 0x") {
        return Some(PYTHON_INSTANCE);
    }
    if begins(&["#<"]) && text.ends_with('>') {
        return Some(RUBY);
    }
    if is_java_instance(text) {
        return Some(JAVA);
    }
    let first_name = inside("[\"", "]").and_then(|rest| rest.split_once('"'));
    if first_name.is_some_and(|(_, behind)| behind.starts_with(':')) {
        return Some(SWIFT);
    }
    let members = inside("{", "}")?;
    if members.contains("=>") && !members.contains("\": ") {
        return Some(RUBY);
    }
    if members.trim_start().starts_with('\'')
        && [": None", ": True", ": False", ": datetime."].iter().any(|word| members.contains(word))
    {
        return Some(PYTHON_OBJECT);
    }
    if members.starts_with(' ') && members.contains(" = ") && !members.contains(['"', ':']) {
        return Some(DOTNET);
    }
    if has_assignment(members) && !members.contains(['"', ':']) {
        return Some(JAVA);
    }
    None
}

/// Whether a text begins with `name=`.
fn has_assignment(text: &str) -> bool {
    text.trim_start().split_once('=').is_some_and(|(name, _)| is_name(name.trim_end()))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() < 60
        && text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '$'))
}

/// `@concat('{…`, `JSON.stringify({…})`, `json.dumps(…)`: the call itself.
fn is_call(text: &str) -> bool {
    let of_logic_apps =
        text.strip_prefix(['@', '=']).and_then(|rest| rest.split_once('(')).is_some_and(|(name, _)| is_name(name));
    let of_programs =
        ["JSON.stringify(", "json.dumps(", "json_encode(", "JsonSerializer.Serialize(", "ConvertTo-Json", "jsonEncode("];
    of_logic_apps || of_programs.iter().any(|call| text.starts_with(call))
}

/// `Ticket(summary=Crash)`, `Ticket{summary='Crash'}`, `com.acme.Ticket@5e91993f`.
fn is_java_instance(text: &str) -> bool {
    if let Some((name, hash)) = text.split_once('@') {
        let is_hash = hash.len() >= 5 && hash.len() <= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash && is_name(name) && name.contains('.') {
            return true;
        }
    }
    ['(', '{'].iter().any(|open| {
        text.split_once(*open).is_some_and(|(name, members)| {
            is_name(name) && name.starts_with(char::is_uppercase) && has_assignment(members) && members.ends_with([')', '}'])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_table() {
        for (text, expected) in [
            (r#"b'{"summary": "x"}'"#, Some(PYTHON_BYTES)),
            (r#"b"{'summary': 'it\\'s'}""#, Some(PYTHON_BYTES)),
            (r"b'\xff\xfe{'", Some(PYTHON_BYTES)),
            ("{'summary': 'x', 'severity': None}", Some(PYTHON_OBJECT)),
            ("{'summary': 'x', 'open': True}", Some(PYTHON_OBJECT)),
            ("<__main__.Ticket object at 0x7f1c>", Some(PYTHON_INSTANCE)),
            ("[object Object]", Some(JAVASCRIPT)),
            ("[object FormData]", Some(JAVASCRIPT)),
            ("{summary=Crash, severity=Major}", Some(JAVA)),
            ("Ticket(summary=Crash, severity=Major)", Some(JAVA)),
            ("Ticket{summary='Crash'}", Some(JAVA)),
            ("com.acme.Ticket@5e91993f", Some(JAVA)),
            (r#"{"summary"=>"Crash"}"#, Some(RUBY)),
            (r#"{:summary=>"Crash", :severity=>nil}"#, Some(RUBY)),
            ("#<Ticket:0x000071>", Some(RUBY)),
            ("Array", Some(PHP)),
            ("Array\n(\n    [summary] => Crash\n)\n", Some(PHP)),
            ("System.Collections.Hashtable", Some(DOTNET)),
            ("System.Collections.Generic.Dictionary`2[System.String,System.String]", Some(DOTNET)),
            ("@{summary=Crash; severity=Major}", Some(DOTNET)),
            ("{ summary = Crash, severity = Major }", Some(DOTNET)),
            (r#"["summary": "Crash", "severity": "Major"]"#, Some(SWIFT)),
            (r#"["summary", "severity""#, None),
            ("map[severity:Major summary:Crash]", Some(GO)),
            ("&{Crash Major}", Some(GO)),
            (r#"@concat('{"summary": "Foo"', '}')"#, Some(EXPRESSION)),
            ("@triggerBody()?['data']", Some(EXPRESSION)),
            ("=JSON(summary)", Some(EXPRESSION)),
            (r#"JSON.stringify({summary: "x"})"#, Some(EXPRESSION)),
            ("{'summary': 'x'}", None),
            (r#"{"summary": "a=>b"}"#, None),
            (r#"{"summary": "x=y"}"#, None),
            ("summary=Crash&severity=Major", None),
            ("@jim see this", None),
            ("System error. Try again", None),
            ("jim@abcde1.example", None),
            ("The summary (a=b)", None),
            ("", None),
        ] {
            assert_eq!(printed(text), expected, "{text}");
        }
    }
}
