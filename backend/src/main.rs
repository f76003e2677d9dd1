//! The command line `apoyo`.

/// Gives freed memory of one upload to the next without going back to the system for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    backend::cli::main()
}
