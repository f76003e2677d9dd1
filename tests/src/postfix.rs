//! A real Postfix on loopback, with a configuration and a queue of its own. Its answers and its bounce
//! reports are those of a relay on the internet.

use std::{
    fs, io,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

/// A domain with one recipient, `lupita`.
pub const KNOWN: &str = "ejemplo.mx";
/// The same domain with an accent, as an A-label.
pub const ACCENT: &str = "xn--muoz-hqa.mx";
/// A domain whose own server refuses every recipient after this relay has taken the mail.
pub const LATER: &str = "tarde.mx";

/// A running Postfix. Dropping it stops it.
pub struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
}

impl Postfix {
    /// Starts one. Needs root, Debian's package `postfix`, and nothing of its configuration.
    pub fn start(smtputf8: bool) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("postfix").tempdir()?;
        let root = folder.path();
        fs::set_permissions(root, fs::Permissions::from_mode(0o755))?;
        for name in ["etc", "queue", "data", "mail"] {
            fs::create_dir(root.join(name))?;
        }
        for name in ["mail/buzones", "mail/rebotes"] {
            for sub in ["", "new", "cur", "tmp"] {
                fs::create_dir_all(root.join(name).join(sub))?;
            }
        }
        run("chown", &["-R", "nobody", &text(&root.join("mail"))])?;
        run("chown", &["postfix", &text(&root.join("data"))])?;
        let [port, refusing] = [free_port()?, free_port()?];
        let etc = root.join("etc");
        fs::write(etc.join("main.cf"), main_cf(root, smtputf8))?;
        fs::write(etc.join("master.cf"), master_cf(port, refusing))?;
        fs::write(
            etc.join("buzones"),
            format!(
                "lupita@{KNOWN} buzones/\nlupita@{ACCENT} buzones/\nrebotes@{KNOWN} rebotes/\n\
                 @{LATER} buzones/\n"
            ),
        )?;
        fs::write(
            etc.join("transport"),
            format!("{LATER} smtp:[127.0.0.1]:{refusing}\n"),
        )?;
        // It warns of files that it creates itself. Only whether it listens matters.
        let _ = run("postfix", &["-c", &text(&etc), "set-permissions"]);
        run("postfix", &["-c", &text(&etc), "start"])?;
        Ok(Self { folder, port })
    }

    /// The `[mail]` part of the server's configuration.
    pub fn config(&self) -> String {
        format!(
            "[mail]\nfrom = \"Apoyo <apoyo@{KNOWN}>\"\n\n[mail.smtp]\nhost = \"127.0.0.1\"\n\
             port = {}\ntls = \"none\"\n\n[mail.bounces]\naddress = \"rebotes@{KNOWN}\"\n\
             maildir = \"{}\"\n",
            self.port,
            self.folder.path().join("mail/rebotes").display()
        )
    }

    /// The port on which it takes mail.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The mails that were delivered, as they are in the mailbox.
    pub fn delivered(&self) -> io::Result<Vec<String>> {
        self.files("mail/buzones/new")
    }

    /// Reports that the server did not understand.
    pub fn put_aside(&self) -> io::Result<Vec<String>> {
        self.files("mail/rebotes/cur")
    }

    fn files(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut paths: Vec<PathBuf> = fs::read_dir(self.folder.path().join(folder))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<_>>()?;
        paths.sort();
        paths
            .iter()
            .map(|path| fs::read(path).map(|raw| String::from_utf8_lossy(&raw).into_owned()))
            .collect()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let etc = text(&self.folder.path().join("etc"));
        let _ = run("postfix", &["-c", &etc, "stop"]);
    }
}

fn main_cf(root: &Path, smtputf8: bool) -> String {
    let root = root.display();
    let smtputf8 = if smtputf8 { "yes" } else { "no" };
    format!(
        "compatibility_level = 3.6\nqueue_directory = {root}/queue\ndata_directory = {root}/data\n\
         mail_owner = postfix\nmyhostname = relevo.ejemplo.mx\nmydestination =\n\
         inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\n\
         maillog_file = {root}/log\nmaillog_file_prefixes = {root}\nalias_maps =\n\
         smtputf8_enable = {smtputf8}\nrecipient_delimiter = +\nnotify_classes =\n\
         virtual_mailbox_domains = {KNOWN}, {ACCENT}, {LATER}\nvirtual_mailbox_base = {root}/mail\n\
         virtual_mailbox_maps = texthash:{root}/etc/buzones\nvirtual_uid_maps = static:65534\n\
         virtual_gid_maps = static:65534\ntransport_maps = texthash:{root}/etc/transport\n\
         default_transport = error:5.1.2 no such domain\n"
    )
}

fn master_cf(port: u16, refusing: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd\n\
         127.0.0.1:{refusing} inet n - n - - smtpd\n  \
         -o {{ smtpd_recipient_restrictions = check_recipient_access static:{{550 5.1.1 no such user}} }}\n\
         cleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
         rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nerror unix - - n - - error\n\
         retry unix - - n - - error\nsmtp unix - - n - - smtp\nvirtual unix - n n - - virtual\n\
         anvil unix - - n - 1 anvil\nproxymap unix - - n - - proxymap\n\
         postlog unix-dgram n - n - 1 postlogd\n"
    )
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn run(program: &str, arguments: &[&str]) -> io::Result<()> {
    let done = Command::new(program).args(arguments).output()?;
    match done.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!(
            "{program} {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&done.stderr)
        ))),
    }
}
