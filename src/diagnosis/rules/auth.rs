//! Sign-in pages, by redirect or as a page: recognised by what they ask for, in any language.

use crate::diagnosis::answer_text::has_word;
use crate::diagnosis::cause::{Cause, FactPlace};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::Proven;
use crate::diagnosis::context::RuleContext;
use crate::diagnosis::html::Page;
use crate::diagnosis::phrases::page::{SIGN_IN, SIGN_IN_WORDS};
use crate::diagnosis::text::short;
use crate::model::Address;

const FIX: &str = "The address leads to a page for people, not to the API, or the API needs no sign-in but a valid apiKey. Use the endpoint that Centercode shows for the External Source";

/// A redirect to one.
pub(crate) fn by_redirect(context: &RuleContext<'_>) -> Option<Cause> {
    let location = context.answer?.header("location")?;
    leads_to_one(location).then(|| {
        Cause::new(CauseId::AuthLoginPage, Proven.plain(), "The answer redirects to a sign-in page")
            .fact(
                format!("Location: \"{}\"", short(&crate::model::secrets::mask::mask_url(location))),
                FactPlace::AnswerHeader("Location".into()),
            )
            .advice(FIX)
    })
}

/// Whether an address is one of a sign-in page: a word of its host or path, or the name of a parameter, says so.
fn leads_to_one(location: &str) -> bool {
    let lower = location.to_lowercase();
    let address = Address::parse(&lower);
    let place = lower.get(..address.path.end).unwrap_or("");
    let is_word = |word: &str| SIGN_IN_WORDS.contains(&word);
    place.split(|c: char| !c.is_alphanumeric()).any(is_word)
        || ["sign-in", "sign_in", "log-in", "log_in", "/session/new", "/sessions/new", "account/log", "users/sign"]
            .iter()
            .any(|path| place.contains(path))
        || address.query.iter().any(|pair| {
            matches!(
                address.raw(&pair.name),
                "returnurl" | "return_to" | "samlrequest" | "redirect_uri" | "wtrealm" | "response_type"
            )
        })
}

/// A page that is one.
pub(crate) fn check(context: &RuleContext<'_>, page: &Page) -> Option<Cause> {
    let answer = context.answer?;
    if !page.is_html || answer.status >= 500 {
        return None;
    }
    let names_it = |text: &str| SIGN_IN.iter().any(|word| has_word(text, word));
    let has_password = page.has_password();
    let is_federated = page.holds(&[
        "samlrequest",
        "samlresponse",
        "name=\"wresult\"",
        "login.microsoftonline",
        "/adfs/",
        "okta-sign-in",
        "id=\"kc-form-login\"",
        "accounts.google.com/",
    ]);
    let sends_on = page.refreshes().chain(page.actions()).any(leads_to_one);
    // First the name, the password on the next page.
    let asks_name = page.actions().next().is_some()
        && page.inputs().any(|input| input.contains("email") || input.contains("username") || input.contains("user"))
        && names_it(&page.text);
    let proof = has_password || is_federated || sends_on || asks_name || names_it(&page.title);
    if !proof || (answer.status == 404 && !has_password) {
        return None;
    }
    let place = context.answer_says(&["type=\"password\"", "<title", "<form", "samlrequest"]).unwrap_or(FactPlace::AnswerStatus);
    Some(
        Cause::new(CauseId::AuthLoginPage, Proven.plain(), "The answer is a sign-in page, not the API's")
            .fact("it is an HTML page that asks to sign in", place)
            .advice(FIX),
    )
}
