//! The languages whose programs are read by the texts in them.

/// The language, by a call that only a program holds which sends a request.
/// No space stands in them, for programs break their lines where they like; and none of them stands in a log or an error's trace.
const LANGUAGES: [(&str, &[&str]); 36] = [
    (
        "Groovy",
        &["httpRequesthttpMode:", "httpRequesturl:", "httpRequestacceptType:", "httpRequest(httpMode:", "httpRequest(url:"],
    ),
    ("Elixir", &["Req.post!(", "Req.post(", "Req.request!(", "HTTPoison.post(", "HTTPoison.post!(", "Finch.build("]),
    (
        "C#",
        &[
            "newHttpRequestMessage(",
            ".PostAsync(",
            ".PostAsJsonAsync(",
            ".PostJsonAsync(",
            "newRestRequest(",
            "UnityWebRequest.",
            "WebRequest.Create(",
            ".UploadString(",
            "newWebClient(",
        ],
    ),
    (
        "Java or Kotlin",
        &[
            "newRequest.Builder()",
            "HttpRequest.newBuilder(",
            "Request.Builder()",
            "Unirest.post(",
            "newHttpPost(",
            ".openConnection()",
            ".postForObject(",
            ".postForEntity(",
            "WebClient.create(",
            "WebClient.builder(",
            "RestClient.create(",
            "given().",
            "=HttpClient(",
            "HttpResponse=client.post(",
        ],
    ),
    ("C", &["curl_easy_setopt("]),
    ("Go", &["http.NewRequest(", "http.NewRequestWithContext(", "http.Post(", "resty.New("]),
    (
        "PHP",
        &[
            "curl_setopt(",
            "curl_setopt_array(",
            "CURLOPT_URL",
            "curl_init(",
            "newClient([",
            "\\Client([",
            "\\Client()",
            "stream_context_create(",
            "wp_remote_post(",
            "Http::post(",
            "Http::with",
            "Http::asJson(",
        ],
    ),
    ("Swift", &["URLRequest(url:", "AF.request("]),
    ("Objective-C", &["NSMutableURLRequestrequestWithURL:", "NSMutableURLRequestalloc]"]),
    (
        "Ruby",
        &[
            "Net::HTTP::Post.new(",
            "Net::HTTP.post(",
            "Net::HTTP.start(",
            "RestClient.post(",
            "RestClient::Request.execute(",
            "Faraday.new(",
            "Faraday.post(",
            "HTTParty.post(",
            "HTTP.post(",
        ],
    ),
    (
        "Dart",
        &[
            "http.post(Uri.",
            "client.post(Uri.",
            "http.Request('POST'",
            "http.MultipartRequest(",
            "Uri.https(",
            "=awaithttp.post(",
            "dio.post(",
            "Dio().post(",
            "=Dio(",
        ],
    ),
    (
        "Rust",
        &[
            "Client::new()",
            "::Client::builder()",
            "multipart::Form::new()",
            "blocking::Client",
            "ureq::post(",
            "ureq::put(",
            "ureq::request(",
            "surf::post(",
            "isahc::",
            "attohttpc::post(",
        ],
    ),
    ("Perl", &["HTTP::Request->new(", "LWP::UserAgent->new", "HTTP::Tiny->new", "Mojo::UserAgent->new"]),
    ("R", &["library(httr", "httr::POST(", "httr2::", "req_perform(", "library(RCurl", "library(curl)", "crul::"]),
    ("Visual Basic", &["CreateObject(\"MSXML2", "CreateObject(\"WinHttp", "newMSXML2.", "newWinHttpRequest"]),
    ("Apex or ServiceNow", &[".setEndpoint("]),
    (
        "JavaScript",
        &[
            "superagent.post(",
            "newXMLHttpRequest(",
            "https.request({",
            "https.request(options",
            "needle.post(",
            "needle('post'",
            "unirest.post(",
            "unirest('POST'",
            "$http.post(",
            "ky.post(",
            "got.post(",
            "pm.sendRequest(",
        ],
    ),
    ("Groovy", &["newURL(\"https://"]),
    ("Scala", &["basicRequest.", "quickRequest.", "emptyRequest.", "sttp.client", "exec(http("]),
    ("Haskell", &["parseRequest", "httpLBS", "Network.Wreq", "runReqdefaultHttpConfig"]),
    ("Clojure", &["(client/post\"", "(http/post\"", "(http/request{", "(client/request{"]),
    ("Power Query", &["Web.Contents(\""]),
    ("Apps Script", &["UrlFetchApp.fetch("]),
    ("MATLAB", &["webwrite(", "weboptions("]),
    ("F#", &["Http.RequestString(", "Http.AsyncRequest", "Http.Request(\""]),
    ("Pascal", &["IdHTTP", "THTTPClient", "TNetHTTPClient", "TRESTClient"]),
    ("Crystal", &["HTTP::Client.post("]),
    ("Nim", &["newHttpClient("]),
    ("Tcl", &["http::geturl"]),
    ("ABAP", &["cl_http_client=>", "cl_web_http_client"]),
    ("PL/SQL", &["utl_http.begin_request(", "apex_web_service.make_rest_request("]),
    ("SAS", &["prochttpurl="]),
    ("Erlang", &["httpc:request(", "hackney:request(", "hackney:post("]),
    ("C++", &["cpr::Post(", "httplib::Client", "QNetworkRequest", "http_client("]),
    ("AutoHotkey", &["ComObject(\"WinHttp", "ComObjCreate(\"WinHttp", "ComObject(\"Msxml2", "ComObjCreate(\"Msxml2"]),
    ("Lua", &["http.request{url", "https.request{url"]),
];

/// What stands before a host that is named without a scheme.
pub(super) const HOSTS: [&str; 4] = ["Uri.https(", "hostname:", "\"hostname\":", "'hostname':"];

/// The language of a program that sends a request.
pub(super) fn language(text: &str) -> Option<&'static str> {
    if !text.contains("://") && !text.contains("'callout:") && !HOSTS.iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let bare: String = text.split_whitespace().collect();
    let has = |calls: &[&str]| calls.iter().any(|call| bare.contains(call));
    LANGUAGES.iter().find(|(_, calls)| has(calls)).map(|(name, _)| *name)
}
