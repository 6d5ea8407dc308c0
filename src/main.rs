//! Centerpost: the window, or a command.

fn main() {}
