//! The sandbox reads multipart bodies as they come, with multer; a paste is read with a reader of our own, which takes bare line feeds
//! too. Both read what is sent here alike, cut into chunks of any size.

use std::convert::Infallible;

use centerpost::model::multipart::{self, Multipart, Part, PartContent};
use proptest::prelude::*;

#[derive(Debug, PartialEq)]
struct Seen {
    name: String,
    filename: Option<String>,
    content_type: Option<String>,
    content: Vec<u8>,
}

fn written(parts: &[Part]) -> (String, Vec<u8>) {
    let sent = parts.iter().map(|part| part.with_content(PartContent::Bytes(bytes(part)))).collect();
    let body = Multipart::new(*b"twelve bytes", sent);
    let mut out = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        out.extend_from_slice(body.before(index).as_bytes());
        out.extend_from_slice(&bytes(part));
    }
    out.extend_from_slice(body.tail().as_bytes());
    (body.content_type(), out)
}

fn bytes(part: &Part) -> Vec<u8> {
    part.content.bytes().map(<[u8]>::to_vec).unwrap_or_default()
}

fn own(content_type: &str, body: &[u8]) -> Vec<Seen> {
    let boundary = multipart::boundary_of(content_type).unwrap();
    let parts = multipart::read(&boundary, body).unwrap();
    let seen = |part: Part| Seen {
        content: bytes(&part),
        name: multipart::escape_name(&part.name),
        filename: part.filename.as_deref().map(multipart::escape_name),
        content_type: part.content_type,
    };
    parts.into_iter().map(seen).collect()
}

async fn streamed(content_type: &str, body: &[u8], chunk: usize) -> Vec<Seen> {
    let chunks: Vec<Result<Vec<u8>, Infallible>> = body.chunks(chunk).map(|chunk| Ok(chunk.to_vec())).collect();
    let boundary = multer::parse_boundary(content_type).unwrap();
    let mut form = multer::Multipart::new(futures_util::stream::iter(chunks), boundary);
    let mut seen = Vec::new();
    while let Some(field) = form.next_field().await.unwrap() {
        seen.push(Seen {
            name: field.name().unwrap_or_default().to_owned(),
            filename: field.file_name().map(str::to_owned),
            content_type: field.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned()),
            content: field.bytes().await.unwrap().to_vec(),
        });
    }
    seen
}

/// Content that looks like the lines around it.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"--".to_vec()),
        Just(b"\r\n--boundary".to_vec()),
        Just(b"\r\n------CenterpostFormBoundary".to_vec()),
        Just(b"Content-Disposition: form-data; name=\"x\"\r\n\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn part() -> impl Strategy<Value = Part> {
    let name = "[ -!#-$&-Z^-~äö漢😀]{1,12}";
    (name, prop::option::of(name), prop::option::of("[a-z]{2,6}/[a-z]{2,6}"), content()).prop_map(
        |(name, filename, content_type, content)| Part {
            name,
            filename,
            content_type,
            content: PartContent::Bytes(content),
            ..Part::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_readers_see_the_same_parts(parts in prop::collection::vec(part(), 1..5), chunk in 1_usize..40) {
        let (content_type, body) = written(&parts);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let wanted: Vec<Seen> = parts.iter().map(|part| Seen {
            name: part.name.clone(),
            filename: part.filename.clone(),
            content_type: part.content_type.clone(),
            content: bytes(part),
        }).collect();
        prop_assert_eq!(&own(&content_type, &body), &wanted);
        prop_assert_eq!(&runtime.block_on(streamed(&content_type, &body, chunk)), &wanted);
    }
}
