//! The tests of the sandbox over plain sockets, as one program.

mod faults;
mod faults_answers;
mod faults_hostile;
mod faults_wire;
mod meta;
mod nxcloud;
mod others;
mod readme;
mod resellers;
mod server;
mod support;
