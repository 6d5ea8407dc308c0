//! The relay: another system posts here, what it posts is passed on unchanged, and each exchange is recorded, checked and explained.

mod alerts;
mod habits;
mod order;
mod rewrite;
mod session;

pub use habits::Habits;
pub use order::{RelayOrder, RelayTarget};
pub use session::{Mark, RelayNews, RelaySession, Relayed};
