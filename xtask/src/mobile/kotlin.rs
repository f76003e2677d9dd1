//! Checks the types of the Kotlin halves with Kotlin's own compiler against stubs of Android
//! (`mobile/stubs`), and runs the tests of their plain logic.
//!
//! The compiler is from a Python package, because there is no Android SDK. It cannot check that a stub
//! is like the real class, nor since which version of Android that exists. The tests use JUnit, so that
//! Gradle runs the same ones where there is an SDK.

use super::{cache, debian, python, reach};
use crate::{places, run};
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// Pinned, so that the same sources give the same result.
const PACKAGE: &str = "kotlin-jupyter-kernel==0.19.0.944";
/// The language of the Gradle project (`kotlin-gradle-plugin` 2.2.10).
const LANGUAGE: &str = "2.2";

/// The Debian packages of the test runner, and the archives in them.
const JUNIT: &[&str] = &["junit4", "libhamcrest-java"];
const JUNIT_JARS: &[&str] = &["junit4.jar", "hamcrest.jar"];

/// The compiler's archives, and JUnit's.
pub struct Tools {
    jars: Vec<PathBuf>,
    standard_library: PathBuf,
    junit: Vec<PathBuf>,
}

impl Tools {
    /// The archives of an earlier run; `None` without them, or without Java.
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
        let junit: Vec<PathBuf> = JUNIT_JARS
            .iter()
            .map(|jar| cache().join("junit/usr/share/java").join(jar))
            .collect();
        let complete = java && junit.iter().all(|jar| jar.exists());
        complete.then_some(Self {
            jars,
            standard_library,
            junit,
        })
    }

    /// The archives, fetched if they are missing.
    pub fn fetch() -> Result<Self> {
        if let Some(tools) = Self::found() {
            return Ok(tools);
        }
        if !folder().exists() {
            python::install(&folder(), &[PACKAGE])?;
        }
        if !cache().join("junit").exists() {
            debian::unpack(JUNIT, &cache().join("junit"))?;
        }
        Self::found().context("Kotlin's compiler needs Java 11 or later (default-jre-headless)")
    }

    /// Compiles against the standard library and these archives.
    fn compile(
        &self,
        sources: &[PathBuf],
        seen: &[&Path],
        into: &Path,
        more: &[String],
    ) -> Result<()> {
        let jars: Vec<&Path> = self.jars.iter().map(PathBuf::as_path).collect();
        java(&jars)?
            .args(["org.jetbrains.kotlin.cli.jvm.K2JVMCompiler"])
            .args(["-no-stdlib", "-no-reflect", "-jvm-target", "1.8"])
            .args(["-language-version", LANGUAGE, "-Werror"])
            .args(more)
            .args(["-cp".into(), self.seen(seen)?])
            .args([OsString::from("-d"), into.as_os_str().to_owned()])
            .args(sources)
            .go()
    }

    /// Runs the classes with tests; returns the number of tests.
    fn run(&self, tests: &[PathBuf], seen: &[&Path]) -> Result<usize> {
        let mut all = vec![self.standard_library.as_path()];
        all.extend(seen);
        let printed = java(&all)?
            .args(["org.junit.runner.JUnitCore"])
            .args(tests.iter().filter_map(|path| class(path)))
            .read()?;
        // `OK (19 tests)`, or `OK (1 test)`.
        let count = printed
            .split_once("OK (")
            .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
        count.with_context(|| format!("JUnit says something else: {printed}"))
    }

    fn seen(&self, more: &[&Path]) -> Result<OsString> {
        let mut seen = vec![self.standard_library.as_path()];
        seen.extend(more);
        Ok(std::env::join_paths(seen)?)
    }
}

/// Java with these archives and folders, small and quick to start.
fn java(seen: &[&Path]) -> Result<run::Run> {
    Ok(run::program(Path::new("java"))
        .args([
            "-Xmx900m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
        ])
        .args([std::env::join_paths(seen)?]))
}

/// The class of a file: the path after `java/`, with dots.
fn class(file: &Path) -> Option<String> {
    let path = file.with_extension("");
    let text = path.to_string_lossy().into_owned();
    let (_, class) = text.rsplit_once("/java/")?;
    Some(class.replace('/', "."))
}

fn folder() -> PathBuf {
    cache().join("kotlin")
}

fn named(jar: &Path, beginning: &str) -> bool {
    jar.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(beginning))
}

/// Compiles the stubs and the halves, and runs the tests; a warning is a fault.
pub fn check(tools: Tools) -> Result<()> {
    let sources = reach::kotlin_sources()?;
    let tests = reach::kotlin_tests()?;
    if sources.len() < 5 || tests.len() < 4 {
        bail!(
            "only {} Kotlin files and {} tests were found",
            sources.len(),
            tests.len()
        );
    }
    let mut stubs = Vec::new();
    reach::collect(&places::at("mobile/stubs"), "kt", &mut stubs)?;
    stubs.sort();
    // Sources that were checked once are not checked again; a hash of their texts decides.
    let texts = sources
        .iter()
        .chain(&stubs)
        .chain(&tests)
        .map(fs::read)
        .collect::<Result<Vec<_>, _>>()?;
    let good = folder().join("good.txt");
    let now = texts.concat();
    if fs::read(&good).is_ok_and(|before| before == now) {
        println!(
            "kotlin: {} files as they were when they were good",
            sources.len()
        );
        return Ok(());
    }
    let into = ["stubs", "halves", "tests"].map(|name| folder().join(name));
    for old in &into {
        // A removed class must not be found any more.
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    let [library, halves, tested] = &into;
    tools
        .compile(&stubs, &[], library, &[])
        .context("the stand-ins for Android")?;
    tools
        .compile(&sources, &[library], halves, &[])
        .context("the Kotlin halves")?;
    println!("kotlin: the types of {} files fit", sources.len());
    let mut seen: Vec<&Path> = tools.junit.iter().map(PathBuf::as_path).collect();
    seen.extend([library.as_path(), halves]);
    // As in Gradle, a test sees the `internal` parts of its subject.
    let friend = format!("-Xfriend-paths={}", halves.display());
    tools
        .compile(&tests, &seen, tested, &[friend])
        .context("the tests of the Kotlin halves")?;
    seen.push(tested);
    let count = tools
        .run(&tests, &seen)
        .context("a test of the Kotlin halves failed")?;
    fs::write(good, now)?;
    println!("kotlin: {count} tests of the halves passed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_named_by_its_class() {
        let file = Path::new("/x/android/src/test/java/mx/apoyo/handover/ChoiceTest.kt");
        assert_eq!(class(file).unwrap(), "mx.apoyo.handover.ChoiceTest");
        assert_eq!(class(Path::new("/x/ChoiceTest.kt")), None);
    }

    #[test]
    fn every_test_file_holds_one_class_of_its_name() {
        for file in reach::kotlin_tests().unwrap() {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).unwrap();
            assert!(text.contains(&format!("\nclass {name} {{")), "{name}");
            assert!(text.contains("@Test"), "{name}");
        }
    }
}
