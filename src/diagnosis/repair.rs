//! How a mistake is mended in the shell, tool or language that made it.

use crate::model::request_record::RequestRecord;

/// What sent a request, by its User-Agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    Curl,
    DotNet,
    Go,
    Java,
    JavaScript,
    Jira,
    Php,
    Postman,
    PowerAutomate,
    PowerShell,
    Python,
    Ruby,
    Salesforce,
    ServiceNow,
    Wget,
    Zapier,
}

/// What stands in the User-Agent of each, in lower case. The first that fits counts.
const AGENTS: [(&str, Sender); 32] = [
    ("powershell", Sender::PowerShell),
    ("curl/", Sender::Curl),
    ("wget/", Sender::Wget),
    ("python", Sender::Python),
    ("aiohttp", Sender::Python),
    ("axios/", Sender::JavaScript),
    ("node-fetch", Sender::JavaScript),
    ("undici", Sender::JavaScript),
    ("got (", Sender::JavaScript),
    ("node", Sender::JavaScript),
    ("deno/", Sender::JavaScript),
    ("bun/", Sender::JavaScript),
    ("postmanruntime", Sender::Postman),
    ("zapier", Sender::Zapier),
    ("azure-logic-apps", Sender::PowerAutomate),
    ("microsoft-flow", Sender::PowerAutomate),
    ("sfdc-callout", Sender::Salesforce),
    ("servicenow", Sender::ServiceNow),
    ("atlassian", Sender::Jira),
    ("automation for jira", Sender::Jira),
    ("okhttp", Sender::Java),
    ("apache-httpclient", Sender::Java),
    ("java/", Sender::Java),
    ("java-http-client", Sender::Java),
    ("go-http-client", Sender::Go),
    ("go-resty", Sender::Go),
    ("restsharp", Sender::DotNet),
    ("dotnet", Sender::DotNet),
    ("guzzlehttp", Sender::Php),
    ("php", Sender::Php),
    ("faraday", Sender::Ruby),
    ("ruby", Sender::Ruby),
];

