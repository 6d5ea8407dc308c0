//! Going through proxies.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use centerpost::model::exchange::{FailureKind, Step};
use centerpost::model::settings::Proxy;
use centerpost::model::{Network, Request};
use centerpost::transport::SendError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::support::*;
use super::tls::{https, serve_trusted};

type Heads = Arc<Mutex<Vec<String>>>;

/// An HTTP proxy that leads everything to `target`, or answers with `refusal` instead.
async fn proxy(target: SocketAddr, refusal: Option<&'static str>) -> (SocketAddr, Heads) {
    let heads = Heads::default();
    let record = heads.clone();
    let address = serve(move |mut stream| {
        let record = record.clone();
        async move {
            let (head, rest) = read_head(&mut stream).await;
            record.lock().unwrap().push(head.clone());
            if let Some(refusal) = refusal {
                let _ = stream.write_all(refusal.as_bytes()).await;
                return;
            }
            let mut onward = TcpStream::connect(target).await.unwrap();
            if head.starts_with("CONNECT ") {
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
            } else {
                onward.write_all(head.as_bytes()).await.unwrap();
                onward.write_all(&rest).await.unwrap();
            }
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut onward).await;
        }
    })
    .await;
    (address, heads)
}

/// A SOCKS 5 proxy that wants this login, and leads everything to `target`.
async fn socks(target: SocketAddr, login: (&'static str, &'static str)) -> (SocketAddr, Heads) {
    let asked = Heads::default();
    let record = asked.clone();
    let address = serve(move |mut stream| {
        let record = record.clone();
        async move {
            let mut start = [0; 2];
            stream.read_exact(&mut start).await.unwrap();
            let mut methods = vec![0; start[1].into()];
            stream.read_exact(&mut methods).await.unwrap();
            if !methods.contains(&2) {
                let _ = stream.write_all(&[5, 0xff]).await;
                return;
            }
            stream.write_all(&[5, 2]).await.unwrap();
            stream.read_u8().await.unwrap();
            let user = counted(&mut stream).await;
            let password = counted(&mut stream).await;
            let is_known = (user.as_str(), password.as_str()) == login;
            stream.write_all(&[1, u8::from(!is_known)]).await.unwrap();
            if !is_known {
                return;
            }
            let mut wanted = [0; 4];
            stream.read_exact(&mut wanted).await.unwrap();
            let host = match wanted[3] {
                1 => stream.read_u32().await.map(|bits| std::net::Ipv4Addr::from(bits).to_string()).unwrap(),
                3 => counted(&mut stream).await,
                other => panic!("kind {other}"),
            };
            let port = stream.read_u16().await.unwrap();
            record.lock().unwrap().push(format!("{host}:{port}"));
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
            let mut onward = TcpStream::connect(target).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut onward).await;
        }
    })
    .await;
    (address, asked)
}

