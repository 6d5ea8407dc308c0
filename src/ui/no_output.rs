//! What is said where nobody reads standard error: the window's program on Windows has no console when a menu or a file starts it.

/// Whether there is nothing that standard error goes to, not even a file or a pipe.
#[cfg(windows)]
pub fn is_without_output() -> bool {
    use std::os::windows::io::AsRawHandle as _;
    std::io::stderr().as_raw_handle().is_null()
}

/// Whether there is nothing that standard error goes to, not even a file or a pipe.
#[cfg(not(windows))]
pub fn is_without_output() -> bool {
    false
}

/// Shows why the program ends, and waits until it was read.
pub fn show_error(text: &str) {
    let box_of = rfd::MessageDialog::new().set_level(rfd::MessageLevel::Error).set_title("Centerpost").set_description(text);
    box_of.show();
}
