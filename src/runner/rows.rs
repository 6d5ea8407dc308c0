//! Data rows, out of CSV, JSON, NDJSON and XLSX.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{Data, Reader as _};
use serde_json::{Map, Value};

use super::suite::DataSource;
use crate::formats::import::text;
use crate::model::json_text;

/// The most columns that are looked at.
const MOST_COLUMNS: usize = 4096;

/// Rows as they were read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The names of the columns, in their order.
    pub columns: Vec<String>,
    /// The rows: a value by its column. An empty cell is an empty text.
    pub rows: Vec<Map<String, Value>>,
}

/// The kinds of files that rows come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsKind {
    /// Text with separators, the names of the columns in its first line.
    Csv,
    /// An array of objects.
    Json,
    /// An object a line.
    Ndjson,
    /// A workbook.
    Xlsx,
}

impl RowsKind {
    /// The kind of a file, by the ending of its name.
    pub fn of_name(name: &str) -> Result<Self, String> {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        match ending.as_str() {
            "csv" | "tsv" | "txt" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            "ndjson" | "jsonl" => Ok(Self::Ndjson),
            "xlsx" | "xlsm" => Ok(Self::Xlsx),
            _ => Err(format!("the ending of {name} is none of .csv, .tsv, .txt, .json, .ndjson, .jsonl, .xlsx and .xlsm")),
        }
    }
}

/// Reads rows.
///
/// # Errors
/// When the file is not what its kind says; the text names the place.
pub fn read(bytes: &[u8], kind: RowsKind, source: &DataSource) -> Result<Rows, String> {
    let rows = match kind {
        RowsKind::Csv => csv(&text_of(bytes)?, source.delimiter),
        RowsKind::Json => match json_text::read::<Value>(&text_of(bytes)?) {
            Ok(Value::Array(items)) => objects(items.into_iter().enumerate().map(|(index, item)| (index + 1, Ok(item)))),
            Ok(_) => Err("it is not a JSON array of objects".to_owned()),
            Err(error) => Err(format!("it is not JSON: {error}")),
        },
        RowsKind::Ndjson => {
            let text = text_of(bytes)?;
            let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
            objects(lines.map(|(index, line)| (index + 1, serde_json::from_str(line).map_err(|error| error.to_string()))))
        }
        RowsKind::Xlsx => xlsx(bytes, source.sheet.as_deref()),
    }?;
    if rows.rows.is_empty() { Err("it has no rows".to_owned()) } else { Ok(rows) }
}

/// The text that bytes are.
fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    text::decode(bytes).map(|(text, _)| text).map_err(|error| error.to_string())
}

fn csv(text: &str, delimiter: Option<char>) -> Result<Rows, String> {
    // Excel names the separator in a line of its own.
    let (named, text) = match text.strip_prefix("sep=") {
        Some(rest) => (rest.chars().next(), rest.split_once('\n').map_or("", |(_, rest)| rest)),
        None => (None, text),
    };
    let delimiter = delimiter.or(named).unwrap_or_else(|| likely_delimiter(text));
    let delimiter =
        u8::try_from(delimiter).map_err(|_| format!("\"{delimiter}\" cannot separate columns; take an ASCII sign"))?;
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| format!("its first line cannot be read: {error}"))?.clone();
    let columns = columns_of(head.iter().map(str::to_owned))?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() > columns.len() && record.iter().skip(columns.len()).any(|cell| !cell.is_empty()) {
            return Err(format!("line {line} has {} cells, and there are {} columns", record.len(), columns.len()));
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        let cell = |index: usize| Value::from(record.get(index).unwrap_or_default());
        rows.push(columns.iter().enumerate().map(|(index, name)| (name.clone(), cell(index))).collect());
    }
    Ok(Rows { columns, rows })
}

/// The separator that stands most often in the first line, outside quotes.
fn likely_delimiter(text: &str) -> char {
    const KNOWN: [char; 4] = [',', ';', '\t', '|'];
    let (mut counts, mut is_quoted) = ([0; 4], false);
    for c in text.chars().take(1 << 16) {
        match c {
            '"' => is_quoted = !is_quoted,
            '\n' if !is_quoted => break,
            c if !is_quoted => {
                if let Some(index) = KNOWN.iter().position(|known| *known == c) {
                    counts[index] += 1;
                }
            }
            _ => {}
        }
    }
    let best = (0..KNOWN.len()).rev().max_by_key(|index| counts[*index]).unwrap_or(0);
    if counts[best] == 0 { ',' } else { KNOWN[best] }
}

