//! The allocator of the test program. It counts for each thread, so a test sees what its own thread uses and nothing of the
//! tests that run at the same time.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

thread_local! {
    static IN_USE: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

/// Counts the bytes that the thread has in use, and the most that it had.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(bytes: isize) {
    // A thread that is ending has no counts.
    let _ = IN_USE.try_with(|in_use| {
        in_use.set(in_use.get() + bytes);
        MOST.try_with(|most| most.set(most.get().max(in_use.get())))
    });
}

#[expect(unsafe_code, reason = "an allocator is unsafe; this one passes everything on to the system's")]
// SAFETY: every call is one of the system's allocator, with the arguments that came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: the caller keeps the rules of the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // The old block and the new one may exist at the same time.
        count(size.cast_signed());
        count(-layout.size().cast_signed());
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

/// The bytes that this thread has in use.
pub(crate) fn in_use() -> isize {
    IN_USE.get()
}

/// Begins to measure: forgets the most that was in use, and returns what is in use now.
pub(crate) fn start() -> isize {
    MOST.set(IN_USE.get());
    IN_USE.get()
}

/// The most bytes that this thread had in use since `start`.
pub(crate) fn most() -> isize {
    MOST.get()
}
