//! A suite for Locust: load from many machines is its work.

use super::load::{self, Load, LoadFiles, LoadTool};
use super::plan::{Environment, Plan};

/// The name of the program in its folder.
pub const SCRIPT: &str = "locustfile.py";

const PROGRAM: &str = include_str!("locustfile.py");

// Python takes nearly all that Rust's regular expressions say, and the program streams files.
const LOCUST: LoadTool =
    LoadTool { name: "Locust", pattern: |text| Some((text.to_owned(), String::new())), longest_file: u64::MAX };

/// The suite as a locustfile, with its data rows beside it. Secrets become variables of the environment.
///
/// # Errors
/// When a row cannot be filled, or a file is missing.
pub fn write(plan: &Plan, environment: Environment<'_>, seed: u64) -> Result<LoadFiles, String> {
    let Load { mut files, name, variables } = load::write(&LOCUST, plan, environment, seed)?;
    files.texts.push((SCRIPT.to_owned(), PROGRAM.to_owned()));
    files.texts.push(("README.md".to_owned(), readme(&name, &variables)));
    Ok(files)
}

fn readme(name: &str, variables: &[String]) -> String {
    let secrets: String = variables.iter().map(|name| format!(" {name}=…")).collect();
    format!(
        "# {name} for Locust\n\n\
         `pip install locust`, then `CENTERPOST_API_KEY=…{secrets} locust --headless -u 20 -r 10 -t 1m`. Each accepted request creates a real ticket.\n\
         On many machines: `locust --master` on one, and `WORKERS=2 CENTERPOST_API_KEY=…{secrets} locust --worker --master-host HOST` for each of two workers.\n\
         `ONCE=1` sends each data row once; `CENTERPOST_HOST=https://…` sends to another host.\n"
    )
}