impl Sender {
    /// What sent a request; `None` where its User-Agent does not tell.
    pub(super) fn of(sent: &RequestRecord) -> Option<Self> {
        let agent = sent.header("user-agent")?.to_ascii_lowercase();
        AGENTS.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, sender)| *sender)
    }

    /// How it sends an object as JSON, with the Content-Type that goes with it.
    pub(super) fn json(self) -> &'static str {
        match self {
            Self::Curl => {
                "With curl: --json @body.json, or -H \"Content-Type: application/json\" --data-binary @body.json. -d alone says that the body is a form"
            }
            Self::DotNet => "In .NET: PostAsJsonAsync, or JsonContent.Create(payload)",
            Self::Go => "In Go: json.Marshal, and req.Header.Set(\"Content-Type\", \"application/json\")",
            Self::Java => "In Java: let Jackson or Gson write the text, and give the media type application/json with it",
            Self::JavaScript => {
                "In JavaScript: body: JSON.stringify(payload) with the header Content-Type: application/json; axios does both when it is given the object"
            }
            Self::Jira => {
                "In Jira's automation: Custom data, with {{issue.summary.asJsonString}} for each value, which quotes and escapes it"
            }
            Self::Php => "In PHP: json_encode($payload), or 'json' => $payload with Guzzle",
            Self::Postman => "In Postman: Body > raw > JSON",
            Self::PowerAutomate => {
                "In Power Automate: make the body an object in the HTTP action and put the values in as dynamic content, with the header Content-Type: application/json"
            }
            Self::PowerShell => {
                "In PowerShell: Invoke-RestMethod -Method Post -ContentType 'application/json; charset=utf-8' -Body ($payload | ConvertTo-Json -Depth 10)"
            }
            Self::Python => "In Python: json=payload, not data=; requests and httpx then write the JSON and the header",
            Self::Ruby => "In Ruby: payload.to_json, with the header Content-Type: application/json",
            Self::Salesforce => {
                "In Apex: req.setBody(JSON.serialize(payload)) and req.setHeader('Content-Type', 'application/json')"
            }
            Self::ServiceNow => {
                "In ServiceNow: setRequestBody(JSON.stringify(payload)) and setRequestHeader(\"Content-Type\", \"application/json\"); ${name} in a REST message is put in unescaped"
            }
            Self::Wget => "With wget: --header=\"Content-Type: application/json\" --post-file=body.json",
            Self::Zapier => "In Zapier: Webhooks, POST, with the payload type json and one data field a parameter",
        }
    }

    /// How it sends a file as a part of a form.
    pub(super) fn upload(self) -> &'static str {
        match self {
            Self::Curl => "With curl: -F name=@file, and no Content-Type of your own",
            Self::DotNet => "In .NET: MultipartFormDataContent with a StreamContent, a name and a file name",
            Self::Go => "In Go: multipart.NewWriter, CreateFormFile, and FormDataContentType() as the header",
            Self::Java => "In Java: OkHttp's MultipartBody or Apache's MultipartEntityBuilder; both write the header",
            Self::JavaScript => "In JavaScript: a FormData with the file appended, and no Content-Type of your own",
            Self::Jira => "Jira's automation sends no files: let another system upload them",
            Self::Php => "In PHP: new CURLFile in an array for CURLOPT_POSTFIELDS, or 'multipart' => with Guzzle",
            Self::Postman => "In Postman: Body > form-data, with the kind File, and no Content-Type header of your own",
            Self::PowerAutomate => {
                "In Power Automate: a body with \"$content-type\": \"multipart/form-data\" and \"$multipart\", and no Content-Type header of your own"
            }
            Self::PowerShell => {
                "In PowerShell 7: -Form @{ name = Get-Item file }. Windows PowerShell 5 has no such option: use curl.exe -F"
            }
            Self::Python => "In Python: files={\"name\": open(path, \"rb\")}, and no Content-Type of your own",
            Self::Ruby => "In Ruby: set_form([[\"name\", file]], \"multipart/form-data\"), or Faraday's multipart middleware",
            Self::Salesforce => "In Apex: write the form with its boundary as a Blob, and name the same boundary in the header",
            Self::ServiceNow => "In ServiceNow: a form needs a boundary that the body uses too; RESTMessageV2 does not write it",
            Self::Wget => "wget sends no forms with files: use curl -F name=@file",
            Self::Zapier => "In Zapier: Webhooks, POST, with the payload type form and the file in the field File",
        }
    }
}

/// Advice, and behind it how the sender of a request is made to follow it.
pub(super) fn with_sender(advice: &str, sent: &RequestRecord, how: fn(Sender) -> &'static str) -> String {
    match Sender::of(sent) {
        Some(sender) => format!("{advice}. {}", how(sender)),
        None => advice.to_owned(),
    }
}

/// How a mistake in JSON comes about, and how it is mended, by the words for it.
pub(super) fn of_json(words: &str) -> &'static str {
    const ADVICE: [(&[&str], &str); 15] = [
        (
            &["trailing comma", "comma at the end"],
            "Remove this comma. A template that writes a comma after each member leaves one after the last",
        ),
        (
            &["single quotes", "backticks"],
            "JSON has double quotes only. In bash, put the whole JSON between single quotes and its texts between double quotes. cmd does not know single quotes: write \\\" for each quote, or send a file",
        ),
        (&["curly quote"], "A mail, a chat or a word processor changed the quotes. Type them again in a plain text editor"),
        (
            &["without double quotes"],
            "A shell probably took the quotes away, as cmd and Windows PowerShell do. Write \\\" for each quote, or put the JSON into a file and send it with curl --data-binary @body.json",
        ),
        (&["escaped once too often"], "Take the backslashes before the outer quotes away. Between single quotes bash needs none"),
        (
            &["line break", "unescaped tab", "control character"],
            "A value was put into the text as it is. Write \\n for a line break and \\t for a tab, or let the tool's JSON function escape the value",
        ),
        (
            &["double quote inside"],
            "A value with quotes was put into the text as it is. Write \\\" for each, or let the tool's JSON function escape the value",
        ),
        (
            &["backslash", "no escape in JSON"],
            "Write each backslash twice, as in C:\\\\temp, or let the tool's JSON function escape the value",
        ),
        (&["comment"], "Take the comment out"),
        (
            &["JSON writes true", "JSON writes false", "JSON writes null", "JSON does not have"],
            "A language's own words were put in: write true, false and null, or let its JSON function write the text (Python: json=payload or json.dumps)",
        ),
        (
            &["byte-order mark"],
            "Save the file as UTF-8 without a byte-order mark. Windows PowerShell 5 writes one: use [IO.File]::WriteAllText, or -Encoding utf8NoBOM in PowerShell 7",
        ),
        (&["invisible character"], "Remove the character. It often comes with copying from a web page or a document"),
        (
            &["closing quote", "missing }", "missing ]", "belongs: a bracket"],
            "The text ends too early or a bracket is lost. Look at what puts it together, and whether something cuts it at a length",
        ),
        (&["after the end"], "Send one JSON object in each request, and nothing behind it"),
        (
            &["no number"],
            "Write numbers with a point and without leading zeros, signs or units, or put the value between double quotes",
        ),
    ];
    let known = ADVICE.iter().find(|(marks, _)| marks.iter().any(|mark| words.contains(mark)));
    known.map_or("Let a JSON library write the text rather than putting it together by hand", |(_, advice)| *advice)
}

