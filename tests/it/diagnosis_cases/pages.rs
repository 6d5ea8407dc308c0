//! Pages and texts that answered instead of Centercode.

use super::*;

pub(super) fn pages() -> Vec<(&'static str, &'static str, Made)> {
    let good = || post(CREATE, GOOD).strict();
    let html = |status: u16, page: &str| good().answer(status, "text/html; charset=utf-8", page);
    vec![
        ("auth.rejected", "401", good().json(401, r#"{"status":401}"#)),
        ("auth.rejected", "403", good().json(403, r#"{"message":"API key disabled"}"#)),
        ("auth.rejected", "iis", html(403, "<html><title>403 - Forbidden: Access is denied.</title></html>")),
        ("auth.login-page", "redirect", good().answer_with(302, &[("Location", "/login?ReturnUrl=%2Fapi%2Fv1")], "")),
        (
            "auth.login-page",
            "page",
            html(200, "<!DOCTYPE html><html><title>Log in to Lumen</title><form><input type=\"password\"></form></html>"),
        ),
        (
            "auth.login-page",
            "french",
            html(
                200,
                "<html><head><title>Connexion</title></head><body><form action=\"/x\"><input type='password'></form></body></html>",
            ),
        ),
        (
            "auth.login-page",
            "sso",
            good().answer_with(302, &[("location", "https://login.microsoftonline.com/common/oauth2/authorize?client_id=1")], ""),
        ),
        (
            "transport.intercepted",
            "zscaler",
            html(
                403,
                "<html><title>Internet Security by Zscaler</title>Your organization has selected Zscaler to protect you</html>",
            ),
        ),
        (
            "transport.intercepted",
            "fortiguard",
            html(200, "<html><title>Web Page Blocked!</title>FortiGuard Intrusion Prevention</html>"),
        ),
        (
            "transport.intercepted",
            "cloudflare",
            html(403, "<html><title>Attention Required! | Cloudflare</title>Sorry, you have been blocked</html>"),
        ),
        (
            "transport.intercepted",
            "portal",
            html(200, "<html><title>Guest WiFi</title>Welcome to our hotspot. Accept the terms to continue</html>"),
        ),
        (
            "transport.intercepted",
            "f5",
            html(
                200,
                "<html><body>The requested URL was rejected. Please consult with your administrator. Your support ID is: 123</body></html>",
            ),
        ),
        ("server.rate-limited", "json", good().answer_with(429, &[("Retry-After", "30")], "{}")),
        ("server.rate-limited", "html", html(429, "<h1>Too many requests</h1>")),
        ("server.rate-limited", "upload", upload(FILE, 10).strict().json(429, "")),
        ("server.maintenance", "503", html(503, "<h1>Service Unavailable</h1>")),
        ("server.maintenance", "upload", upload(FILE, 10).strict().json(503, "")),
        ("server.maintenance", "retry", good().answer_with(503, &[("Retry-After", "600")], "down for maintenance")),
        ("server.gateway", "502", html(502, "<center>nginx</center>")),
        ("server.gateway", "504", good().answer_with(504, &[("Server", "awselb/2.0")], "")),
        ("server.gateway", "nginx 504", html(504, "<h1>504 Gateway Time-out</h1><hr><center>nginx</center>")),
        ("transport.origin", "522", html(522, "<title>Connection timed out</title> Cloudflare Ray ID")),
        ("transport.origin", "525", html(525, "<title>SSL handshake failed</title>")),
        ("transport.origin", "530", good().answer_with(530, &[("Server", "cloudflare")], "error code: 1033")),
        ("request.length-required", "nginx", html(411, "<h1>411 Length Required</h1><hr><center>nginx</center>")),
        ("request.length-required", "iis", html(411, "<title>Length Required</title>")),
        ("request.length-required", "json", good().json(411, r#"{"status": 411}"#)),
        ("request.expect-refused", "lighttpd", html(417, "<h1>417 Expectation Failed</h1>")),
        ("request.expect-refused", "empty", good().answer_with(417, &[], "")),
        ("request.expect-refused", "squid", good().answer(417, "text/plain", "Expectation failed")),
        ("request.headers-too-large", "431", good().answer_with(431, &[], "")),
        (
            "request.headers-too-large",
            "nginx",
            html(400, "<h1>400 Bad Request</h1><center>Request Header Or Cookie Too Large</center>"),
        ),
        ("request.headers-too-large", "http.sys", html(400, "<h2>Bad Request - Request Too Long</h2><p>HTTP Error 400.</p>")),
        (
            "transport.intercepted",
            "robots in json",
            good().json(403, r#"{"url":"https://geo.captcha-delivery.com/captcha/?initialCid=AH"}"#),
        ),
        (
            "transport.intercepted",
            "robots in json, another",
            good().json(403, r#"{"appId":"PXa1","jsClientSrc":"/a1/init.js","blockScript":"/a1/captcha.js"}"#),
        ),
        (
            "transport.intercepted",
            "gateway's firewall",
            good().answer_with(
                403,
                &[("Server", "Microsoft-Azure-Application-Gateway/v2")],
                "<html><title>403 Forbidden</title></html>",
            ),
        ),
        (
            "transport.proxy",
            "network error page",
            html(
                503,
                "<TITLE>Network Error</TITLE><big>Network Error (tcp_error)</big>A communication error occurred: \"Operation timed out\"",
            ),
        ),
        ("endpoint.scheme", "plain on tls port", html(400, "<center>The plain HTTP request was sent to HTTPS port</center>")),
        ("server.rate-limited", "inside a success", good().json(200, r#"{"status":429,"description":"Too many requests"}"#)),
        ("endpoint.keys-changed", "410", good().json(410, r#"{"description":"This endpoint no longer exists."}"#)),
        ("server.error", "500", good().json(500, r#"{"message":"An error has occurred."}"#)),
        ("server.error", "iis", html(500, "<title>500 - Internal server error.</title>")),
        ("server.error", "507", good().answer_with(507, &[], "")),
        ("response.not-json", "text", good().answer(200, "text/plain", "OK")),
        ("response.not-json", "empty", good().answer_with(200, &[], "")),
        ("response.not-json", "cut", good().json(201, r#"{"id": 47"#)),
        ("response.not-json", "page", html(200, "<html><title>Lumen beta</title><body>Welcome</body></html>")),
        ("transport.proxy", "407", html(407, "<h1>Proxy Authentication Required</h1>")),
        (
            "endpoint.path-shape",
            "redirected slash",
            good().answer_with(301, &[("Location", "/api/v1/projects/spring-26/feedback/zendesk-bugs/?apiKey=Zk81-aa90-Qq")], ""),
        ),
    ]
}