fn objects(items: impl Iterator<Item = (usize, Result<Value, String>)>) -> Result<Rows, String> {
    let mut rows = Rows::default();
    for (place, item) in items {
        let Value::Object(members) = item.map_err(|error| format!("row {place} is not JSON: {error}"))? else {
            return Err(format!("row {place} is not a JSON object"));
        };
        for name in members.keys() {
            if !rows.columns.contains(name) && rows.columns.len() < MOST_COLUMNS {
                rows.columns.push(name.clone());
            }
        }
        rows.rows.push(members);
    }
    Ok(rows)
}

fn xlsx(bytes: &[u8], sheet: Option<&str>) -> Result<Rows, String> {
    let mut book = calamine::Xlsx::new(Cursor::new(bytes)).map_err(|error| format!("it is not a workbook: {error}"))?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(name) if names.iter().any(|own| own == name) => name.to_owned(),
        Some(name) => return Err(format!("it has no sheet \"{name}\". There are {}", names.join(", "))),
        None => names.first().cloned().ok_or_else(|| "it has no sheet".to_owned())?,
    };
    let range = book.worksheet_range(&name).map_err(|error| format!("its sheet \"{name}\" cannot be read: {error}"))?;
    let mut lines = range.rows();
    let head = lines.next().ok_or_else(|| format!("its sheet \"{name}\" is empty"))?;
    let columns = columns_of(head.iter().map(|cell| super::template::text_of(&cell_value(cell))))?;
    let mut rows = Vec::new();
    for line in lines.filter(|line| line.iter().any(|cell| !matches!(cell, Data::Empty))) {
        rows.push(columns.iter().cloned().zip(line.iter().map(cell_value)).collect());
    }
    Ok(Rows { columns, rows })
}

fn cell_value(cell: &Data) -> Value {
    match cell {
        Data::Empty => Value::from(""),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.as_str().into(),
        Data::Int(number) => (*number).into(),
        // A workbook knows no whole numbers.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => (*number as i64).into(),
        Data::Float(number) => (*number).into(),
        Data::Bool(flag) => (*flag).into(),
        Data::Error(error) => format!("{error}").into(),
        other => match other {
            Data::DateTime(when) => {
                let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
                if (hour, minute, second) == (0, 0, 0) {
                    format!("{year:04}-{month:02}-{day:02}").into()
                } else {
                    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}").into()
                }
            }
            other => other.to_string().into(),
        },
    }
}

