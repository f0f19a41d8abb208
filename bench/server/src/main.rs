//! The server that the benchmarks call: one thread, one epoll, no allocation that can be helped, so that no client can
//! overload it; and strict, so that no client is fast by doing less. It prints its port and serves until it is killed.
//!
//! `GET /_bench/reset?delay_ms=0&seed=64000` begins a run, `GET /_bench/stats` tells what was seen in it.

mod apis;
mod numbers;
mod wire;
mod world;

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};

use crate::world::World;

const LISTENER: Token = Token(usize::MAX);
const READ_AT_ONCE: usize = 64 * 1024;

struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    to_send: Vec<u8>,
    sent: usize,
    /// An answer is ready and waits for the delay to pass.
    held: bool,
}

fn main() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    println!("{}", listener.local_addr()?.port());

    let mut world = World::default();
    let mut connections: Vec<Option<Connection>> = Vec::new();
    let mut free: Vec<usize> = Vec::new();
    let mut due: BinaryHeap<Reverse<(Instant, usize)>> = BinaryHeap::new();
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; READ_AT_ONCE];
    loop {
        let now = Instant::now();
        let timeout = due.peek().map(|Reverse((at, _))| at.saturating_duration_since(now));
        match poll.poll(&mut events, timeout) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            polled => polled?,
        }
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut connections, &mut free, &mut world)?;
                continue;
            }
            let Token(place) = event.token();
            let Some(connection) = connections[place].as_mut() else { continue };
            let delay = world.delay;
            let open = serve(connection, &mut buffer, &mut world);
            if open && connection.held {
                due.push(Reverse((Instant::now() + delay, place)));
            }
            if !open {
                connections[place] = None;
                free.push(place);
            }
        }
        let now = Instant::now();
        while let Some(Reverse((at, place))) = due.peek().copied()
            && at <= now + Duration::from_micros(50)
        {
            due.pop();
            if let Some(connection) = connections[place].as_mut() {
                connection.held = false;
                if flush(connection).is_err() {
                    connections[place] = None;
                    free.push(place);
                }
            }
        }
    }
}

fn accept(
    listener: &TcpListener,
    poll: &Poll,
    connections: &mut Vec<Option<Connection>>,
    free: &mut Vec<usize>,
    world: &mut World,
) -> io::Result<()> {
    loop {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        stream.set_nodelay(true)?;
        let place = free.pop().unwrap_or_else(|| {
            connections.push(None);
            connections.len() - 1
        });
        poll.registry().register(&mut stream, Token(place), Interest::READABLE | Interest::WRITABLE)?;
        connections[place] =
            Some(Connection { stream, received: Vec::new(), to_send: Vec::new(), sent: 0, held: false });
        world.seen.connections += 1;
    }
}

/// Reads what there is and answers every whole request; false when the connection has ended.
fn serve(connection: &mut Connection, buffer: &mut [u8], world: &mut World) -> bool {
    let mut open = true;
    loop {
        match connection.stream.read(buffer) {
            Ok(0) => {
                open = false;
                break;
            }
            Ok(count) => {
                connection.received.extend_from_slice(&buffer[..count]);
                // epoll is edge-triggered here: a short read means that the socket is empty.
                if count < buffer.len() {
                    break;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    let mut used = 0;
    while let Some(length) = wire::answer(&connection.received[used..], &mut connection.to_send, world) {
        used += length;
    }
    connection.received.drain(..used);
    if used > 0 && !world.delay.is_zero() && !world.control {
        connection.held = true;
    }
    world.control = false;
    if !connection.held && flush(connection).is_err() {
        return false;
    }
    open
}

/// Sends what is ready, as far as the socket takes it.
fn flush(connection: &mut Connection) -> io::Result<()> {
    while connection.sent < connection.to_send.len() {
        match connection.stream.write(&connection.to_send[connection.sent..]) {
            Ok(count) => connection.sent += count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    connection.to_send.clear();
    connection.sent = 0;
    Ok(())
}
