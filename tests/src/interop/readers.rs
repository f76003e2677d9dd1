//! Tools that check the server's own descriptions: `promtool` its metrics, Schemathesis its OpenAPI
//! description, which it turns into requests.

use crate::wire::Phone;
use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The folder in which `cargo xtask interop` installs Schemathesis.
pub const SCHEMATHESIS: &str = "APOYO_SCHEMATHESIS";

/// Limits that allow any number of requests; with the usual ones most answers would be refusals.
pub fn config() -> String {
    format!(
        "[limits]\nrequests_per_network_per_minute = 1000000\nwork_tries = 0\nmails_per_second = 1000\nactivations_per_device_per_day = 100000\n\n[mail]\nfrom = \"Apoyo <apoyo@ejemplo.mx>\"\n\n\
         [mail.bounces]\nwebhook_secret = \"{BOUNCES}\"\n"
    )
}

const BOUNCES: &str = "una-clave-de-prueba-para-rebotes";

/// Any remark of `promtool check metrics` is a fault.
pub fn promtool(metrics: &str) -> io::Result<()> {
    let mut child = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().expect("piped above");
    stdin.write_all(metrics.as_bytes())?;
    drop(stdin);
    let done = child.wait_with_output()?;
    let told = [done.stdout, done.stderr].concat();
    match done.status.success() && told.is_empty() {
        true => Ok(()),
        false => Err(io::Error::other(String::from_utf8_lossy(&told))),
    }
}

/// Runs every check of Schemathesis over the running server; `phone` signs its requests.
pub fn schemathesis(url: &str, phone: Option<&Phone>) -> io::Result<()> {
    let program = env::var_os(SCHEMATHESIS).map_or_else(|| PathBuf::from("st"), PathBuf::from);
    let folder = tempfile::tempdir()?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
    fs::copy(
        here.join("schemathesis.toml"),
        folder.path().join("schemathesis.toml"),
    )?;
    fs::copy(here.join("hooks.py"), folder.path().join("hooks.py"))?;
    let mut command = Command::new(program);
    command
        .current_dir(folder.path())
        .args(["run", &format!("{url}/openapi.json"), "--checks", "all"])
        .args(["--max-examples", "40", "--seed", "1", "--no-color"])
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", folder.path())
        .env("APOYO_BOUNCES", BOUNCES);
    if let Some(phone) = phone {
        command
            .env("APOYO_KEY", &phone.name)
            .env("APOYO_SECRET", hex::encode(phone.secret()?));
    }
    let done = command.output()?;
    match done.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!(
            "{}\n{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        ))),
    }
}