/// How a variable is filled where it was written, by its own spelling.
pub(super) fn of_variable(variable: &str) -> &'static str {
    let begins = |mark: &str| variable.starts_with(mark);
    match () {
        () if begins("{{") || begins("{%") => {
            "Fill it where the template is run: Postman and Insomnia take it from the selected environment, Newman from -e FILE, Zapier, Jira and other systems from the event. The name is misspelled, or has no value at that step"
        }
        () if begins("${") || begins("$(") || begins("$") => {
            "A shell fills it only outside single quotes, JavaScript only between backticks. In a template of another system the name is misspelled, or has no value at that step"
        }
        () if begins("%") => "cmd fills %NAME% only where NAME is set. PowerShell writes $env:NAME, bash $NAME",
        () if begins("@") => {
            "Power Automate and Logic Apps evaluate it only as an expression: enter it in the expression editor, or as @{…} inside a text of the action"
        }
        () if begins("{!") => "Salesforce fills {!…} in its own templates and flows only. In Apex, put the value in",
        () if begins("#{") => "Ruby fills #{…} between double quotes only",
        () if variable == "undefined" || begins("[object") => {
            "JavaScript put in a variable without a value, or an object as text. Check the variable's name, and send the object's own value or JSON.stringify of it"
        }
        () => "Fill it where the template is run: the name is misspelled, or has no value at that step",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_by_table() {
        for (agent, expected) in [
            ("curl/8.5.0", Some(Sender::Curl)),
            ("Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1", Some(Sender::PowerShell)),
            ("python-requests/2.31.0", Some(Sender::Python)),
            ("axios/1.6.2", Some(Sender::JavaScript)),
            ("azure-logic-apps/1.0 (workflow abc; version 1) microsoft-flow/1.0", Some(Sender::PowerAutomate)),
            ("SFDC-Callout/59.0", Some(Sender::Salesforce)),
            ("Zapier", Some(Sender::Zapier)),
            ("Java-http-client/17.0.2", Some(Sender::Java)),
            ("PostmanRuntime/7.36.0", Some(Sender::Postman)),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120 Safari/537.36", None),
            ("", None),
        ] {
            let headers = vec![("User-Agent".to_owned(), agent.to_owned())];
            assert_eq!(Sender::of(&RequestRecord { headers, ..RequestRecord::default() }), expected, "{agent}");
        }
        assert_eq!(Sender::of(&RequestRecord::default()), None);
    }

    #[test]
    fn variables_by_table() {
        for (variable, part) in [
            ("{{summary}}", "Postman"),
            ("${title}", "single quotes"),
            ("%EMAIL%", "PowerShell"),
            ("@{triggerBody()}", "Power Automate"),
            ("{!Case.Subject}", "Salesforce"),
            ("[object Object]", "JSON.stringify"),
        ] {
            assert!(of_variable(variable).contains(part), "{variable}");
        }
    }
}
