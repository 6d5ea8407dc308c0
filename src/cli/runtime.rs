//! Running what waits for the network.

use tokio_util::sync::CancellationToken;

use crate::cli::exit::Failure;

/// Runs a task that Ctrl-C cancels.
pub(in crate::cli) fn block_on<F: Future>(task: impl FnOnce(CancellationToken) -> F) -> Result<F::Output, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("Starting the network's threads: {error}")))?;
    Ok(runtime.block_on(async {
        let cancel = CancellationToken::new();
        let on_interrupt = cancel.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                on_interrupt.cancel();
            }
        });
        task(cancel).await
    }))
}
