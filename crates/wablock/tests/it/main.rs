//! The tests of the library through its public face, as one program: one module for each promise (`tests/README.md`).

mod asking;
mod chaos;
mod effort;
mod faults;
mod fuzz;
mod growth;
mod hostile;
mod journey;
mod lists;
mod memory;
mod observer;
mod options;
mod order;
mod properties;
mod rooms;
mod secrets;
mod settling;
mod shapes;
mod singles;
mod support;
mod tls;
mod user_stream;
mod vectors;
mod work;
