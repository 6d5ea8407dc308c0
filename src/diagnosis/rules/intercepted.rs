//! Answers of filters, firewalls and networks' portals, recognised by what they say and by the headers that only they send.

use crate::diagnosis::answer_text::says;
use crate::diagnosis::cause::{Cause, FactPlace};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Proven};
use crate::diagnosis::context::RuleContext;
use crate::diagnosis::html::Page;
use crate::diagnosis::phrases::page::{
    ACCOUNTS, BLOCKED, CHALLENGES, FILTER_PHRASES, FILTER_VENDORS, IS_BLOCKED, PLACES, POLICIES, PORTAL_ACTS, PORTAL_HOSTS,
    PORTAL_PATHS, PORTAL_PHRASES, PORTALS,
};
use crate::diagnosis::phrases::product::OWN_ANSWER;
use crate::diagnosis::text::short;
use crate::model::Address;
use crate::model::status::status_text;

const FILTER: &str = "A firewall or filter answered in place of Centercode";
const PORTAL_OR_FILTER: &str = "A network's portal or filter answered in place of Centercode";
const PORTAL_ADVICE: &str =
    "Sign in to the network in a browser, send from another one, or ask whoever runs the filter to let the host through";
const PORTAL: &str = "A network's sign-in portal answered in place of Centercode";

/// Whether the answer is such a page.
pub(crate) fn check(context: &RuleContext<'_>, page: &Page) -> Option<Cause> {
    let answer = context.answer?;
    if answer.status == 403
        && let Some(place) = context.answer_says(CHALLENGES)
    {
        return Some(
            Cause::new(CauseId::TransportIntercepted, Proven.plain(), FILTER).fact("the answer is a challenge for robots", place),
        );
    }
    if let Some(cause) = by_header(context) {
        return Some(cause);
    }
    if matches!(answer.status, 401 | 403)
        && let Some(place) = context.answer_says(&[OWN_ANSWER])
    {
        return Some(
            Cause::new(CauseId::TransportIntercepted, Proven.weak(), "A load balancer or proxy refused the request itself")
                .fact("its log names no server behind it that answered", place)
                .fact(status_text(answer.status), FactPlace::AnswerStatus)
                .advice("Look at the rules of this load balancer or proxy: who may pass, from which addresses, and with which sign-in"),
        );
    }
    let is_bare_refusal = answer.status == 403 && context.answer_json().is_none();
    if !(page.is_html || is_bare_refusal) || context.answer_is_documented_404() {
        return None;
    }
    let is_trouble = answer.status >= 500 && answer.status != 511;
    let word = |words: &'static [&'static str]| words.iter().copied().find(|word| page.text.contains(word));
    let own_host = context.address.raw(&context.address.host).to_lowercase();
    let leads_off = page.leads_on().find_map(|target| portal_host(target, &own_host));
    if let Some(host) = leads_off.filter(|_| !is_trouble) {
        return Some(
            Cause::new(CauseId::TransportIntercepted, Proven.weak(), PORTAL_OR_FILTER)
                .fact(
                    format!("its page leads to \"{}\"", short(&host)),
                    context.answer_says(&[&host]).unwrap_or(FactPlace::AnswerStatus),
                )
                .fact(
                    format!("{} with a page, where Centercode answers with JSON", status_text(answer.status)),
                    FactPlace::AnswerStatus,
                )
                .advice(PORTAL_ADVICE),
        );
    }
    let (words, title, confidence) = if page.holds(&["wispaccessgatewayparam"]) {
        (vec!["wispaccessgatewayparam"], PORTAL, Proven.plain())
    } else if let Some(word) = word(PORTAL_PHRASES).filter(|_| !is_trouble) {
        (vec![word], PORTAL, Proven.plain())
    } else if let Some(word) = word(FILTER_PHRASES) {
        (vec![word], FILTER, Proven.plain())
    } else if page.holds(&["_incapsula_resource", "cf-chl-", "/cdn-cgi/challenge-platform", "captcha-delivery.com"])
        && answer.status != 429
    {
        (vec!["a challenge's script"], FILTER, Proven.plain())
    } else if let (Some(vendor), Some(act)) = (word(FILTER_VENDORS), word(BLOCKED)) {
        (vec![vendor, act], FILTER, Proven.plain())
    } else if let Some(vendor) = word(FILTER_VENDORS).filter(|vendor| page.title.contains(vendor) && !is_trouble) {
        (vec![vendor], FILTER, Likely.strong())
    } else if let (Some(network), Some(act)) = (word(PORTALS).filter(|word| page.title.contains(word)), word(PORTAL_ACTS)) {
        (vec![network, act], PORTAL, Proven.weak())
    } else if let (Some(act), Some(rule)) = (word(BLOCKED), word(POLICIES)) {
        (vec![act, rule], FILTER, Proven.weak())
    } else if let Some(act) = IS_BLOCKED.iter().copied().find(|act| page.title.contains(act) && !says(&page.title, ACCOUNTS)) {
        (vec![act], FILTER, Proven.weak())
    } else if let (Some(act), Some(what)) = (word(IS_BLOCKED), word(PLACES)) {
        (vec![act, what], FILTER, Likely.strong())
    } else {
        return None;
    };
    // Servers in trouble answer with pages, too; only a block that is named outright is one there.
    let confidence = if is_trouble && words.len() > 1 && confidence < Proven.plain() { Likely.plain() } else { confidence };
    let place = context.answer_says(&words).unwrap_or(FactPlace::AnswerStatus);
    Some(
        Cause::new(CauseId::TransportIntercepted, confidence, title)
            .fact(format!("its page says \"{}\"", words.join("\" and \"")), place)
            .fact(format!("{} with a page, where Centercode answers with JSON", status_text(answer.status)), FactPlace::AnswerStatus)
            .advice("Send from another network, sign in to this one in a browser, or ask whoever runs the filter to let the host through"),
    )
}

