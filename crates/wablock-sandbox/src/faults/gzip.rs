//! A gzip stream of very many spaces and then a text, made without a compressor.
//!
//! One fixed-Huffman block: a literal space, then matches of length 258 at distance 1 (13 bits each), then
//! literals. The checksum over the spaces is found by repeated squaring, so a bomb of any size costs little.

struct Bits {
    out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    /// Appends the low `count` bits, least significant first.
    fn push(&mut self, value: u32, count: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.out.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// Huffman codes go most significant bit first.
    fn code(&mut self, value: u32, count: u32) {
        self.push(value.reverse_bits() >> (32 - count), count);
    }

    fn literal(&mut self, byte: u8) {
        let byte = u32::from(byte);
        if byte < 144 {
            self.code(0x30 + byte, 8);
        } else {
            self.code(0x190 + byte - 144, 9);
        }
    }
}

/// gzip of `spaces` spaces followed by `tail`.
pub(crate) fn spaces_then(spaces: u64, tail: &[u8]) -> Vec<u8> {
    // Magic, deflate, no flags, no time, unknown system.
    let out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut bits = Bits { out, held: 0, count: 0 };
    bits.push(0b011, 3);
    let mut left = spaces;
    if left > 0 {
        bits.literal(b' ');
        left -= 1;
    }
    while left >= 258 {
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
        left -= 258;
    }
    for _ in 0..left {
        bits.literal(b' ');
    }
    for byte in tail {
        bits.literal(*byte);
    }
    bits.code(0, 7);
    bits.push(0, 7);
    let mut out = bits.out;
    let mut crc = Affine::byte(b' ').power(spaces).apply(!0);
    for byte in tail {
        crc = step(crc, *byte);
    }
    out.extend_from_slice(&(!crc).to_le_bytes());
    let length = spaces.wrapping_add(tail.len() as u64) as u32;
    out.extend_from_slice(&length.to_le_bytes());
    out
}

fn step(crc: u32, byte: u8) -> u32 {
    let mut crc = crc ^ u32::from(byte);
    for _ in 0..8 {
        crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    }
    crc
}

/// What a run of bytes does to a CRC: linear over bits, plus a constant.
#[derive(Clone)]
struct Affine {
    columns: [u32; 32],
    constant: u32,
}

impl Affine {
    fn byte(byte: u8) -> Affine {
        let constant = step(0, byte);
        let columns = std::array::from_fn(|bit| step(1 << bit, byte) ^ constant);
        Affine { columns, constant }
    }

    fn linear(&self, crc: u32) -> u32 {
        let set = (0..32).filter(|bit| crc >> bit & 1 == 1);
        set.fold(0, |sum, bit| sum ^ self.columns[bit])
    }

    fn apply(&self, crc: u32) -> u32 {
        self.linear(crc) ^ self.constant
    }

    /// First `self`, then `next`.
    fn then(&self, next: &Affine) -> Affine {
        Affine { columns: self.columns.map(|column| next.linear(column)), constant: next.apply(self.constant) }
    }

    fn power(&self, mut times: u64) -> Affine {
        let mut result = Affine { columns: std::array::from_fn(|bit| 1 << bit), constant: 0 };
        let mut base = self.clone();
        while times > 0 {
            if times & 1 == 1 {
                result = result.then(&base);
            }
            base = base.then(&base);
            times >>= 1;
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::{Affine, step};

    #[test]
    fn squaring_equals_stepping() {
        for count in [0u64, 1, 2, 3, 257, 1000] {
            let slow = (0..count).fold(!0, |crc, _| step(crc, b' '));
            assert_eq!(Affine::byte(b' ').power(count).apply(!0), slow);
        }
    }

    #[test]
    fn the_check_value_of_crc32() {
        let crc = b"123456789".iter().fold(!0, |crc, byte| step(crc, *byte));
        assert_eq!(!crc, 0xcbf4_3926);
    }
}
