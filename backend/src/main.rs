//! The command line `apoyo`.

fn main() -> std::process::ExitCode {
    backend::cli::main()
}
