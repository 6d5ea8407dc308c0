//! What the command line says of answers that are malformed, cut off, endless or not HTTP.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

use crate::support::home::Home;

/// Answers each connection with these bytes, repeated for as long as somebody reads them if `is_endless`.
fn serve(bytes: Vec<u8>, is_endless: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, bytes) = (stream.unwrap(), bytes.clone());
            std::thread::spawn(move || {
                let mut request = [0; 64 * 1024];
                let _ = stream.read(&mut request);
                let _ = stream.write_all(&bytes);
                let zeros = vec![b'0'; 1 << 20];
                while is_endless && stream.write_all(&zeros).is_ok() {}
            });
        }
    });
    address
}

fn profile(home: &Home, address: SocketAddr) -> String {
    let profile = format!(
        r#"{{"name": "Acme", "base_url": "http://{address}", "project_key": "p", "source_key": "s", "api_key": "k-3f0c9a71d2"}}"#
    );
    home.file("acme.profile.json", profile)
}

#[test]
fn what_is_odd_about_an_answer_is_said_and_counts_for_the_exit_code() {
    let ok = |lines: &str, length: usize| {
        format!(
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n{lines}Content-Length: {length}\r\n\r\n{{\"ticket\": 4711}}"
        )
    };
    for (bytes, code, cause) in [
        (ok("", 16), 0, None),
        (ok("X-A : b\r\n", 16), 0, Some("response.malformed")),
        (ok("", 100), 1, Some("response.cut-off")),
        ("SSH-2.0-OpenSSH_9.2\r\n".to_owned(), 3, Some("transport.protocol")),
        ("\x15\x03\x01\x00\x02\x02\x46".to_owned(), 3, Some("transport.protocol")),
    ] {
        let home = Home::new().hiding(&["k-3f0c9a71d2"]);
        let profile = profile(&home, serve(bytes.clone().into_bytes(), false));
        let payload = home.file("payload.json", "{}");
        let found = home.json(code, &["send", "--profile", &profile, "--json", &payload]);
        let ids: Vec<&str> = found["causes"].as_array().unwrap().iter().map(|cause| cause["id"].as_str().unwrap()).collect();
        assert_eq!(ids.first().copied(), cause, "{bytes:?}: {ids:?}");
        let text = String::from_utf8(home.run(&["send", "--profile", &profile, "--json", &payload, "--yes"]).stdout).unwrap();
        assert_eq!(text.contains("The answer is malformed: A blank stands"), cause == Some("response.malformed"), "{text}");
    }
}

#[test]
fn an_endless_answer_ends_what_only_looks_at_it() {
    let head = b"HTTP/1.1 200 OK\r\nDate: Sun, 29 Nov 2026 20:00:00 GMT\r\n\r\n".to_vec();
    let home = Home::new();
    let profile = profile(&home, serve(head, true));
    let started = std::time::Instant::now();
    home.json(0, &["doctor", "--profile", &profile]);
    home.run(&["probe", "--profile", &profile, "--yes"]);
    assert!(started.elapsed().as_secs() < 60);
    let bodies = home.path("home").join("bodies");
    let kept: u64 = std::fs::read_dir(bodies).into_iter().flatten().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert!(kept < 16 << 20, "{kept} bytes are kept");
}
