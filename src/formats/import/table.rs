//! Tables of requests, whose first line names their columns: JMeter's results as CSV, and what load tests and services for logs export.

use super::answer;
use super::recorded::{Recorded, of_code};
use crate::model::request_record::NotRecorded;

/// How many rows are read.
const MAX_ROWS: usize = 10_000;

/// Where the columns of a table stand.
struct Columns {
    delimiter: u8,
    url: usize,
    status: usize,
    method: Option<usize>,
    said: Option<usize>,
    label: Option<usize>,
    host: Option<usize>,
    body: Option<usize>,
    answer: Option<usize>,
}

/// Whether the first line of a text names columns, and those of an address and a status are among them.
pub(super) fn is_table(text: &str) -> bool {
    columns(text).is_some()
}

fn columns(text: &str) -> Option<Columns> {
    let (first, rows) = text.split_once('\n')?;
    let first = first.trim_end_matches('\r');
    // Fiddler's first column is the number of the row.
    let is_numbered = ["#\t", "#,", "#;"].iter().any(|head| first.starts_with(head));
    let is_other = first.starts_with(['{', '[', '<']) || first.starts_with('#') && !is_numbered;
    if first.len() > 4096 || first.contains("://") || is_other || rows.trim().is_empty() {
        return None;
    }
    let count = |sign: &u8| first.matches(char::from(*sign)).count();
    let delimiter = [b',', b';', b'\t', b'|'].into_iter().max_by_key(count).filter(|sign| count(sign) > 0)?;
    let plain = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let names: Vec<String> = first.split(char::from(delimiter)).map(plain).collect();
    let at = |wanted: &[&str]| wanted.iter().find_map(|wanted| names.iter().position(|name| name == wanted));
    Some(Columns {
        delimiter,
        url: at(&[
            "url",
            "requesturl",
            "fullurl",
            "uri",
            "requesturi",
            "httpurl",
            "csuri",
            "address",
            "endpoint",
            "adresse",
            "ziel",
            "zielurl",
            "direcci\u{f3}n",
            "indirizzo",
            "target",
            "targeturl",
            "path",
            "requestpath",
        ])?,
        status: at(&[
            "responsecode",
            "status",
            "statuscode",
            "httpstatus",
            "httpstatuscode",
            "responsestatus",
            "scstatus",
            "code",
            "resultcode",
            "rc",
            "statut",
            "codeetat",
            "estado",
            "stato",
            "antwortcode",
            "httpcode",
            "result",
            "ergebnis",
        ])?,
        method: at(&[
            "method",
            "httpmethod",
            "requestmethod",
            "csmethod",
            "verb",
            "methode",
            "m\u{e9}thode",
            "m\u{e9}todo",
            "metodo",
            "httpmethode",
        ]),
        said: at(&["responsemessage", "failuremessage", "error", "errormessage", "fehler", "fehlermeldung", "erreur"]),
        host: at(&["host", "hostname", "requesthost", "cshost"]),
        body: at(&[
            "body",
            "requestbody",
            "payload",
            "requestpayload",
            "request",
            "json",
            "data",
            "nutzlast",
            "anfrage",
            "corps",
            "inhalt",
            "cuerpo",
        ]),
        answer: at(&[
            "response",
            "responsebody",
            "responsepayload",
            "answer",
            "antwort",
            "r\u{e9}ponse",
            "respuesta",
            "risposta",
            "output",
        ]),
        label: at(&["label", "samplername", "requestname"]),
    })
}

/// The requests of a table. What is no whole address is left out.
pub(super) fn read(text: &str) -> Vec<Recorded> {
    let Some(columns) = columns(text) else { return Vec::new() };
    let mut reader = csv::ReaderBuilder::new().delimiter(columns.delimiter).flexible(true).from_reader(text.as_bytes());
    let one = |row: csv::StringRecord| {
        let of =
            |at: Option<usize>| at.and_then(|at| row.get(at)).map(str::trim).filter(|cell| !cell.is_empty() && *cell != "null");
        let url = of(Some(columns.url)).filter(|url| url.contains("://") || url.starts_with('/'))?;
        let method = of(columns.method).map(str::to_uppercase);
        let code = of(Some(columns.status)).unwrap_or("");
        let host = of(columns.host).filter(|host| url.starts_with('/') && !host.contains(['/', ' ']));
        let is_path = url.starts_with('/') && host.is_none();
        let body = of(columns.body).filter(|body| body.starts_with(['{', '['])).unwrap_or("");
        let answer_text = of(columns.answer).unwrap_or("").to_owned();
        let word = code.split_whitespace().next().and_then(|word| word.parse::<u16>().ok());
        let status = word.filter(|status| (100..600).contains(status));
        Some(Recorded {
            label: of(columns.label).unwrap_or("").to_owned(),
            not_recorded: NotRecorded {
                method: method.is_none(),
                headers: true,
                body: body.is_empty(),
                file_bytes: true,
                scheme: url.starts_with('/'),
                host: is_path,
                port: is_path,
                ..NotRecorded::default()
            },
            method: method.unwrap_or_else(|| "POST".to_owned()),
            url: match host {
                Some(host) => format!("https://{host}{url}"),
                None if is_path => format!("https://{{{{host}}}}{url}"),
                None => url.to_owned(),
            },
            body: body.as_bytes().to_owned(),
            outcome: status
                .map(|status| answer::logged(status, answer_text))
                .or_else(|| of_code(code, of(columns.said).unwrap_or(""), String::new())),
            ..Recorded::default()
        })
    };
    reader.records().filter_map(Result::ok).filter_map(one).take(MAX_ROWS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_by_table() {
        for (text, expected) in [
            (
                "timeStamp,elapsed,label,responseCode,responseMessage,URL,Latency\n1,2,\"a, b\",400,Bad Request,https://h/x?k=1,3\n",
                " https://h/x?k=1 400||",
            ),
            ("Method;URL;Status Code\nput;https://h/x;404 Not Found\n", "PUT https://h/x 404||"),
            ("Nr;Zeit;Methode;URL;Status;Dauer\n1;03.06.2026 09:01;post;https://h/x;404;0,08\n", "POST https://h/x 404||"),
            (
                "time\tmethod\turl\tbody\tstatus\tresponse\nt\tPOST\thttps://h/x\t\"{\"\"a\"\": 1}\"\t400\tno\n",
                "POST https://h/x 400|{\"a\": 1}|no",
            ),
            ("Host;Path;M\u{e9}thode;Statut\nh.example;/api/x;POST;404\n", "POST https://h.example/api/x 404||"),
            ("time\thttp_method\trequest_uri\tstatus\nt\tPOST\t/api/x\t503\n", "POST https://{{host}}/api/x 503||"),
            (
                "label,responseCode,responseMessage,URL\na,Non HTTP response code: java.net.UnknownHostException,Non HTTP response message: h,https://h/x\n",
                " https://h/x 0||",
            ),
            ("summary,url,status\nCrash,no,New\n", ""),
            ("a,b\n1,2\n", ""),
            ("POST https://h/x, status 400\nurl,status\n", ""),
        ] {
            let one = |one: &Recorded| {
                let answer = one.outcome.as_ref().and_then(|outcome| outcome.answer());
                let (status, told) = answer.map_or((0, String::new()), |answer| (answer.status, answer.text().into_owned()));
                let method = if one.not_recorded.method { "" } else { one.method.as_str() };
                format!("{method} {} {status}|{}|{told}", one.url, String::from_utf8_lossy(&one.body))
            };
            assert_eq!(read(text).iter().map(one).collect::<Vec<_>>().join("\n"), expected, "{text}");
        }
    }
}
