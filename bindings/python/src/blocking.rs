//! Waiting for a call on a thread of Python.

use std::sync::{Arc, mpsc::Receiver};

use pyo3::prelude::*;
use wablock::{CancellationToken, Report};
use wablock_bindings::Queue;

use crate::{
    answer::{Answer, Event},
    logs, results, wait,
};

/// Waits for the end of a call; `bell` rings when its queue has something. Ctrl-C, and an exception of `progress`, cancel the
/// call and are raised with what is known of its inputs as `.report`.
pub(crate) fn wait_for(
    py: Python<'_>,
    queue: &Arc<Queue<Answer>>,
    mut bell: Receiver<()>,
    cancel: &CancellationToken,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Py<PyAny>> {
    let mut interrupted: Option<PyErr> = None;
    // An interrupted call ends immediately; if it does not, this many ticks are waited.
    let mut patience = 20;
    loop {
        let rung;
        (bell, rung) = wait::detached(py, move || {
            let rung = bell.recv_timeout(wait::TICK).is_ok();
            (bell, rung)
        });
        let mut ended = None;
        let mut note = |raised: PyResult<()>| {
            if let Err(error) = raised {
                cancel.cancel();
                interrupted.get_or_insert(error);
            }
            interrupted.is_none()
        };
        let mut goes_on = note(Ok(()));
        for (_, event) in queue.fetch() {
            goes_on = note(match event {
                Event::Finished(answer) => {
                    ended = Some(answer);
                    Ok(())
                }
                Event::Log(record) => logs::write(py, &record),
                Event::Progress(done, total) if goes_on => {
                    progress.map_or(Ok(()), |progress| progress.call1((done, total)).map(drop))
                }
                Event::Progress(..) => Ok(()),
            });
        }
        if ended.is_none() && goes_on {
            note(py.check_signals());
        }
        match (ended, interrupted.take()) {
            (Some(answer), None) => return answer.into_python(py),
            (Some(answer), Some(error)) => return Err(with_report(py, error, answer.into_report())),
            (None, Some(error)) if patience == 0 => return Err(with_report(py, error, None)),
            (None, error) => {
                patience -= usize::from(!rung && error.is_some());
                interrupted = error;
            }
        }
    }
}

fn with_report(py: Python<'_>, error: PyErr, report: Option<Arc<Report>>) -> PyErr {
    let report = report.and_then(|report| results::report(py, report).ok());
    // An exception that takes no attributes is raised as it is.
    let _ = error.value(py).setattr("report", report);
    error
}