fn columns_of(names: impl Iterator<Item = String>) -> Result<Vec<String>, String> {
    let mut columns: Vec<String> = names.map(|name| name.trim().to_owned()).collect();
    while columns.last().is_some_and(String::is_empty) {
        columns.pop();
    }
    if columns.is_empty() {
        return Err("its first line names no columns".to_owned());
    }
    for (index, name) in columns.iter().enumerate() {
        if name.is_empty() {
            return Err(format!("column {} has no name", index + 1));
        }
        if columns[..index].contains(name) {
            return Err(format!("two columns are named \"{name}\""));
        }
    }
    Ok(columns)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use std::io::Write as _;

    use serde_json::json;

    use super::*;

    fn as_json(rows: &Rows) -> Value {
        rows.rows.iter().cloned().map(Value::Object).collect()
    }

    #[test]
    fn csv_by_table() {
        let utf16 = |text: &str, mark: bool| {
            let mark = if mark { vec![0xfeff] } else { Vec::new() };
            mark.into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
        };
        for (bytes, delimiter, expected) in [
            (b"a,b\n1,x\n".to_vec(), None, json!([{"a": "1", "b": "x"}])),
            (b"a;b\r\n1;\"x, y\"\r\n".to_vec(), None, json!([{"a": "1", "b": "x, y"}])),
            (b"a\tb\n1\t2\n".to_vec(), None, json!([{"a": "1", "b": "2"}])),
            (b"a|b\n1|2\n".to_vec(), None, json!([{"a": "1", "b": "2"}])),
            (b"sep=;\na;b\n1;2\n".to_vec(), None, json!([{"a": "1", "b": "2"}])),
            (b"a^b\n1^2\n".to_vec(), Some('^'), json!([{"a": "1", "b": "2"}])),
            (b"\"a;a\",b\n1,2\n".to_vec(), None, json!([{"a;a": "1", "b": "2"}])),
            ("\u{feff}a,b\n\"line\nbreak \"\"q\"\"\",ü\n".into(), None, json!([{"a": "line\nbreak \"q\"", "b": "ü"}])),
            (utf16("a,b\n1,ü\n", true), None, json!([{"a": "1", "b": "ü"}])),
            (utf16("summary,severity\n1,Major\n", false), None, json!([{"summary": "1", "severity": "Major"}])),
            (b"a,b\n1,gr\xfcn\n".to_vec(), None, json!([{"a": "1", "b": "grün"}])),
            (b"a,b\n1\n\n,\n2,3\n".to_vec(), None, json!([{"a": "1", "b": ""}, {"a": "2", "b": "3"}])),
            (b"only\nx\n".to_vec(), None, json!([{"only": "x"}])),
        ] {
            let source = DataSource { delimiter, ..DataSource::default() };
            let rows = read(&bytes, RowsKind::Csv, &source).unwrap();
            assert_eq!(as_json(&rows), expected, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn json_and_lines_of_it() {
        let source = DataSource::default();
        let rows = read(b"[{\"a\": 1}, {\"b\": [true]}]", RowsKind::Json, &source).unwrap();
        assert_eq!((rows.columns.clone(), as_json(&rows)), (vec!["a".into(), "b".into()], json!([{"a": 1}, {"b": [true]}])));
        let rows = read("\u{feff}{\"a\": 1}\n\n{\"a\": null}\n".as_bytes(), RowsKind::Ndjson, &source).unwrap();
        assert_eq!(as_json(&rows), json!([{"a": 1}, {"a": null}]));
    }

    #[test]
    fn what_is_wrong_with_data_is_said_with_its_place() {
        for (text, kind, expected) in [
            ("", RowsKind::Csv, "names no columns"),
            ("a,b\n", RowsKind::Csv, "no rows"),
            ("a,a\n1,2\n", RowsKind::Csv, "two columns are named \"a\""),
            ("a,,b\n1,2,3\n", RowsKind::Csv, "column 2 has no name"),
            ("a,b\n1,2\n1,2,3\n", RowsKind::Csv, "line 3 has 3 cells"),
            ("{}", RowsKind::Json, "not a JSON array"),
            ("[1]", RowsKind::Json, "row 1 is not a JSON object"),
            ("{\"a\": 1}\n{\n", RowsKind::Ndjson, "row 2 is not JSON"),
            ("PK", RowsKind::Xlsx, "not a workbook"),
        ] {
            let error = read(text.as_bytes(), kind, &DataSource::default()).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert!(RowsKind::of_name("rows.pdf").unwrap_err().contains(".csv"));
        assert_eq!(RowsKind::of_name("Rows.XLSX"), Ok(RowsKind::Xlsx));
    }

    /// A workbook of one sheet, as small as one can be.
    fn workbook() -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            (
                "[Content_Types].xml",
                r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
            ),
            (
                "_rels/.rels",
                r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
            ),
            (
                "xl/workbook.xml",
                r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Tickets" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
            ),
            (
                "xl/_rels/workbook.xml.rels",
                r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
            ),
            (
                "xl/worksheets/sheet1.xml",
                r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>summary</t></is></c><c r="B1" t="inlineStr"><is><t>count</t></is></c><c r="C1" t="inlineStr"><is><t>seen</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Crash &amp; burn</t></is></c><c r="B2"><v>7</v></c><c r="C2" t="b"><v>1</v></c></row><row r="3"><c r="A3" t="inlineStr"><is><t>Slow</t></is></c><c r="B3"><v>1.5</v></c></row></sheetData></worksheet>"#,
            ),
        ] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_is_read() {
        let rows = read(&workbook(), RowsKind::Xlsx, &DataSource::default()).unwrap();
        let expected =
            json!([{"summary": "Crash & burn", "count": 7, "seen": true}, {"summary": "Slow", "count": 1.5, "seen": ""}]);
        assert_eq!(as_json(&rows), expected);
        let source = DataSource { sheet: Some("None".into()), ..DataSource::default() };
        assert!(read(&workbook(), RowsKind::Xlsx, &source).unwrap_err().contains("There are Tickets"));
    }
}
