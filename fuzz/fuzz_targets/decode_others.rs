#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wablock_fuzz::decode_others(data));