async fn counted(stream: &mut TcpStream) -> String {
    let length = stream.read_u8().await.unwrap();
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

fn through(proxy: impl Into<String>, network: Network) -> Network {
    Network { proxy: Proxy::Own(proxy.into()), ..network }
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let (target, trusting, _folder) = serve_trusted().await;
    let (proxy, heads) = proxy(target, None).await;
    let network = through(format!("http://Aladdin:open%20sesame@{proxy}"), trusting);
    for (engine, request) in https(target) {
        let exchange = send(&request, &network).await.unwrap();
        assert_taken(&exchange, engine);
        let head = heads.lock().unwrap().pop().unwrap();
        assert!(head.starts_with(&format!("CONNECT {target} HTTP/1.1\r\n")), "{engine}: {head}");
        assert!(head.to_lowercase().contains("proxy-authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq=="), "{engine}: {head}");
        assert!(!head.contains(KEY), "{engine}: {head}");
    }
}

#[tokio::test]
async fn http_names_the_whole_address_to_the_proxy() {
    let (target, seen) = serve_recording().await;
    let (proxy, heads) = proxy(target, None).await;
    // Without a scheme it is taken as an HTTP proxy.
    for address in [format!("http://u:p@{proxy}"), format!("u:p@{proxy}")] {
        let network = through(address, network());
        for (engine, mut request) in engines(target) {
            request.url = format!("http://me:secret@intake.invalid//x?apiKey={KEY}");
            let exchange = send(&request, &network).await.unwrap();
            assert_taken(&exchange, engine);
            let head = heads.lock().unwrap().pop().unwrap();
            assert!(
                head.starts_with(&format!("{} http://intake.invalid//x?apiKey={KEY} HTTP/1.1\r\n", request.method)),
                "{engine}: {head}"
            );
            assert!(head.contains("Proxy-Authorization: Basic dTpw\r\n"), "{engine}: {head}");
            assert!(head.contains("Host: intake.invalid\r\n"), "{engine}: {head}");
        }
    }
    assert_eq!(seen.lock().unwrap().len(), 6);
}

#[tokio::test]
async fn socks_leads_there_with_a_login() {
    let (target, _) = serve_recording().await;
    let (proxy, asked) = socks(target, ("Aladdin", "open sesame")).await;
    for (scheme, host, expected) in [
        ("socks5h", "intake.invalid", "intake.invalid:80"),
        ("socks5h", "intake.invalid:81", "intake.invalid:81"),
        ("socks5", "127.0.0.1:82", "127.0.0.1:82"),
    ] {
        let network = through(format!("{scheme}://Aladdin:open%20sesame@{proxy}"), network());
        for (engine, mut request) in engines(target) {
            request.url = format!("http://{host}/x?apiKey={KEY}");
            let exchange = send(&request, &network).await.unwrap();
            assert_taken(&exchange, &format!("{engine} {scheme}"));
            assert_eq!(asked.lock().unwrap().pop().as_deref(), Some(expected), "{engine} {scheme}");
        }
    }
    let network = through(format!("socks5h://Aladdin:wrong@{proxy}"), network());
    for (engine, request) in engines(target) {
        let failure = failure(&request, &network).await;
        assert_eq!((failure.kind, failure.step), (FailureKind::Proxy, Some(Step::Proxy)), "{engine}: {failure:?}");
        assert!(!failure.message.contains("wrong"), "{engine}: {failure:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_from_the_server() {
    let (target, trusting, _folder) = serve_trusted().await;
    for (refusal, words) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "authori"),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", ""),
        ("", ""),
    ] {
        let (proxy, _) = proxy(target, Some(refusal)).await;
        let network = through(format!("http://u:hunter2@{proxy}"), trusting.clone());
        for (engine, request) in https(target) {
            let failure = failure(&request, &network).await;
            assert_eq!((failure.kind, failure.step), (FailureKind::Proxy, Some(Step::Proxy)), "{engine}: {failure:?}");
            assert_eq!(failure.peer, Some(proxy.to_string()), "{engine}");
            assert!(failure.message.contains(words) && !failure.message.contains("hunter2"), "{engine}: {failure:?}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let gone = closed_port().await;
    for (url, peer) in
        [(format!("http://{gone}"), gone.to_string()), ("http://proxy.invalid:3128".into(), "proxy.invalid:3128".into())]
    {
        for (engine, request) in engines("127.0.0.1:9".parse().unwrap()) {
            let failure = failure(&request, &through(url.clone(), network())).await;
            assert_eq!((failure.kind, failure.step), (FailureKind::Proxy, Some(Step::Proxy)), "{engine}: {failure:?}");
            assert_eq!(failure.peer.as_deref(), Some(peer.as_str()), "{engine}");
        }
    }
}

#[tokio::test]
async fn a_certificate_is_checked_behind_a_proxy_too() {
    let (target, _, _folder) = serve_trusted().await;
    let (proxy, _) = proxy(target, None).await;
    for (engine, request) in https(target) {
        let failure = failure(&request, &through(format!("http://{proxy}"), network())).await;
        assert_eq!((failure.kind, failure.step), (FailureKind::Tls, Some(Step::Tls)), "{engine}: {failure:?}");
        assert_eq!(failure.peer, Some(target.to_string()), "{engine}");
    }
}

#[tokio::test]
async fn a_proxy_address_that_cannot_be_used_is_a_setting_to_mend() {
    for address in ["", "http://", "gopher://u:hunter2@proxy:70", "socks4://u:hunter2@proxy:1080", "http://u:hunter2@proxy:99999"]
    {
        for (engine, request) in engines(closed_port().await) {
            let error = send(&request, &through(address, network())).await.unwrap_err();
            assert!(matches!(error, SendError::Setting(_)), "{engine} {address}: {error:?}");
            assert!(!error.to_string().contains("hunter2"), "{engine}: {error}");
        }
    }
}

/// Runs in a process of its own, which has the system's proxy in its environment.
#[tokio::test]
#[ignore = "started by the_systems_proxy_is_used_but_for_this_machine"]
async fn with_the_systems_proxy() {
    let target: SocketAddr = std::env::var("TEST_TARGET").unwrap().parse().unwrap();
    let network = Network { proxy: Proxy::System, ..network() };
    for host in ["intake.invalid".to_owned(), target.to_string(), format!("localhost:{}", target.port())] {
        for (engine, request) in engines(target) {
            let request = Request { url: format!("http://{host}/x?apiKey={KEY}"), ..request };
            let exchange = send(&request, &network).await.unwrap();
            assert_taken(&exchange, &format!("{engine} {host}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_proxy_is_used_but_for_this_machine() {
    let (target, _) = serve_recording().await;
    let (http, heads) = proxy(target, None).await;
    let (socks, asked) = socks(target, ("Aladdin", "open sesame")).await;
    for proxy in [format!("http://u:p@{http}"), format!("socks5h://Aladdin:open%20sesame@{socks}")] {
        let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--ignored", "--exact", "sending::proxies::with_the_systems_proxy"]).env("TEST_TARGET", target.to_string());
        for name in
            ["ALL_PROXY", "all_proxy", "https_proxy", "HTTPS_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"]
        {
            child.env_remove(name);
        }
        let ran = child.env("HTTP_PROXY", proxy).output().await.unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    }
    let heads = heads.lock().unwrap().clone();
    assert_eq!(heads.len(), 3, "{heads:?}");
    assert!(heads.iter().all(|head| head.contains("intake.invalid") && head.contains("Basic dTpw")), "{heads:?}");
    assert_eq!(*asked.lock().unwrap(), ["intake.invalid:80"; 3]);
}
