//! A gzip stream of very many spaces and then a text, without compressing all the spaces.

use flate2::{Compress, Compression, Crc, FlushCompress};

/// Spaces that are compressed once; nothing before them is referred to, so the result can be repeated.
const BLOCK: usize = 64 << 10;

/// gzip of `mib` MiB of spaces followed by `tail`.
pub(super) fn spaces_then(mib: u64, tail: &[u8]) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::default(), false);
    let mut compress = |input: &[u8], flush: FlushCompress| {
        let mut output = Vec::with_capacity(input.len() + 1024);
        // In memory, with room for all of it, there is nothing that can fail.
        let _ = deflate.compress_vec(input, &mut output, flush);
        output
    };
    let spaces = [b' '; BLOCK];
    let block = compress(&spaces, FlushCompress::Full);
    let mut block_sum = Crc::new();
    block_sum.update(&spaces);
    // Magic, deflate, no flags, no time, unknown system.
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut sum = Crc::new();
    for _ in 0..(mib << 20) / BLOCK as u64 {
        out.extend_from_slice(&block);
        sum.combine(&block_sum);
    }
    out.extend(compress(tail, FlushCompress::Finish));
    sum.update(tail);
    out.extend_from_slice(&sum.sum().to_le_bytes());
    out.extend_from_slice(&sum.amount().to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::spaces_then;

    #[test]
    fn it_unpacks_to_what_was_packed() {
        for mib in [0, 1, 3] {
            let mut text = String::new();
            let packed = spaces_then(mib, b"{\"data\":[]}");
            flate2::read::GzDecoder::new(&*packed).read_to_string(&mut text).expect("gzip");
            assert_eq!(text.len(), (mib << 20) as usize + 11);
            assert_eq!(text.trim_start_matches(' '), "{\"data\":[]}");
        }
    }
}
