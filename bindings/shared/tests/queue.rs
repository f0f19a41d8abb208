//! Calls begin in order, end exactly once, and wake once for all that waits.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::oneshot;
use wablock::{CallError, ErrorKind, LogLevel, LogRecord};
use wablock_bindings::{Event, Queue};

/// How a call of these tests ends.
#[derive(Debug)]
enum Answer {
    Number(u32),
    Failed(ErrorKind),
}

impl From<CallError> for Answer {
    fn from(error: CallError) -> Self {
        Self::Failed(error.into_parts().0.kind())
    }
}

fn queue() -> (Arc<Queue<Answer>>, Arc<AtomicUsize>) {
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    (
        Queue::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
        }),
        woken,
    )
}

/// What waits, in short.
fn fetched(queue: &Queue<Answer>) -> Vec<String> {
    let short = |(token, event): (u64, Event<Answer>)| match event {
        Event::Progress(done, total) => format!("{token}: {done}/{total}"),
        Event::Log(record) => format!("{token}: {}", record.message),
        Event::Finished(Answer::Number(number)) => format!("{token}: = {number}"),
        Event::Finished(Answer::Failed(kind)) => format!("{token}: {}", kind.code()),
    };
    queue.fetch().into_iter().map(short).collect()
}

fn record(message: &str) -> Event<Answer> {
    Event::Log(LogRecord::new(LogLevel::Info, message.to_owned()))
}

#[test]
fn one_wake_up_for_all_that_waits() {
    let (queue, woken) = queue();
    queue.report(1, Event::Progress(0, 2));
    queue.report(2, record("first"));
    queue.report(1, Event::Progress(1, 2));
    queue.report(1, Event::Progress(2, 2));
    queue.report(1, Event::Finished(Answer::Number(7)));
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    assert_eq!(fetched(&queue), ["1: 0/2", "2: first", "1: 2/2", "1: = 7"]);
    assert_eq!(fetched(&queue), Vec::<String>::new());
    queue.report(3, record("second"));
    assert_eq!(woken.load(Ordering::SeqCst), 2);
}

#[test]
fn the_start_and_the_newest_progress_of_a_call_are_kept() {
    let (queue, _) = queue();
    for done in 0..=3 {
        queue.report(1, Event::Progress(done, 3));
    }
    queue.report(2, Event::Progress(1, 3));
    assert_eq!(fetched(&queue), ["1: 0/3", "1: 3/3", "2: 1/3"]);
}

#[test]
fn what_waited_before_the_queue_could_wake_wakes_when_it_can() {
    let queue = Arc::new(Queue::<Answer>::default());
    queue.report(0, record("early"));
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    queue.open(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    assert_eq!(fetched(&queue), ["0: early"]);
}

#[test]
fn a_closed_queue_takes_nothing_until_it_is_opened_again() {
    let (queue, woken) = queue();
    queue.report(1, record("dropped"));
    queue.close();
    queue.report(1, Event::Finished(Answer::Number(1)));
    assert_eq!(fetched(&queue), Vec::<String>::new());
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    queue.open(|| {});
    queue.report(2, Event::Finished(Answer::Number(2)));
    assert_eq!(fetched(&queue), ["2: = 2"]);
}

#[test]
fn log_records_beyond_the_limit_are_counted_in_a_last_one() {
    let (queue, _) = queue();
    for _ in 0..10_003 {
        queue.report(1, record("x"));
    }
    let waiting = fetched(&queue);
    assert_eq!(waiting.len(), 10_001);
    assert_eq!(waiting[10_000], "0: 3 log records were dropped: too many were waiting");
    queue.report(1, record("again"));
    assert_eq!(fetched(&queue), ["1: again"]);
}

#[tokio::test]
async fn calls_begin_in_the_order_in_which_they_were_added() {
    let (queue, _) = queue();
    let begun = Arc::new(Mutex::new(Vec::new()));
    let mut ends = Vec::new();
    for token in 0..50_u32 {
        let (end, ended) = oneshot::channel::<()>();
        ends.push(end);
        let begun = Arc::clone(&begun);
        let first = queue.add(token.into(), async move {
            begun.lock().unwrap().push(token);
            let _ = ended.await;
            Answer::Number(token)
        });
        assert_eq!(first, token == 0, "only the first of a line asks for it to begin");
    }
    Arc::clone(&queue).begin().await;
    assert_eq!(*begun.lock().unwrap(), (0..50).collect::<Vec<_>>());
    assert!(queue.add(50, async { Answer::Number(50) }), "the next one does again");
    drop(ends);
}

#[tokio::test]
async fn calls_that_end_together_wake_once() {
    let (queue, woken) = queue();
    for token in 0..20_u32 {
        let _ = queue.add(token.into(), async move {
            tokio::task::yield_now().await;
            Answer::Number(token)
        });
    }
    Arc::clone(&queue).begin().await;
    while woken.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(fetched(&queue).len(), 20);
    assert_eq!(woken.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_call_that_panics_or_is_dropped_ends_too() {
    let (queue, _) = queue();
    let _ = queue.add(1, async { panic!("a defect of this test's call") });
    let _ = queue.add(2, async {
        tokio::task::yield_now().await;
        panic!("a defect after the call began")
    });
    let _ = queue.add(3, async { Answer::Number(3) });
    Arc::clone(&queue).begin().await;
    let mut ends = Vec::new();
    while ends.len() < 3 {
        ends.extend(fetched(&queue));
        tokio::task::yield_now().await;
    }
    ends.sort();
    assert_eq!(ends, ["1: protocol", "2: protocol", "3: = 3"]);
}

#[test]
fn calls_end_with_their_runtime() {
    let (queue, woken) = queue();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for token in 0..3 {
        let _ = queue.add(token, std::future::pending());
    }
    runtime.block_on(Arc::clone(&queue).begin());
    drop(runtime);
    assert_eq!(fetched(&queue), ["0: protocol", "1: protocol", "2: protocol"]);
    assert!(woken.load(Ordering::SeqCst) > 0);
}
