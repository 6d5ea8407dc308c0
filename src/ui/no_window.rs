//! What is said where no window can be opened.

/// Why, and what helps on this system.
pub(in crate::ui) fn words(reason: &str) -> String {
    said(reason, std::env::consts::OS)
}

fn said(reason: &str, system: &str) -> String {
    // The windowing library puts the place in its own source before what it has to say.
    let reason = reason.split_once(".rs:").and_then(|(_, rest)| rest.split_once(": ")).map_or(reason, |(_, rest)| rest);
    let lower = reason.to_ascii_lowercase();
    let is_drawing = ["glutin", "opengl", "glx", "egl", "wgl", "glow", "context", "pixel format", "config"];
    let helps = match system {
        _ if !is_drawing.iter().any(|word| lower.contains(word)) => "",
        "windows" => {
            ". A remote desktop or a virtual machine may have an older OpenGL: install the graphics driver, or put Mesa's software \
             renderer (opengl32.dll) beside centerpost.exe"
        }
        "macos" => "",
        _ => ". Without a graphics driver, software draws: install Mesa (libgl1-mesa-dri) and set LIBGL_ALWAYS_SOFTWARE=1",
    };
    format!(
        "Opening the window: {}. Centerpost needs a display with OpenGL 2.0 or newer{helps}. Without a window, use the command line \
         (centerpost --help)",
        reason.trim_end().trim_end_matches('.')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_by_table() {
        for (reason, system, expected, not) in [
            ("glutin error: no suitable pixel format.", "windows", "opengl32.dll", "LIBGL"),
            ("Found no glutin configs matching the template", "linux", "LIBGL_ALWAYS_SOFTWARE=1", "opengl32"),
            ("egui_glow requires opengl 2.0+. ", "linux", "opengl 2.0+. Centerpost", ".."),
            ("src/platform.rs:12: neither WAYLAND_DISPLAY nor DISPLAY is set", "linux", "window: neither WAYLAND", "LIBGL"),
            ("glutin error: gone", "macos", "Without a window", "LIBGL"),
        ] {
            let text = said(reason, system);
            assert!(text.contains(expected) && !text.contains(not) && text.contains("centerpost --help"), "{text}");
        }
    }
}
