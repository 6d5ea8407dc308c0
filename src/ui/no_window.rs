//! What is said where no window can be opened.

/// What Mesa is told by to draw with the processor.
#[cfg(all(unix, not(target_os = "macos")))]
const SOFTWARE: &str = "LIBGL_ALWAYS_SOFTWARE";

/// What is done after no window could be opened: where Mesa may draw without a graphics driver, the program starts once more that way.
/// Returns what is to be said, should that not help.
pub(in crate::ui) fn after(reason: &str) -> String {
    log::warn!("No window: {reason}");
    #[cfg(all(unix, not(target_os = "macos")))]
    if is_about_drawing(reason)
        && std::env::var_os(SOFTWARE).is_none()
        && let Ok(program) = std::env::current_exe()
    {
        use std::os::unix::process::CommandExt as _;
        log::info!("Starting again with {SOFTWARE}=1");
        // Returns only where the program cannot be started.
        let error = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(SOFTWARE, "1").exec();
        log::warn!("That failed: {error}");
    }
    words(reason)
}

/// What draws the window, in words.
pub(in crate::ui) fn renderer(version: &eframe::glow::Version) -> String {
    let kind = if version.is_embedded { "OpenGL ES" } else { "OpenGL" };
    format!("{kind} {}.{} {}", version.major, version.minor, version.vendor_info).trim_end().to_owned()
}

fn is_about_drawing(reason: &str) -> bool {
    let lower = reason.to_ascii_lowercase();
    ["glutin", "opengl", "glx", "egl", "wgl", "glow", "context", "pixel format", "config"].iter().any(|word| lower.contains(word))
}

/// Why, and what helps on this system.
fn words(reason: &str) -> String {
    said(reason, std::env::consts::OS)
}

/// A text without the inside of a value of that library, as in `: ConfigTemplate { … }`.
fn without_insides(reason: &str) -> String {
    let braces = reason.find(" {").zip(reason.rfind('}')).filter(|(open, close)| open < close);
    let Some((open, close)) = braces else { return reason.to_owned() };
    let before = reason[..open].rsplit_once(": ").map_or(&reason[..open], |(before, _)| before);
    format!("{before}{}", &reason[close + 1..])
}

fn said(reason: &str, system: &str) -> String {
    // The windowing library puts the place in its own source before what it has to say.
    let reason = reason.split_once(".rs:").and_then(|(_, rest)| rest.split_once(": ")).map_or(reason, |(_, rest)| rest);
    let reason = without_insides(reason);
    let helps = match system {
        _ if !is_about_drawing(&reason) => "",
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
            (
                "Found no glutin configs matching the template: ConfigTemplate { size: Rgb { r: 8 }, api: None }. Error: no EGLDisplay",
                "linux",
                "matching the template. Error: no EGLDisplay. Centerpost",
                "{",
            ),
            ("} gone {", "linux", "} gone {. Centerpost", "LIBGL"),
            ("src/platform.rs:12: neither WAYLAND_DISPLAY nor DISPLAY is set", "linux", "window: neither WAYLAND", "LIBGL"),
            ("glutin error: gone", "macos", "Without a window", "LIBGL"),
        ] {
            let text = said(reason, system);
            assert!(text.contains(expected) && !text.contains(not) && text.contains("centerpost --help"), "{text}");
        }
    }
}
