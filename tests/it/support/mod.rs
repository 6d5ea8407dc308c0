//! What tests share: a home folder and the command line in it, servers, and the window.

pub mod connections;
pub mod faults;
pub mod home;
pub mod sandbox;
pub mod server;
pub mod window;