/// What names itself in a header alone.
fn by_header(context: &RuleContext<'_>) -> Option<Cause> {
    let answer = context.answer?;
    if context.answer_json().is_some() || answer.status == 429 {
        return None;
    }
    let marks = [
        ("cf-mitigated", ""),
        ("x-amzn-waf-action", ""),
        ("x-sucuri-block", ""),
        ("server", "akamaighost"),
        ("server", "zscaler"),
        ("server", "fortiweb"),
        ("server", "sucuri"),
        ("server", "netskope"),
        ("server", "bigip"),
        ("server", "big-ip"),
        ("server", "cloudflare"),
        ("server", "microsoft-azure-application-gateway"),
        ("server", "datadome"),
        ("x-azure-ref", ""),
        ("via", "zscaler"),
        ("via", "websense"),
    ];
    let (name, _) = marks.into_iter().find(|(name, value)| {
        let is_there = answer.header(name).is_some_and(|found| found.to_lowercase().contains(value));
        // A front door's own header is on every answer that passes it; with its own page on a 403 it is the one that answers.
        is_there && (answer.status == 403 || matches!(*name, "cf-mitigated" | "x-amzn-waf-action" | "x-sucuri-block"))
    })?;
    let value = answer.header(name).unwrap_or("");
    Some(
        Cause::new(CauseId::TransportIntercepted, Proven.weak(), FILTER)
            .fact(format!("the answer's header {name} says \"{}\"", short(value)), FactPlace::AnswerHeader(name.to_owned()))
            .fact(format!("{} without Centercode's JSON", status_text(answer.status)), FactPlace::AnswerStatus)
            .advice("Send from another network, or ask whoever runs the filter to let the request through"),
    )
}

/// A redirect to a portal or filter on another host.
pub(crate) fn by_redirect(context: &RuleContext<'_>) -> Option<Cause> {
    let location = context.answer?.header("location")?.to_lowercase();
    let host = portal_host(&location, &context.address.raw(&context.address.host).to_lowercase())?;
    Some(
        Cause::new(CauseId::TransportIntercepted, Proven.weak(), PORTAL_OR_FILTER)
            .fact(format!("it redirects to \"{}\"", short(&host)), FactPlace::AnswerHeader("Location".into()))
            .advice(PORTAL_ADVICE),
    )
}

/// The host of an address in lower case that leads away from the own host, to a network's portal or filter.
fn portal_host(location: &str, own_host: &str) -> Option<String> {
    let address = Address::parse(location.trim());
    let host = address.raw(&address.host);
    let is_other = !host.is_empty() && host != own_host && !address.scheme.is_empty();
    let private = |second: &str| second.parse::<u8>().is_ok_and(|second| (16..32).contains(&second));
    let mut numbers = host.split('.');
    let is_local = match (numbers.next(), numbers.next()) {
        (Some("10"), Some(second)) => second.parse::<u8>().is_ok(),
        // The last two are the addresses that wireless controllers give themselves.
        (Some("192"), Some("168")) | (Some("100"), Some("64")) | (Some("1"), Some("1")) | (Some("192"), Some("0")) => true,
        (Some("172"), Some(second)) => private(second),
        // A name without a dot is one of the network's own.
        (Some(name), None) => name != "localhost",
        _ => false,
    };
    let is_named = says(host, PORTAL_HOSTS) || PORTAL_PATHS.iter().any(|word| address.text().contains(word));
    (is_other && (is_local || is_named)).then(|| host.to_owned())
}
