//! The confinement of the child before it reads a byte of the picture.
//!
//! A seccomp filter lists the calls that a decoder needs: memory, time, and the open pipes. Every other
//! system call returns `EPERM`: opening files or sockets, starting programs, signals to other processes,
//! executable memory. The filter cannot be removed, and the process cannot gain privileges
//! (`no_new_privs`).

/// Why the child is not behind the filter.
#[derive(Debug, thiserror::Error)]
pub enum NotConfined {
    /// The system is not Linux.
    #[cfg(not(target_os = "linux"))]
    #[error("this system has no seccomp: only Linux does")]
    NotLinux,
    /// There is no filter for this processor.
    #[cfg(target_os = "linux")]
    #[error("no filter can be made for this processor: {0}")]
    Processor(seccompiler::BackendError),
    /// The kernel refused the filter.
    #[cfg(target_os = "linux")]
    #[error("the kernel takes no seccomp filter (CONFIG_SECCOMP_FILTER): {0}")]
    Kernel(seccompiler::Error),
}

#[cfg(not(target_os = "linux"))]
pub fn confine() -> Result<(), NotConfined> {
    Err(NotConfined::NotLinux)
}

/// Installs the filter for this thread, the only one of its process.
#[cfg(target_os = "linux")]
pub fn confine() -> Result<(), NotConfined> {
    use seccompiler::{SeccompAction, SeccompFilter, apply_filter};
    let filter = SeccompFilter::new(
        filter::allowed().map_err(NotConfined::Processor)?,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        SeccompAction::Allow,
        std::env::consts::ARCH
            .try_into()
            .map_err(NotConfined::Processor)?,
    );
    let program: seccompiler::BpfProgram = filter
        .and_then(TryInto::try_into)
        .map_err(NotConfined::Processor)?;
    // This also sets `no_new_privs`.
    apply_filter(&program).map_err(NotConfined::Kernel)
}

#[cfg(target_os = "linux")]
mod filter {
    use seccompiler::{
        BackendError, SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition, SeccompRule,
    };
    use std::collections::BTreeMap;

    /// Calls that are allowed with any arguments.
    const FREELY: [libc::c_long; 23] = [
        // The pipes.
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_lseek,
        // Memory.
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_getrandom,
        // Locks and thread state.
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_clock_gettime,
        libc::SYS_gettid,
        libc::SYS_getpid,
        // Its own signals and its end.
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    pub(super) fn allowed() -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
        let mut allowed: BTreeMap<i64, Vec<SeccompRule>> =
            FREELY.into_iter().map(|call| (call, Vec::new())).collect();
        // No executable memory, neither new nor changed.
        let is_data = SeccompCmpOp::MaskedEq(libc::PROT_EXEC.unsigned_abs().into());
        for call in [libc::SYS_mmap, libc::SYS_mprotect] {
            let protection = SeccompCondition::new(2, Dword, is_data.clone(), 0)?;
            allowed.insert(call, vec![SeccompRule::new(vec![protection])?]);
        }
        // Signals only to itself, for the end after a panic.
        let own = SeccompCondition::new(0, Dword, SeccompCmpOp::Eq, std::process::id().into())?;
        allowed.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![own])?]);
        Ok(allowed)
    }
}
