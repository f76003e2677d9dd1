//! `cargo xtask demo`: the whole system on one machine, with invented people.

mod data;
mod days;
mod running;

use crate::{
    build, places, run,
    setup::{self, node},
};
use anyhow::Result;
use clap::Args;
use data::Data;
use running::{Running, free_port};
use std::{net::SocketAddr, path::PathBuf, thread::sleep, time::Duration};

/// How to show it.
#[derive(Debug, Args)]
pub struct Options {
    /// The server's port; the app in the browser gets the next free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Only in the browser: build and open no window.
    #[arg(long)]
    no_window: bool,
    /// Where everything is kept; remove it to start over.
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
}

/// Builds and starts everything, prints what to try, and stops everything when it is stopped.
pub fn demo(options: &Options) -> Result<()> {
    setup::for_demo()?;
    let window = !options.no_window && has_display();
    build_all(window)?;
    let folder = places::root().join(&options.data);
    std::fs::create_dir_all(&folder)?;
    let data = Data::open(folder)?;

    let server_port = free_port(options.port)?;
    let host_port = free_port(server_port + 1)?;
    let (server, host) = (local(server_port), local(host_port));
    let mut programs = vec![
        start_server(&data, server)?,
        start_host(&data, server, host)?,
    ];
    if window {
        programs.push(start_window(&data, server)?);
    }
    say(&data, server, host, window);
    while_both_run(&mut programs)
}

fn has_display() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn build_all(window: bool) -> Result<()> {
    node::npm("ui", ["run", "build"]).go()?;
    let mut programs = vec!["apoyo", "host", "cards"];
    if window {
        programs.push("apoyo-app");
    }
    build::programs(&programs)
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn start_server(data: &Data, address: SocketAddr) -> Result<Running> {
    let program = places::built("apoyo");
    let log = data.log("server");
    let arguments = run::program(&program)
        .args([
            "serve",
            "--demo",
            "--listen",
            &address.to_string(),
            "--data",
        ])
        .args([data.server()]);
    let mut server = Running::start("the server", &program, arguments, &log)?;
    server.until_it_answers(address, "/healthz", &log)?;
    Ok(server)
}

fn start_host(data: &Data, server: SocketAddr, address: SocketAddr) -> Result<Running> {
    let program = places::built("host");
    let log = data.log("host");
    let arguments = run::program(&program)
        .args([
            "--listen",
            &address.to_string(),
            "--server",
            &format!("http://{server}"),
        ])
        .args(["--data".as_ref(), data.phones().as_os_str()])
        .args(["--ui".as_ref(), places::at("ui/citizen/dist").as_os_str()]);
    let mut host = Running::start("the app in the browser", &program, arguments, &log)?;
    host.until_it_answers(address, "/", &log)?;
    Ok(host)
}

fn start_window(data: &Data, server: SocketAddr) -> Result<Running> {
    let program = places::built("apoyo-app");
    let arguments = run::program(&program)
        .env("APOYO_SERVER", format!("http://{server}"))
        .env("XDG_DATA_HOME", data.window());
    Running::start("the window", &program, arguments, &data.log("window"))
}

fn say(data: &Data, server: SocketAddr, host: SocketAddr, window: bool) {
    let cards = data.people().join("cards");
    println!();
    println!("The app in the browser  http://{host}/");
    if window {
        println!("The app in its window   opened just now (no mail program needed either)");
    }
    println!("The mailbox             http://{server}/demo/outbox");
    for (_, campaign) in data::CAMPAIGNS {
        println!("Tally                   http://{server}/tally/{campaign}");
    }
    println!("Cards to photograph     {}", cards.display());
    println!(
        "Everything is kept in   {}",
        data.server().parent().unwrap_or(&cards).display()
    );
    println!();
    println!("1. Open the app and accept the notice.");
    println!(
        "2. Photograph a front with the camera (show it on another screen, or print it), or choose"
    );
    println!(
        "   a file from the folder above: NNNNNN-MODEL-front-0-….jpg; write any e-mail address."
    );
    println!("3. Take the code from the mailbox page and type it: the phone is active.");
    println!(
        "4. Choose a campaign; the model is the letter in the file's name; then its front, its back,"
    );
    println!("   its selfie; sign; look it over; send. The receipt has a folio.");
    println!(
        "5. Look at the campaign's tally. Give a second apoyo with the same card: it does not count."
    );
    println!();
    println!("Ctrl-C stops everything; the same command goes on where it was.");
}

/// Waits until Ctrl-C, or until the server or the host has ended. Closing the window does not end it.
fn while_both_run(programs: &mut [Running]) -> Result<()> {
    loop {
        for program in programs.iter_mut().take(2) {
            if program.has_ended()? {
                anyhow::bail!(
                    "a program of the demonstration ended; its words are in the .log files of the folder"
                );
            }
        }
        sleep(Duration::from_millis(500));
    }
}
