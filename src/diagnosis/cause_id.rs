//! Every cause there is, in one table: its id, what it means, how it comes about, how to prove it and what to do.
//!
//! To add a cause, add a row here and a rule that returns it. `docs/causes.md` and `centerpost explain` are made from these rows.

use std::fmt;

use super::basis::{Basis, Source};

/// One row of the table.
struct Row {
    id: &'static str,
    narrower_than: &'static [CauseId],
    source: Source,
    title: &'static str,
    origin: &'static str,
    proof: &'static str,
    advice: &'static str,
}

macro_rules! causes {
    ($($variant:ident $id:literal [$($broader:ident),*] $source:ident $title:literal $origin:literal $proof:literal $advice:literal;)*) => {
        /// Which cause it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CauseId {
            $(#[doc = $title] $variant,)*
        }

        impl CauseId {
            /// All causes, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            const fn row(self) -> &'static Row {
                match self {
                    $(Self::$variant => &Row {
                        id: $id,
                        narrower_than: &[$(CauseId::$broader,)*],
                        source: Source::$source,
                        title: $title,
                        origin: $origin,
                        proof: $proof,
                        advice: $advice,
                    },)*
                }
            }
        }
    };
}

impl CauseId {
    /// The stable text, such as `endpoint.source-key-mismatch`.
    pub const fn as_str(self) -> &'static str {
        self.row().id
    }

    /// The cause with this id. Ids of other versions of the program have none.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cause| cause.as_str() == id)
    }

    /// The causes that this one is a special case of; its repair differs from theirs.
    pub const fn narrower_than(self) -> &'static [Self] {
        self.row().narrower_than
    }

    /// What it means, in one sentence without a full stop.
    pub const fn title(self) -> &'static str {
        self.row().title
    }

    /// How it comes about.
    pub const fn origin(self) -> &'static str {
        self.row().origin
    }

    /// How to prove it.
    pub const fn proof(self) -> &'static str {
        self.row().proof
    }

    /// What to do.
    pub const fn advice(self) -> &'static str {
        self.row().advice
    }

    /// Whether Centercode documents the rule.
    pub const fn basis(self) -> Basis {
        self.row().source.basis()
    }

    /// The page to read up on it.
    pub const fn link(self) -> Option<&'static str> {
        self.row().source.link()
    }

    /// The part of the id before the dot, which names what is wrong: the endpoint, a field, the network. Empty for `none`.
    pub fn family(self) -> &'static str {
        self.as_str().split_once('.').map_or("", |(family, _)| family)
    }

    /// Whether it says that something is wrong.
    pub fn is_problem(self) -> bool {
        self != Self::NoProblem
    }
}

impl fmt::Display for CauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

