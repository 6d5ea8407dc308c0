//! Running what waits for the network.

use tokio_util::sync::CancellationToken;

use crate::cli::exit::CommandError;

/// Waits for Ctrl-C, a closed terminal or a system that ends programs.
async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let stopped = |kind: SignalKind| async move {
            match signal(kind) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            () = interrupt => {}
            () = stopped(SignalKind::terminate()) => {}
            () = stopped(SignalKind::hangup()) => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}

/// Runs a task that Ctrl-C, a closed terminal and a request to terminate cancel. One thread does all that waits for the network: what is
/// short would take longer to hand over.
pub(in crate::cli) fn block_on<F: Future>(task: impl FnOnce(CancellationToken) -> F) -> Result<F::Output, CommandError> {
    run(tokio::runtime::Builder::new_current_thread(), task)
}

/// As [`block_on`], for servers: several threads serve several clients.
pub(in crate::cli) fn serve<F: Future>(task: impl FnOnce(CancellationToken) -> F) -> Result<F::Output, CommandError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2);
    run(builder, task)
}

fn run<F: Future>(
    mut builder: tokio::runtime::Builder,
    task: impl FnOnce(CancellationToken) -> F,
) -> Result<F::Output, CommandError> {
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| CommandError::failed(format!("Starting what waits for the network: {error}")))?;
    Ok(runtime.block_on(async {
        let cancel = CancellationToken::new();
        let on_interrupt = cancel.clone();
        tokio::spawn(async move {
            asked_to_stop().await;
            on_interrupt.cancel();
        });
        task(cancel).await
    }))
}
