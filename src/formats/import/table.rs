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
}

/// Whether the first line of a text names columns, and those of an address and a status are among them.
pub(super) fn is_table(text: &str) -> bool {
    columns(text).is_some()
}

fn columns(text: &str) -> Option<Columns> {
    let (first, rows) = text.split_once('\n')?;
    let first = first.trim_end_matches('\r');
    if first.len() > 4096 || first.contains("://") || first.starts_with(['{', '[', '<', '#']) || rows.trim().is_empty() {
        return None;
    }
    let delimiter = [b',', b';', b'\t'].into_iter().find(|sign| first.matches(char::from(*sign)).count() > 0)?;
    let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let names: Vec<String> = first.split(char::from(delimiter)).map(plain).collect();
    let at = |wanted: &[&str]| wanted.iter().find_map(|wanted| names.iter().position(|name| name == wanted));
    Some(Columns {
        delimiter,
        url: at(&["url", "requesturl", "fullurl", "uri", "requesturi", "httpurl", "csuri"])?,
        status: at(&[
            "responsecode",
            "status",
            "statuscode",
            "httpstatus",
            "httpstatuscode",
            "responsestatus",
            "scstatus",
            "code",
        ])?,
        method: at(&["method", "httpmethod", "requestmethod", "csmethod", "verb"]),
        said: at(&["responsemessage", "failuremessage", "error", "errormessage"]),
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
        let is_path = url.starts_with('/');
        let word = code.split_whitespace().next().and_then(|word| word.parse::<u16>().ok());
        let status = word.filter(|status| (100..600).contains(status));
        Some(Recorded {
            label: of(columns.label).unwrap_or("").to_owned(),
            not_recorded: NotRecorded {
                method: method.is_none(),
                headers: true,
                body: true,
                file_bytes: true,
                scheme: is_path,
                host: is_path,
                port: is_path,
                ..NotRecorded::default()
            },
            method: method.unwrap_or_else(|| "POST".to_owned()),
            url: if is_path { format!("https://{{{{host}}}}{url}") } else { url.to_owned() },
            outcome: status
                .map(|status| answer::logged(status, String::new()))
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
                "POST https://h/x?k=1 400 method",
            ),
            ("Method;URL;Status Code\nput;https://h/x;404 Not Found\n", "PUT https://h/x 404 "),
            ("time\thttp_method\trequest_uri\tstatus\nt\tPOST\t/api/x\t503\n", "POST https://{{host}}/api/x 503 "),
            (
                "label,responseCode,responseMessage,URL\na,Non HTTP response code: java.net.UnknownHostException,Non HTTP response message: h,https://h/x\n",
                "POST https://h/x 0 method",
            ),
            ("summary,url,status\nCrash,no,New\n", ""),
            ("a,b\n1,2\n", ""),
            ("POST https://h/x, status 400\nurl,status\n", ""),
        ] {
            let one = |one: &Recorded| {
                let status = one.outcome.as_ref().and_then(|outcome| outcome.answer()).map_or(0, |answer| answer.status);
                format!("{} {} {status} {}", one.method, one.url, if one.not_recorded.method { "method" } else { "" })
            };
            assert_eq!(read(text).iter().map(one).collect::<Vec<_>>().join("\n"), expected, "{text}");
        }
    }
}
