//! The types of the Kotlin halves, checked by Kotlin's own compiler against stand-ins for Android
//! (`mobile/stubs`).
//!
//! The compiler comes inside a Python package, since there is no Android SDK. What it cannot see:
//! whether a stand-in is like the real class, and since which version of Android that is there.

use super::{cache, python, reach};
use crate::{places, run};
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// Pinned, so that the same sources give the same answer.
const PACKAGE: &str = "kotlin-jupyter-kernel==0.19.0.944";
/// The language of the Gradle project (`kotlin-gradle-plugin` 2.2.10).
const LANGUAGE: &str = "2.2";

/// The compiler's archives.
pub struct Tools {
    jars: Vec<PathBuf>,
    standard_library: PathBuf,
}

impl Tools {
    /// Those of an earlier run; `None` without them, or without Java.
    pub fn found() -> Option<Self> {
        let java = run::program(Path::new("java"))
            .args(["-version"])
            .succeeds();
        let folder = folder().join("run_kotlin_kernel/jars");
        let mut jars = Vec::new();
        reach::collect(&folder, "jar", &mut jars).ok()?;
        let standard_library = jars
            .iter()
            .find(|jar| named(jar, "kotlin-stdlib-"))?
            .clone();
        java.then_some(Self {
            jars,
            standard_library,
        })
    }

    /// The same, fetched where they are missing.
    pub fn fetch() -> Result<Self> {
        if let Some(tools) = Self::found() {
            return Ok(tools);
        }
        python::install(&folder(), &[PACKAGE])?;
        Self::found().context("Kotlin's compiler needs Java 11 or later (default-jre-headless)")
    }

    fn compile(&self, sources: &[PathBuf], library: Option<&Path>, into: &Path) -> Result<()> {
        let path = |parts: &[&Path]| -> Result<OsString> { Ok(std::env::join_paths(parts)?) };
        let jars: Vec<&Path> = self.jars.iter().map(PathBuf::as_path).collect();
        let mut seen = vec![self.standard_library.as_path()];
        seen.extend(library);
        run::program(Path::new("java"))
            .args([
                "-Xmx900m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
            ])
            .args([path(&jars)?])
            .args(["org.jetbrains.kotlin.cli.jvm.K2JVMCompiler"])
            .args(["-no-stdlib", "-no-reflect", "-jvm-target", "1.8"])
            .args(["-language-version", LANGUAGE, "-Werror", "-cp"])
            .args([path(&seen)?])
            .args([OsString::from("-d"), into.as_os_str().to_owned()])
            .args(sources)
            .go()
    }
}

fn folder() -> PathBuf {
    cache().join("kotlin")
}

fn named(jar: &Path, beginning: &str) -> bool {
    jar.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(beginning))
}

/// Compiles the stand-ins, and the halves against them; a warning is a fault.
pub fn check(tools: Tools) -> Result<()> {
    let sources = reach::kotlin_sources()?;
    if sources.len() < 5 {
        bail!("only {} Kotlin files were found", sources.len());
    }
    let mut stubs = Vec::new();
    reach::collect(&places::at("mobile/stubs"), "kt", &mut stubs)?;
    stubs.sort();
    // What was checked once need not be checked again: the texts decide.
    let texts = sources
        .iter()
        .chain(&stubs)
        .map(fs::read)
        .collect::<Result<Vec<_>, _>>()?;
    let seen = folder().join("good.txt");
    let now = texts.concat();
    if fs::read(&seen).is_ok_and(|before| before == now) {
        println!(
            "kotlin: {} files as they were when they were good",
            sources.len()
        );
        return Ok(());
    }
    let library = folder().join("stubs");
    tools
        .compile(&stubs, None, &library)
        .context("the stand-ins for Android")?;
    tools
        .compile(&sources, Some(&library), &folder().join("halves"))
        .context("the Kotlin halves")?;
    fs::write(seen, now)?;
    println!("kotlin: the types of {} files fit", sources.len());
    Ok(())
}
