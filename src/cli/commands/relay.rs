//! `relay`: another system posts here, and what it posts is passed on, recorded, checked and explained.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cli::common_args::{Output, Printing, Target};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::target::Context;
use crate::cli::{confirm, output};
use crate::model::secrets::masker::Masker;
use crate::service::intent::{Intent, Purpose};
use crate::service::relay::{Habits, Mark, RelayNews, RelayOrder, RelaySession, RelayTarget, Relayed};
use crate::transport::relay::RelayTls;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost relay --profile acme
  centerpost relay --profile acme --to sandbox
  centerpost relay --profile acme --capture --output json
  centerpost relay --profile acme --listen 0.0.0.0:8085 --cert relay.pem --key relay.key

Point the outside system at the printed URL, or make the relay its HTTP proxy (http_proxy=http://127.0.0.1:8085). Each request is \
passed on byte for byte; only Host is changed. The response is passed back unchanged. Exchanges are kept in the history, checked \
against the profile, and explained as they come. With --to sandbox or --capture nothing reaches Centercode.

Listening at an address other than this computer's own needs the access token that is printed. Encrypted proxy tunnels (CONNECT) are \
passed through and never opened; with --to sandbox and --capture they are refused. With --rewrite the request's Accept-Encoding is \
left out, so that the response can be read.

Ctrl-C stops the relay. Exit codes: 0 if every exchange was accepted, 1 if one was not, 2 if the relay could not start.")]
pub(in crate::cli) struct RelayArgs {
    #[command(flatten)]
    target: Target,
    /// The address to listen at
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8085")]
    listen: SocketAddr,
    /// Where requests go: profile, sandbox, or a server's URL
    #[arg(long, value_name = "profile|sandbox|URL", default_value = "profile", conflicts_with = "capture")]
    to: String,
    /// Pass nothing on; answer each request here
    #[arg(long)]
    capture: bool,
    /// The status of captured requests' responses
    #[arg(long, value_name = "CODE", default_value_t = 201, requires = "capture", value_parser = clap::value_parser!(u16).range(200..600))]
    status: u16,
    /// Turn attachment endpoints in responses to the relay, so that uploads pass through it too
    #[arg(long)]
    rewrite: bool,
    /// A PEM file with a certificate, to listen with TLS
    #[arg(long, value_name = "FILE", requires = "key", value_hint = ValueHint::FilePath)]
    cert: Option<PathBuf>,
    /// A PEM file with the certificate's private key
    #[arg(long, value_name = "FILE", requires = "cert", value_hint = ValueHint::FilePath)]
    key: Option<PathBuf>,
    /// Do not ask for confirmation, such as for a production profile
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    printing: Printing,
}

pub(in crate::cli) fn run(args: &RelayArgs) -> Ended {
    let context = Context::open().keeping(args.target.no_history);
    let (profile, network) = args.target.resolve(&context)?;
    if args.target.profile.is_none() {
        return Err(CommandError::input(
            "Starting the relay: name the profile that requests are checked against with --profile NAME|FILE",
        ));
    }
    let target = target(args)?;
    let masker = args.printing.masker(&profile);
    let profile_id = context.profile_id(&args.target);
    let order = RelayOrder {
        listen: args.listen,
        target,
        token: RelayOrder::token_for(args.listen).map_err(CommandError::failed)?,
        tls: args.cert.clone().zip(args.key.clone()).map(|(certificate, key)| RelayTls { certificate, key }),
        rewrites: args.rewrite,
        habits: Habits::of(context.history(), &profile_id),
        network,
        profile,
        profile_id,
    };
    if !order.server().is_empty() {
        let (url, profile) = (order.server().to_owned(), order.profile.clone());
        let intent =
            Intent { purpose: Purpose::Relay, url: &url, profile: &profile, profile_id: &order.profile_id, fingerprint: None };
        confirm::ask(&context, &intent, args.yes, &masker)?;
    }
    crate::cli::runtime::serve(|cancel| relay(args, &context, order, masker, cancel))?
}

fn target(args: &RelayArgs) -> Result<RelayTarget, CommandError> {
    match args.to.as_str() {
        _ if args.capture => Ok(RelayTarget::Capture { status: args.status }),
        "profile" => Ok(RelayTarget::Profile),
        "sandbox" => Ok(RelayTarget::Sandbox),
        url if url.starts_with("http://") || url.starts_with("https://") => match url::Url::parse(url) {
            Ok(_) => Ok(RelayTarget::Server(url.to_owned())),
            Err(error) => Err(CommandError::input(format!("Starting the relay: the URL of --to cannot be used: {error}"))),
        },
        other => Err(CommandError::input(format!(
            "Starting the relay: --to takes profile, sandbox, or a URL that begins with http:// or https://, not \"{other}\""
        ))),
    }
}

async fn relay(args: &RelayArgs, context: &Context, order: RelayOrder, masker: Masker, cancel: CancellationToken) -> Ended {
    // What is passed on and cannot be kept would be forgotten.
    let history = context.kept_in().map_err(|reason| CommandError::input(format!("Starting the relay: {reason}")))?;
    let recorder = Context::group_recorder(history)?;
    let has_no_habits = order.profile_id.is_empty();
    let (token, is_plain) = (order.token.clone(), order.tls.is_none());
    let mut session = RelaySession::start(order).await.map_err(CommandError::input)?;
    if token.is_some() {
        let advice = if is_plain { ". What is sent to it can be read on the way: give --cert and --key for TLS" } else { "" };
        output::complain("warning", &format!("other computers can reach this relay with its access token{advice}"));
    }
    if args.printing.output == Output::Text {
        output::print(&greeting(&session, &masker))?;
    } else {
        output::print_json_line(&json!({"listening": session.url()}))?;
    }
    if args.listen.ip().is_unspecified() {
        let port = session.address().port();
        output::complain(
            "note",
            &format!("other computers write the name or address of this computer in the place of {}:{port}", args.listen.ip()),
        );
    }
    if has_no_habits {
        output::complain("note", "the profile is not saved, so nothing is known of what the outside system used to send");
    }
    let mut exit = Exit::Done;
    let mut is_stopping = false;
    loop {
        let news = tokio::select! {
            () = cancel.cancelled(), if !is_stopping => {
                is_stopping = true;
                session.stop();
                output::complain("note", "no further request is taken; those under way have 5 s to end");
                continue;
            }
            news = session.next(&recorder) => news,
        };
        let Some(news) = news else { return Ok(exit) };
        for news in news {
            if matches!(&news, RelayNews::Exchange(relayed) if !relayed.exchange.is_accepted()) {
                exit = Exit::Failed;
            }
            print(&news, &masker, args.printing.output)?;
        }
    }
}

fn print(news: &RelayNews, masker: &Masker, form: Output) -> Result<(), CommandError> {
    let mut masker = masker.clone();
    if let RelayNews::Exchange(relayed) = news {
        masker.learn_sent(&relayed.exchange.sent);
    }
    match form {
        Output::Json => output::print_json_line(&as_json(news, &masker)),
        Output::Text => output::print(&line(news, &masker)),
    }
}

fn greeting(session: &RelaySession, masker: &Masker) -> String {
    let endpoint = session.endpoint(&masker.url(&session.profile().endpoint().url_revealing_key()));
    format!("Relay at {}; Ctrl-C stops it\nPoint the outside system at\n  {endpoint}\n\n", session.url())
}

/// An exchange in a line, and what is wrong with it in those below.
fn line(news: &RelayNews, masker: &Masker) -> String {
    let relayed = match news {
        RelayNews::PassedBy { client, host } => return format!("     {client} to {host}: forwarded without inspection\n"),
        RelayNews::Refused { client, reason } => return format!("     {client}: refused, {}\n", masker.text(reason)),
        RelayNews::Exchange(relayed) => relayed,
    };
    let Relayed { number, client, exchange, .. } = &**relayed;
    let at = exchange.started_at.strftime("%H:%M:%S");
    let total = exchange.timings.total.as_millis();
    let mut text = format!(
        "{number:>4} {at} UTC {} {} {}: {}, {} bytes in {total} ms\n",
        client.ip(),
        exchange.sent.method,
        masker.url(&exchange.sent.url),
        exchange.outcome_text(),
        exchange.body_bytes_sent,
    );
    for (mark, said) in relayed.said() {
        let sign = match mark {
            Mark::Problem => "!",
            Mark::Warning => "?",
            Mark::Alert => "*",
            Mark::Remark => "-",
        };
        text.push_str(&format!("     {sign} {}\n", masker.text(&said)));
    }
    text
}

fn as_json(news: &RelayNews, masker: &Masker) -> Value {
    match news {
        RelayNews::PassedBy { client, host } => json!({"passed_by": {"client": client.to_string(), "host": host}}),
        RelayNews::Refused { client, reason } => {
            json!({"refused": {"client": client.to_string(), "reason": masker.text(reason)}})
        }
        RelayNews::Exchange(relayed) => {
            let texts = |texts: &[String]| texts.iter().map(|text| masker.text(text)).collect::<Vec<_>>();
            json!({
                "number": relayed.number,
                "client": relayed.client.to_string(),
                "started_at": relayed.exchange.started_at.to_string(),
                "exchange": output::exchange_json(&relayed.exchange, masker),
                "causes": output::causes_json(&relayed.causes, masker),
                "warnings": output::causes_json(&relayed.warnings, masker),
                "alerts": texts(&relayed.alerts),
                "remarks": texts(&relayed.remarks),
            })
        }
    }
}
