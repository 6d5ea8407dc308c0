//! Go with net/http.

use super::literals::{byte_literal, c_literal, is_misleading, joined, label, part_head, plain_variable};
use crate::formats::export::{Call, CallPart, Script, Template, Written};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

const SEND: &str = r#"func send(method, url string, headers [][2]string, body io.Reader, length int64, insecure bool) bool {
	request, err := http.NewRequest(method, url, body)
	check(err)
	request.ContentLength = length
	for _, header := range headers {
		if strings.EqualFold(header[0], "Host") {
			request.Host = header[1]
		} else {
			request.Header[header[0]] = append(request.Header[header[0]], header[1])
		}
	}
	client := &http.Client{
		Transport: &http.Transport{
			Proxy:           http.ProxyFromEnvironment,
			TLSClientConfig: &tls.Config{InsecureSkipVerify: insecure},
		},
		// A redirect that is followed would turn a POST into a GET.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(request)
	check(err)
	defer answer.Body.Close()
	fmt.Println(answer.Status)
	_, err = io.Copy(os.Stdout, answer.Body)
	check(err)
	fmt.Println()
	return answer.StatusCode < 400
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
"#;

const OPEN: &str = r#"
// open opens a file that is read while it is sent.
func open(path string) (io.Reader, int64) {
	file, err := os.Open(path)
	check(err)
	info, err := file.Stat()
	check(err)
	return file, info.Size()
}
"#;

const MULTIPART: &str = r#"
type form struct {
	boundary string
	readers  []io.Reader
	length   int64
}

func newForm() *form {
	id := make([]byte, 16)
	_, err := rand.Read(id)
	check(err)
	return &form{boundary: hex.EncodeToString(id)}
}

func (f *form) text(text string) {
	f.readers = append(f.readers, strings.NewReader(text))
	f.length += int64(len(text))
}

func (f *form) part(head string, content io.Reader, length int64) {
	f.text("--" + f.boundary + "\r\n" + head)
	f.readers = append(f.readers, content)
	f.length += length
	f.text("\r\n")
}

func (f *form) body() (io.Reader, int64) {
	f.text("--" + f.boundary + "--\r\n")
	return io.MultiReader(f.readers...), f.length
}
"#;

const TEXT: &str = r#"
func text(text string) (io.Reader, int64) {
	return strings.NewReader(text), int64(len(text))
}
"#;

const ENVIRONMENT: &str = r#"
func environment(name string) string {
	value := os.Getenv(name)
	if value == "" {
		check(fmt.Errorf("set %s first", name))
	}
	return value
}
"#;

pub(super) fn write(script: &Script) -> Written {
    let mut written = Written::default();
    let parts = |call: &Call| match &call.body {
        SpecBody::Multipart(parts) => parts.clone(),
        _ => Vec::new(),
    };
    let has_parts = script.calls.iter().any(|call| matches!(call.body, SpecBody::Multipart(_)));
    let of_part =
        |wanted: fn(&PartContent<Template>) -> bool| script.calls.iter().flat_map(parts).any(|part| wanted(&part.content));
    let has_files = script.calls.iter().any(|call| matches!(call.body, SpecBody::File(_)))
        || of_part(|content| matches!(content, PartContent::File(_)));
    let has_texts =
        script.calls.iter().any(|call| matches!(call.body, SpecBody::Text(_) | SpecBody::Urlencoded(_) | SpecBody::Bytes(_)))
            || of_part(|content| !matches!(content, PartContent::File(_)));
    let mut imports = vec!["crypto/tls", "fmt", "io", "net/http", "os", "strings"];
    if has_parts {
        imports.extend(["crypto/rand", "encoding/hex"]);
        imports.sort_unstable();
    }
    let imports: String = imports.iter().map(|name| format!("\t\"{name}\"\n")).collect();
    let text = &mut written.text;
    text.push_str(&format!("// Run with: go run send.go\npackage main\n\nimport (\n{imports})\n\n{SEND}"));
    for (is_needed, helper) in
        [(has_files, OPEN), (has_texts, TEXT), (has_parts, MULTIPART), (!script.variables.is_empty(), ENVIRONMENT)]
    {
        if is_needed {
            text.push_str(helper);
        }
    }
    text.push_str("\nfunc main() {\n\tok := true\n");
    for variable in &script.variables {
        let name = variable.environment();
        text.push_str(&format!("\t{name} := environment(\"{name}\") // {}\n", crate::model::unseen::one_line(&variable.what)));
    }
    for (index, call) in script.calls.iter().enumerate() {
        if script.calls.len() > 1 || !call.label.is_empty() {
            text.push_str(&format!("\n\t// {}\n", label(index, call)));
        }
        text.push_str(&request(call));
    }
    text.push_str("\tif !ok {\n\t\tos.Exit(1)\n\t}\n}\n");
    written
}

fn request(call: &Call) -> String {
    let mut text = String::from("\t{\n");
    let mut headers: Vec<String> =
        call.headers.iter().map(|(name, value)| format!("{{{}, {}}}", literal(name), expression(value))).collect();
    match &call.body {
        SpecBody::None => text.push_str("\t\tvar body io.Reader\n\t\tlength := int64(0)\n"),
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => {
            text.push_str(&format!("\t\tbody, length := text({})\n", expression(body)));
        }
        SpecBody::Bytes(bytes) => text.push_str(&format!("\t\tbody, length := text({})\n", byte_literal(bytes))),
        SpecBody::File(path) => text.push_str(&format!("\t\tbody, length := open({})\n", literal(path))),
        SpecBody::Multipart(parts) => {
            text.push_str("\t\tform := newForm()\n");
            for part in parts {
                text.push_str(&part_line(part));
            }
            text.push_str("\t\tbody, length := form.body()\n");
            headers.push("{\"Content-Type\", \"multipart/form-data; boundary=\" + form.boundary}".to_owned());
        }
    }
    let headers: String = headers.iter().map(|header| format!("\t\t\t{header},\n")).collect();
    text.push_str(&format!("\t\theaders := [][2]string{{\n{headers}\t\t}}\n"));
    text.push_str(&format!(
        "\t\tok = send({}, {}, headers, body, length, {}) && ok\n\t}}\n",
        literal(&call.method),
        expression(&call.url),
        call.accept_invalid_certificates
    ));
    text
}

fn part_line(part: &CallPart) -> String {
    let content = match &part.content {
        PartContent::Text(text) => format!("text({})", expression(text)),
        PartContent::Bytes(bytes) => format!("text({})", byte_literal(bytes)),
        PartContent::File(path) => format!("open({})", literal(path)),
    };
    format!(
        "\t\t{{\n\t\t\tcontent, length := {content}\n\t\t\tform.part({}, content, length)\n\t\t}}\n",
        literal(&part_head(part))
    )
}

fn expression(text: &Template) -> String {
    joined(text, " + ", literal, plain_variable)
}

fn literal(text: &str) -> String {
    c_literal(text, &[], |c| is_misleading(c).then(|| format!("\\U{:08x}", u32::from(c))))
}
