//! Case files: one exchange to be explained.

use serde_json::Value;

use crate::model::exchange::Sent;
use crate::model::{Answer, Case, Profile};

/// Reads a case file. The error says what is wrong with it.
pub fn read(text: &str) -> Result<Case, String> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())?;
    if value["format"] != "centerpost.case/1" {
        return Err(format!("its format is {}, and this version reads \"centerpost.case/1\"", value["format"]));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let headers = |value: &Value| serde_json::from_value(value["headers"].clone()).unwrap_or_default();
    let profile = value.get("profile").cloned().map(Profile::from_value).transpose().map_err(|error| error.to_string())?;
    let request = &value["request"];
    let sent = Sent {
        method: text(&request["method"]),
        url: text(&request["url"]),
        headers: headers(request),
        body: request["body"].as_str().map(str::to_owned),
        parts: None,
    };
    let answer = value.get("response").map(|response| Answer {
        status: response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default(),
        headers: headers(response),
        body: text(&response["body"]).into(),
        ..Answer::default()
    });
    Ok(Case { profile, sent, answer, failure: None })
}