causes! {
    EndpointPlaceholder "endpoint.placeholder" [] Guide
        "The address still contains a placeholder"
        "An example address was copied, and a part such as <YourProjectKey> was not replaced."
        "Look for <, >, {, } or YOUR in the address. A template that was not filled in looks the same."
        "Copy the endpoint from Centercode: Management > Project configuration > Feedback types > External sources.";
    EndpointWhitespace "endpoint.whitespace" [] General
        "The address contains a space, a line break or an invisible character"
        "The address or a key was copied from an e-mail, a document or a table cell."
        "Compare the length of the key with what you see. `centerpost check` names the character and its position."
        "Remove the character, or copy the value again as plain text.";
    EndpointHtmlEscaped "endpoint.html-escaped" [] General
        "The address contains HTML escapes such as &amp;"
        "The address was copied from the source of a page or from an HTML e-mail."
        "Look for &amp;, &#61; or \\u0026 in the address."
        "Copy the address from where it is displayed as text, and write & for &amp;.";
    EndpointPathShape "endpoint.path-shape" [] Guide
        "The path is not that of an External Source"
        "A part of the path is missing, misspelled, doubled or in the wrong order, or it is the address of a page."
        "Compare it with /api/v1/projects/PROJECT_KEY/feedback/SOURCE_KEY, part by part."
        "Copy the whole endpoint from Centercode, without a slash at the end.";
    EndpointNoScheme "endpoint.no-scheme" [EndpointPathShape] General
        "The address has no https:// at its beginning"
        "The address was typed, or only a part of it was copied."
        "Look at the first characters of the address."
        "Write https:// at the beginning.";
    EndpointOtherApi "endpoint.other-api" [EndpointPathShape] ApiReference
        "The address belongs to another Centercode API"
        "A Listener, a Record Lookup or a Data Package has an address of its own, which was used for feedback."
        "Compare the path with /api/v1/projects/PROJECT_KEY/feedback/SOURCE_KEY."
        "Use the endpoint that the External Source shows.";
    EndpointHostMismatch "endpoint.host-mismatch" [] General
        "The host is not the profile's host"
        "The request went to another installation, a test system or a misspelled name."
        "Compare the host with the address at which you open Centercode in a browser."
        "Use the profile's host, or correct the profile.";
    EndpointScheme "endpoint.scheme" [] General
        "The address begins with http instead of https"
        "The address was typed, or a tool removed the s. A redirect to https can turn a POST into a GET."
        "Look for a 301 or 302 answer before the failure."
        "Write https:// at the beginning.";
    EndpointProjectKeyMissing "endpoint.project-key-missing" [] Guide
        "The project key is missing in the path"
        "An attachment endpoint was used as the answer returned it, with an empty place for the project key."
        "Look for // or a missing part between projects and feedback."
        "Insert the project key between projects/ and /feedback.";
    EndpointProjectKeyMismatch "endpoint.project-key-mismatch" [] Guide
        "The project key is not the profile's"
        "The key was changed, misspelled, or belongs to another project."
        "Compare it with the endpoint that Centercode shows."
        "Use the project key that Centercode shows, or correct the profile.";
    EndpointSourceKeyMismatch "endpoint.source-key-mismatch" [] Guide
        "The External Source key is not the profile's"
        "The key was renamed, misspelled, or belongs to another External Source."
        "Compare it with the endpoint that Centercode shows."
        "Use the key of the External Source, or correct the profile.";
    EndpointKeyCase "endpoint.key-case" [] General
        "A key differs from the profile's only in upper and lower case"
        "The key was typed, or a tool changed its case."
        "Compare the key with Centercode letter by letter."
        "Copy the key again. It must match exactly.";
    EndpointEncoding "endpoint.encoding" [EndpointApiKeyMismatch, EndpointSourceKeyMismatch, EndpointProjectKeyMismatch] General
        "A key in the address is encoded twice, or contains a raw + or #"
        "A tool encoded an address that was encoded already, or did not encode a key at all."
        "Look for %25 in the address. A raw + arrives as a space, and what follows # is not sent."
        "Encode each key exactly once: + as %2B, # as %23, % as %25.";
    EndpointApiKeyMissing "endpoint.api-key-missing" [] Guide
        "The address has no API key"
        "The query was lost, the parameter is empty, or the question mark is missing."
        "Look for ?apiKey= followed by the key."
        "Add ?apiKey= and the community's API key after the path.";
    EndpointApiKeyName "endpoint.api-key-name" [] Guide
        "The API key is not sent in the parameter apiKey"
        "The parameter has another name, such as apikey, api_key or key."
        "Compare the parameter's name with apiKey, letter by letter."
        "Name the parameter apiKey: ?apiKey=…";
    EndpointApiKeyHeader "endpoint.api-key-header" [EndpointApiKeyName, EndpointApiKeyMissing] StatusCodes
        "The API key is in a header and not in the address"
        "Centercode's general pages allow a key in a header for some integrations. External Sources documents the parameter."
        "Send the same request with ?apiKey= in the address. This alone does not prove a mistake."
        "Put the key into the address: ?apiKey=…";
    EndpointApiKeyTwice "endpoint.api-key-twice" [EndpointApiKeyMismatch] General
        "The address contains apiKey more than once"
        "A tool appended the key to an address that had one already."
        "Count apiKey in the address. Servers take the first, the last, or both values joined."
        "Keep one apiKey, the right one.";
    EndpointApiKeyMismatch "endpoint.api-key-mismatch" [] Guide
        "The API key is not the profile's"
        "The key was replaced in Centercode, or another key was copied."
        "Compare the key with Community tools > API Keys."
        "Use the key that the External Source names, or update the profile.";
    EndpointKeysChanged "endpoint.keys-changed" [] Guide
        "A key was probably changed in Centercode"
        "Endpoints change when a key is edited. The address was right when the profile was made."
        "Compare host, project key, source key and API key with the endpoint that Centercode shows now."
        "Copy the endpoint from Centercode again, and update the profile.";
    RequestMethod "request.method" [] Guide
        "The request was not sent as POST"
        "The method was set wrongly, or a client turned the POST into a GET when it followed a redirect."
        "Look at the method of the last request, and for a redirect before it."
        "Send as POST to the final address.";
    RequestContentType "request.content-type" [] Guide
        "The Content-Type is not application/json"
        "The header is missing, or the client wrote its default."
        "Look at the Content-Type header that was really sent."
        "Send Content-Type: application/json.";
    RequestContentEncoding "request.content-encoding" [RequestContentType] General
        "The body is compressed, and the server refuses that"
        "The client compresses the body (Content-Encoding: gzip)."
        "Send the same body without Content-Encoding."
        "Switch off the compression of requests.";
    RequestHeadersTooLarge "request.headers-too-large" [RequestContentType] General
        "The headers are larger than the server accepts"
        "Cookies or tokens grew, or the address is very long."
        "Send the request without cookies."
        "Remove cookies and other headers that the endpoint does not need.";
    RequestLengthRequired "request.length-required" [RequestContentType] General
        "The server wants the length of the body"
        "The client sends the body in chunks, without Content-Length."
        "Look for Transfer-Encoding: chunked in the request."
        "Send a Content-Length: let the client read the body before it sends it.";
    RequestExpectRefused "request.expect-refused" [RequestContentType] General
        "The server or a proxy refuses Expect: 100-continue"
        "The client asks for permission before it sends a large body."
        "Send the request with an empty Expect header (curl: -H \"Expect:\")."
        "Switch off Expect: 100-continue in the client.";
    RequestJsonSyntax "request.json-syntax" [] Guide
        "The body is not valid JSON"
        "The text was put together by hand, quotes were lost in a shell, or a value was not escaped."
        "Any JSON validator shows the position of the first mistake."
        "Let a JSON library write the body.";
    RequestEncoding "request.encoding" [RequestJsonSyntax, FieldChoiceMismatch] General
        "The text is not encoded as UTF-8, or was decoded wrongly"
        "A file or a tool uses UTF-16 or Latin-1, or bytes were read with the wrong encoding."
        "Look for signs such as Ã¼, a question mark in a box, or a zero byte after each letter."
        "Write and send the text as UTF-8 without a byte-order mark. In Windows PowerShell: -Body ([Text.Encoding]::UTF8.GetBytes($json)).";
    RequestUnresolvedVariable "request.unresolved-variable" [] General
        "A template's variable was sent instead of its value"
        "The variable is not defined in this environment, or its name is misspelled."
        "Look for {{name}}, ${name} or %NAME% in the body as it was sent."
        "Define the variable, or correct its name.";
    RequestDoubleEncoded "request.double-encoded" [] General
        "The body is a JSON text that contains JSON"
        "The body was turned into JSON twice, for example by json.dumps and then json=."
        "The body begins with a quotation mark, and its inner quotes are escaped."
        "Encode the object once.";
    RequestFormEncoded "request.form-encoded" [] Guide
        "The body is form data instead of JSON"
        "The client sends a=b&c=d, which is its default for a map of values."
        "Look for Content-Type: application/x-www-form-urlencoded."
        "Send a JSON object, for example with json= in Python or --json in curl.";
    RequestMultipartTicket "request.multipart-ticket" [RequestContentType, RequestFormEncoded] Guide
        "The ticket is sent as multipart form data"
        "The ticket's values were added as form fields, often together with a file."
        "Look for Content-Type: multipart/form-data in the request that creates the ticket."
        "Send the ticket as JSON first. Send the file afterwards to the endpoint that the answer names.";
    RequestNotAnObject "request.not-an-object" [] Guide
        "The body is JSON, but not an object"
        "A list, a text, a number or null was sent."
        "The body does not begin with a brace."
        "Send one object with the parameters as its members, one request a ticket.";
    RequestEnveloped "request.enveloped" [FieldRequiredMissing, FieldSubmitterMissing] General
        "The parameters are inside another object"
        "The sending system wraps the payload in data, body, fields or issue."
        "The parameters of the profile are one level deeper than they should be."
        "Send the inner object alone.";
    RequestBodyEmpty "request.body-empty" [] Guide
        "The request has no body"
        "The body was lost in a redirect, or the variable that holds it is empty."
        "Look at Content-Length in the request."
        "Send the JSON object as the body.";
    FieldSubmitterMissing "field.submitter-missing" [] Guide
        "No submitter was sent"
        "The External Source has no default submitter, so each request must name one."
        "Look at Default Submitter in the External Source."
        "Send the e-mail address of an existing user, or set a default submitter.";
    FieldSubmitterMalformed "field.submitter-malformed" [] Guide
        "The submitter is not an e-mail address"
        "A name, a user id, or an address with a display name was sent."
        "Look at the value of the submitter's parameter."
        "Send the plain e-mail address of a user.";
    FieldSubmitterUnknown "field.submitter-unknown" [] Guide
        "The submitter is not a user of the project"
        "The person is not in the project, or has another e-mail address there."
        "Search the project's users for the address. Send the same with an address that is known to work."
        "Send the address of a user of the project, add the user, or set a default submitter.";
    FieldStatusMissing "field.status-missing" [] Guide
        "No status was sent"
        "The workflow of the External Source is set to No Selection, so each request must name a status."
        "Look at Workflow in the External Source."
        "Send one of the statuses, or select a workflow state in the External Source.";
    FieldStatusUnknown "field.status-unknown" [] Guide
        "The status is not one of the workflow's"
        "The name was changed, or differs in case or spaces."
        "Compare it with the statuses of the workflow."
        "Send the status exactly as the workflow names it.";
    FieldChoiceMismatch "field.choice-mismatch" [] Guide
        "A value is not exactly one of the choices"
        "The value differs in case, spaces or punctuation, or the choice was renamed."
        "Compare the value with the choices of the feedback form, letter by letter."
        "Send the choice exactly as the feedback form has it.";
    FieldRequiredMissing "field.required-missing" [] Guide
        "A required field is missing or empty"
        "The parameter was not sent, or the sending system has no value for it."
        "Compare the payload with the required fields of the feedback form."
        "Send a value for it.";
    FieldParameterName "field.parameter-name" [] Guide
        "A parameter is not mapped under this name"
        "The name differs from the mapping in case or spelling."
        "Compare the names with Incoming Fields in the External Source."
        "Use the parameter's name exactly as it is mapped.";
    FieldType "field.type" [] General
        "A value has the wrong JSON type"
        "A number was sent for a text, a text for a list, or an object for a plain value."
        "Compare the value with what the field takes."
        "Send a value of the type that the field takes.";
    FieldTooLong "field.too-long" [FieldType] General
        "A value is longer than the field accepts"
        "A log or a long description was sent in a short field."
        "Send the same with a short value."
        "Shorten the value, or map it to a longer field.";
    FieldFormat "field.format" [FieldType] General
        "A value has the wrong format"
        "A date, a number or an e-mail address is written in another format than the field expects."
        "Send the same with a value in the expected format."
        "Use the field's format, for example 2026-01-31 for a date.";
    UploadTooLarge "upload.too-large" [] Guide
        "The file is larger than the documented limit of 2 GB"
        "Centercode accepts files of up to 2 GB."
        "Look at the size of the file."
        "Split or compress the file.";
    UploadServerLimit "upload.server-limit" [] General
        "A server refused the size of the upload"
        "A web server or a proxy before Centercode has a lower limit than 2 GB."
        "Upload a small file to the same endpoint."
        "Send a smaller file, or ask whoever runs the server to raise the limit.";
    UploadNotMultipart "upload.not-multipart" [] Guide
        "The file was not sent as multipart/form-data"
        "The bytes were sent as the whole body, or the Content-Type was set by hand."
        "Look at the Content-Type of the upload."
        "Send the file as a part of multipart/form-data.";
    UploadBoundaryMissing "upload.boundary-missing" [] General
        "The Content-Type has no boundary"
        "The header was set by hand, which replaces the one that the HTTP library writes."
        "Look for boundary= in the Content-Type header."
        "Do not set Content-Type. Let the HTTP library write it.";
    UploadBoundaryMismatch "upload.boundary-mismatch" [UploadBoundaryMissing] General
        "The boundary in the header is not the one in the body"
        "The header was set by hand, or two headers were sent."
        "Compare the boundary in the header with the first line of the body."
        "Do not set Content-Type. Let the HTTP library write it.";
    UploadNoFile "upload.no-file" [] Guide
        "The upload contains no file"
        "The part has no file name, or the path of the file was sent as text."
        "Look for filename= in the part's Content-Disposition."
        "Send the file as a part with a file name.";
    UploadPartName "upload.part-name" [UploadNoFile] General
        "The file's part has another name than expected"
        "Each file element expects a name. The client used its default, such as file."
        "Compare the name in Content-Disposition with the parameter of the file element."
        "Name the part after the file element's parameter.";
    UploadSeveralFiles "upload.several-files" [UploadNoFile] General
        "The upload contains more than one file"
        "Several files were added to one request."
        "Count the parts that have a file name."
        "Send one request for each file.";
    UploadTypeRefused "upload.type-refused" [UploadServerLimit, UploadNotMultipart] General
        "The server does not accept this type of file"
        "The file's extension or content type is not allowed."
        "Upload a text file to the same endpoint."
        "Send a type that is allowed, for example the file in a ZIP archive.";
    UploadElementUnknown "upload.element-unknown" [] General
        "The External Source does not have this file element"
        "The element was renamed or removed, or the address was put together by hand."
        "Compare the last part of the address with the file elements of the External Source."
        "Use the endpoint that the answer to the ticket contains.";
    UploadTicketGone "upload.ticket-gone" [UploadElementUnknown] General
        "The ticket of this attachment endpoint does not exist"
        "The ticket was deleted, or its number is wrong."
        "Open the ticket in Centercode."
        "Create the ticket again, and use the endpoint that its answer contains.";
    UploadToTicketEndpoint "upload.to-ticket-endpoint" [RequestContentType, UploadElementUnknown] Guide
        "A file was sent to the address that creates tickets"
        "The ticket's endpoint was used for the upload."
        "The path ends with the External Source's key."
        "Send the file to the attachment endpoint that the answer to the ticket contains.";
    UploadEmptyFile "upload.empty-file" [] General
        "The file is empty"
        "The file was not written yet, or its path leads to another file."
        "Look at the size of the file."
        "Write the file before you send it.";
    AuthRejected "auth.rejected" [] StatusCodes
        "The API key is not accepted, or may not do this"
        "The key was disabled, replaced, or is not the one that the External Source names."
        "Look at Community tools > API Keys, and at the key that the External Source names."
        "Enable the key, or use the one that the External Source names.";
    AuthAddressNotAllowed "auth.address-not-allowed" [AuthRejected] General
        "The sender's IP address is not on a list"
        "The API key or the installation accepts only certain addresses."
        "Send the same request from a network that is on the list."
        "Ask the administrator of the community to add the sender's address.";
    AuthLoginPage "auth.login-page" [] General
        "A sign-in page answered instead of the API"
        "The address is that of a page, or a sign-in gateway protects the host."
        "Open the address in a private browser window."
        "Use the API endpoint, and let the gateway exempt /api/.";
    TransportDns "transport.dns" [] General
        "The host's name does not resolve"
        "The name is misspelled, or this network cannot see it without a VPN."
        "nslookup HOST, here and from another network."
        "Correct the host, or connect to the network that knows it.";
    TransportRefused "transport.refused" [] General
        "Nothing listens at this host and port"
        "The service is down, the port is wrong, or a firewall refuses."
        "Open the host and port from another network."
        "Correct the host and port, or start the service.";
    TransportTlsReset "transport.tls-reset" [TransportReset] General
        "The connection was closed while TLS was being agreed on"
        "A firewall does not allow the host's name, or the server does not know it."
        "Compare with another network, and with another host name on the same server."
        "Ask whoever runs the firewall to allow the host, or correct the host.";
    TransportNoRoute "transport.no-route" [TransportRefused, TransportTimeout] General
        "There is no route to the host"
        "The network is down, or the name has only an IPv6 address and this network has no IPv6."
        "Open the host from another network. Try curl -4."
        "Check the network connection and the VPN. Use IPv4 where there is no IPv6.";
    TransportTlsUntrusted "transport.tls-untrusted" [] General
        "The certificate's issuer is not trusted"
        "A company proxy inspects TLS with its own certificate, the certificate is self-signed, or an intermediate is missing."
        "openssl s_client -connect HOST:443 -showcerts names the issuer."
        "Add the company's CA certificate in the settings, or let the server send its full chain.";
    TransportTlsExpired "transport.tls-expired" [] General
        "The certificate has expired or is not valid yet"
        "The certificate was not renewed, or this computer's clock is wrong."
        "Compare the certificate's dates with the clock."
        "Correct the clock, or ask whoever runs the server to renew the certificate.";
    TransportTlsHostname "transport.tls-hostname" [] General
        "The certificate is for another host name"
        "The host is misspelled, is an IP address, or the server shows the wrong certificate."
        "openssl s_client -connect HOST:443 -servername HOST shows the certificate's names."
        "Use a name that the certificate contains.";
    TransportTlsVersion "transport.tls-version" [TransportTlsUntrusted] General
        "Client and server have no TLS version or cipher in common"
        "An old client or system offers only TLS 1.0 or 1.1."
        "curl -v --tlsv1.2 against the same host."
        "Switch on TLS 1.2 or later, or update the client. In Windows PowerShell: [Net.ServicePointManager]::SecurityProtocol = 'Tls12'.";
    TransportTlsClientCertificate "transport.tls-client-certificate" [TransportTlsUntrusted] General
        "The server wants a client certificate"
        "The host is protected by mutual TLS."
        "openssl s_client -connect HOST:443 lists acceptable client certificate authorities."
        "Ask whoever runs the host for a client certificate, or for a host without this protection.";
    TransportTlsRevoked "transport.tls-revoked" [TransportTlsUntrusted] General
        "The certificate is revoked, or that could not be checked"
        "The issuer revoked the certificate, or its revocation server is not reachable."
        "Open the host in a browser and look at the certificate."
        "Ask whoever runs the server for a new certificate, or let the revocation server through.";
    TransportTimeout "transport.timeout" [] General
        "No answer came in time"
        "A firewall drops packets, the server is slow, or the upload is slow."
        "Compare with another network and with a small request."
        "Check host, port and firewall. Look in Centercode before you send again.";
    TransportReset "transport.reset" [] General
        "The connection was closed before the answer"
        "The server or something in between closed it: a size limit, a filter, a restart."
        "Send the same again, then a smaller request."
        "Look in Centercode before you send again. Compare with another network.";
    TransportRedirectLoop "transport.redirect-loop" [RequestMethod] General
        "The redirects lead back to where they came from"
        "Server, proxy and client disagree about https, the host or a cookie."
        "Follow the redirects by hand: curl -v shows each Location header."
        "Send to the final address. If there is none, ask whoever runs the host or the proxy.";
    TransportCancelled "transport.cancelled" [TransportReset] General
        "The sender stopped the request"
        "The user or the program cancelled it, or its own time limit ended."
        "Look for abort, cancel or a time limit in the sending program."
        "Send again, and let the request finish.";
    TransportProtocol "transport.protocol" [TransportTlsUntrusted, TransportReset] General
        "Client and server do not speak the same protocol"
        "Plain HTTP was sent to a TLS port, TLS to a plain port, or another service listens there."
        "curl -v http://HOST:PORT and https://HOST:PORT show which one answers."
        "Use the right combination of scheme and port.";
    TransportProxy "transport.proxy" [] General
        "The proxy refused, was not reachable, or wants a sign-in"
        "The proxy's address or sign-in is wrong, or its rules do not allow the host."
        "Send the same request without the proxy, or from another network."
        "Correct the proxy in the settings, or ask its administrator to allow the host.";
    TransportIntercepted "transport.intercepted" [] General
        "A firewall, filter or portal answered instead of Centercode"
        "A security device or a network's sign-in page stands between."
        "Send the same request from another network. Compare the answers."
        "Sign in to the network, or ask whoever runs the filter to let the request through.";
    TransportOrigin "transport.origin" [ServerGateway] General
        "A content network cannot reach the server behind it"
        "Cloudflare answers for a server that is down or unreachable (520 to 526, 530)."
        "The page names Cloudflare and the error number."
        "Wait and try again. Look in Centercode before you send again.";
    ServerRateLimited "server.rate-limited" [] General
        "Too many requests in too short a time"
        "A batch or a loop sent faster than the limit allows."
        "Look for Retry-After in the answer."
        "Wait, then send fewer requests at once.";
    ServerMaintenance "server.maintenance" [] General
        "The service is not available at the moment"
        "The server is under maintenance, restarting or overloaded."
        "Open the community in a browser."
        "Wait and try again.";
    ServerGateway "server.gateway" [] General
        "A gateway got no good answer from the server behind it"
        "The server behind the gateway is down, restarting or too slow."
        "Send the same again after a minute."
        "Wait. Look in Centercode before you send again.";
    ServerError "server.error" [] General
        "The server failed"
        "An error on the server's side. A request that it does not expect can cause it, too."
        "Send a request that is known to work. If it fails as well, the server is at fault."
        "Try again. If it stays, report the time, the address without its key and the answer.";
    ResponseNotJson "response.not-json" [] Guide
        "A success, but not with Centercode's JSON"
        "Something in between answered, or the address is that of a page."
        "Look at the body of the answer. Look in Centercode for the ticket."
        "Check the address. Look in Centercode before you send again.";
    ResponseMalformed "response.malformed" [TransportReset] General
        "The answer breaks the rules of HTTP"
        "A proxy or a server writes headers or a status line that clients refuse."
        "curl -v --raw shows the answer as it came."
        "Compare with another network, and report it to whoever runs the server.";
    ResponseCutOff "response.cut-off" [ResponseNotJson, TransportReset] General
        "The answer ended before its announced length"
        "The connection was closed in the middle of the answer."
        "Compare Content-Length with the length of the body."
        "Look in Centercode whether the ticket exists before you send again.";
    NoProblem "none" [] General
        "No problem found"
        "The exchange went well, or the request breaks no known rule."
        "Look in Centercode for the ticket."
        "";
    Unknown "unknown" [] General
        "No known rule explains this"
        "The evidence fits no rule, or the part that would show the cause was not recorded."
        "Send a known good request (`centerpost probe`), or remove parameters one by one (`centerpost bisect`)."
        "Collect what is missing: the request with its headers and body, the whole answer, and the time.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_is_complete() {
        let ids: BTreeSet<&str> = CauseId::ALL.iter().map(|id| id.as_str()).collect();
        assert_eq!(ids.len(), CauseId::ALL.len(), "an id stands twice");
        for id in CauseId::ALL {
            assert_eq!(CauseId::find(id.as_str()), Some(*id));
            let has_advice = !id.advice().is_empty() || !id.is_problem();
            assert!(!id.title().ends_with('.') && !id.origin().is_empty() && !id.proof().is_empty() && has_advice, "{id}");
            assert!(id.narrower_than().iter().all(|broader| broader.narrower_than().is_empty()), "{id}");
            assert_eq!(id.basis() == Basis::Documented, id.link().is_some(), "{id}");
            assert!(!id.family().is_empty() || matches!(id, CauseId::NoProblem | CauseId::Unknown), "{id}");
        }
        assert_eq!(CauseId::find("endpoint.of-another-version"), None);
    }
}
