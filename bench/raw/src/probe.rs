//! How fast is the server? Plain sockets and ready-made requests: the least that any client can do.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::Instant,
};

use crate::{Failure, PHONE_NUMBER_ID, TOKEN, Task, Told};

/// `count` single blocks, `at_once` on as many connections of one thread: all are sent, then all are received.
pub(crate) fn run(task: &Task) -> Result<Told, Failure> {
    let host = task.url.strip_prefix("http://").ok_or("the server speaks plain HTTP")?.to_owned();
    let body = r#"{"messaging_product":"whatsapp","block_users":[{"user":"+16500000000"}]}"#;
    let request = format!(
        "POST /v26.0/{PHONE_NUMBER_ID}/block_users HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let rounds = task.count.div_ceil(task.at_once);
    let at_once = task.at_once;
    let begun = Instant::now();
    let probing = thread::spawn(move || -> Result<usize, Failure> {
        let mut connections = Vec::new();
        for _ in 0..at_once {
            let connection = TcpStream::connect(&*host)?;
            connection.set_nodelay(true)?;
            connections.push(connection);
        }
        let mut buffer = [0; 4096];
        let mut done = 0;
        for _ in 0..rounds {
            for connection in &mut connections {
                connection.write_all(request.as_bytes())?;
            }
            for connection in &mut connections {
                let mut received = 0;
                while !buffer[..received].ends_with(b"]}}") {
                    let count = connection.read(&mut buffer[received..])?;
                    if count == 0 {
                        return Err("the server closed the connection".into());
                    }
                    received += count;
                }
                done += 1;
            }
        }
        Ok(done)
    });
    let done = probing.join().map_err(|_| "the probe panicked")??;
    Ok(Told { seconds: begun.elapsed().as_secs_f64(), done, ..Told::default() })
}
